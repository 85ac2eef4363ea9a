/** Which picture of another stack belongs to the one that is shown here. */
import type { Picture } from './picture.ts';
import { dot, minus, normalOf } from './plane.ts';

/** How far two stacks may be turned against each other and still be paged together: the gantry of a scanner tilts by up to 30 degrees. */
const PARALLEL = Math.cos((31 * Math.PI) / 180);

/** A patient lies a little higher or lower on the table each time. */
const PLACE_SLACK_MM = 5;

/**
 * The index in `others` for what `shown` shows: the nearest place in the body where both know their place and are parallel; the same share of the way where one does not
 * know its place; none where they cut each other.
 * @param shift millimetres that lie between the two stacks, for examinations with different zero points
 */
export function partnerOf(
  pictures: readonly Picture[],
  shown: number,
  others: readonly Picture[],
  shift: number,
): number | undefined {
  const here = pictures[shown];
  const place = here && placeAlong(here, here);
  const [first] = others;
  if (here?.plane.placed && first?.plane.placed && !areParallel(here, first)) return undefined;
  if (here && place !== undefined && first?.plane.placed) {
    let best = 0;
    let nearest = Number.POSITIVE_INFINITY;
    for (const [index, other] of others.entries()) {
      const there = placeAlong(other, here);
      const apart = there === undefined ? Number.POSITIVE_INFINITY : Math.abs(there - place - shift);
      if (apart < nearest) [best, nearest] = [index, apart];
    }
    if (Number.isFinite(nearest)) return best;
  }
  return Math.round((shown / Math.max(1, pictures.length - 1)) * (others.length - 1));
}

/**
 * Where a stack begins that is laid beside another, and the millimetres that lie between the two from then on. Two examinations rarely have one zero point; while they reach
 * over the same part of the scanner's axis, the same place on it is still the nearest to the truth. Where they do not, the same share of the way.
 */
export function beginsBeside(
  pictures: readonly Picture[],
  shown: number,
  others: readonly Picture[],
): { index: number; shift: number } | undefined {
  const [here, first, last] = [pictures[shown], others[0], others.at(-1)];
  if (!here || !first || !last) return undefined;
  const same = partnerOf(pictures, shown, others, 0);
  const there = same === undefined ? undefined : others[same];
  if (same === undefined || !there) return undefined;
  if (sameZero(here, first)) return { index: same, shift: 0 };
  const [place, one, other] = [placeAlong(here, here), placeAlong(first, here), placeAlong(last, here)];
  if (place === undefined || one === undefined || other === undefined) return undefined;
  const slack = Math.abs(other - one) / Math.max(1, others.length - 1) + PLACE_SLACK_MM;
  if (place >= Math.min(one, other) - slack && place <= Math.max(one, other) + slack) return { index: same, shift: 0 };
  const share = shown / Math.max(1, pictures.length - 1);
  // One may run from the feet, the other from the head.
  const ends = [placeAlong(pictures[0] ?? here, here) ?? 0, placeAlong(pictures.at(-1) ?? here, here) ?? 0] as const;
  const along = ends[1] - ends[0] >= 0 === other - one >= 0 ? share : 1 - share;
  const index = Math.round(along * (others.length - 1));
  return { index, shift: shiftBetween(here, others[index] ?? there) };
}

/** How far apart what two stacks show now lies: kept while they are linked, when their zero points differ. */
export function shiftBetween(here: Picture, there: Picture): number {
  if (sameZero(here, there)) return 0;
  const one = placeAlong(here, here);
  const other = placeAlong(there, here);
  return one === undefined || other === undefined || !areParallel(here, there) ? 0 : other - one;
}

/** Whether places in one are places in the other. */
export function sameZero(one: Picture, other: Picture): boolean {
  return one.frameOfReference !== undefined && one.frameOfReference === other.frameOfReference;
}

function areParallel(one: Picture, other: Picture): boolean {
  return one.plane.placed && other.plane.placed && Math.abs(dot(normalOf(one.plane), normalOf(other.plane))) > PARALLEL;
}

/** Place of a picture along the normal of `along`, in millimetres. */
function placeAlong(picture: Picture, along: Picture): number | undefined {
  return picture.plane.placed && along.plane.placed
    ? dot(minus(picture.plane.origin, [0, 0, 0]), normalOf(along.plane))
    : undefined;
}
