/** Which picture each frame of a segmentation lies on: the one that it names, as far as its place does not say otherwise; else the one at its place. */
import { normalOf, type Vector } from '../../../../src-shared/imaging/geometry.ts';
import type { Segmentation, SegmentationFrame } from '../objects/segmentation.ts';

/** A picture that a segmentation may lie on. */
export interface Target {
  instance: string;
  frame: number;
  /** SOP Instance UID. */
  uid: string;
  series: string;
  frameOfReference?: string | undefined;
  position?: Vector | undefined;
  orientation?: SegmentationFrame['orientation'];
  sliceThickness?: number | undefined;
}

export interface Placing {
  /** By `keyOf`: indices of the segmentation's frames. */
  on: ReadonlyMap<string, readonly number[]>;
  series: ReadonlySet<string>;
  unplaced: number;
}

/** Planes are parallel within 3 degrees: masks are drawn flat onto their picture. */
const PARALLEL = Math.cos((3 * Math.PI) / 180);
/** What rounding makes of one place, in millimetres. */
const SAME_MM = 0.05;
/** Pictures that a frame names are taken at their word up to here where thickness is not known, in millimetres. */
const NEAR_MM = 2.5;

/** Places that are compared: some hundred times what an atlas of a whole body needs. What a file asks beyond lies nowhere. */
const COMPARED_MAX = 5_000_000;

export const keyOf = (instance: string, frame: number) => `${instance}/${frame}`;

export function placed(segmentation: Segmentation, targets: readonly Target[]): Placing {
  const byUid = new Map<string, Target[]>();
  for (const target of targets) {
    const same = byUid.get(target.uid);
    if (same) same.push(target);
    else byUid.set(target.uid, [target]);
  }
  const named = new Set(segmentation.series);
  const nearby = targets.filter(
    ({ series, frameOfReference }) =>
      (named.size === 0 || named.has(series)) &&
      frameOfReference !== undefined &&
      frameOfReference === segmentation.frameOfReference,
  );
  const gap = gapOf(nearby);
  let left = COMPARED_MAX;
  const known = new Map<string, Target[]>();
  // Frames of many segments lie at one place.
  const near = (frame: SegmentationFrame): Target[] => {
    const key = [frame.position, frame.orientation, frame.sliceThickness].join(' ');
    const found = known.get(key);
    if (found) return found;
    left -= nearby.length;
    const made = left < 0 ? [] : atPlace(frame, nearby, gap);
    known.set(key, made);
    return made;
  };
  const on = new Map<string, number[]>();
  const series = new Set<string>();
  let unplaced = 0;
  for (const [index, frame] of segmentation.frames.entries()) {
    const said = frame.sources.flatMap(({ uid, frame: number }) => {
      const ofFile = byUid.get(segmentation.uids[uid] ?? '') ?? [];
      left -= ofFile.length;
      return left < 0 ? [] : ofFile.filter((target) => number === undefined || target.frame === number);
    });
    const fitting = said.filter((target) => {
      const apart = distance(frame, target);
      return apart === undefined || apart <= Math.max(frame.sliceThickness ?? 0, target.sliceThickness ?? NEAR_MM) / 2 + SAME_MM;
    });
    const found = fitting.length > 0 ? fitting : near(frame);
    if (found.length === 0) unplaced++;
    for (const target of found) {
      const key = keyOf(target.instance, target.frame);
      const frames = on.get(key);
      if (frames) frames.push(index);
      else on.set(key, [index]);
      series.add(target.series);
    }
  }
  return { on, series, unplaced };
}

/** The nearest pictures, if they are near enough; all that a thick frame reaches. */
function atPlace(frame: SegmentationFrame, targets: readonly Target[], gap: number): Target[] {
  const near = targets.flatMap((target) => {
    const apart = distance(frame, target);
    return apart === undefined ? [] : [{ target, apart }];
  });
  const least = near.reduce((best, { apart }) => Math.min(best, apart), Number.POSITIVE_INFINITY);
  const thick = frame.sliceThickness ?? 0;
  if (least > Math.max(gap, thick) / 2 + SAME_MM) return [];
  const reach = thick > 1.5 * gap ? thick / 2 : least + SAME_MM;
  return near.filter(({ apart }) => apart <= reach).map(({ target }) => target);
}

/** Millimetres along the normal; undefined where one does not know its place, infinite where they are not parallel. */
function distance(frame: SegmentationFrame, target: Target): number | undefined {
  const { position, orientation } = frame;
  if (!position || !orientation || !target.position || !target.orientation) return undefined;
  const [one, other] = [normalOf(orientation), normalOf(target.orientation)];
  if (Math.abs(dot(one, other)) < PARALLEL) return Number.POSITIVE_INFINITY;
  return Math.abs(
    (position[0] - target.position[0]) * other[0] +
      (position[1] - target.position[1]) * other[1] +
      (position[2] - target.position[2]) * other[2],
  );
}

/** The usual distance of neighbouring pictures, in millimetres. */
function gapOf(targets: readonly Target[]): number {
  const [first] = targets.filter(({ orientation, position }) => orientation && position);
  if (!first?.orientation) return 0;
  const normal = normalOf(first.orientation);
  const places = targets.flatMap(({ position }) => (position ? [dot(position, normal)] : [])).sort((a, b) => a - b);
  const gaps = places
    .slice(1)
    .map((place, index) => place - (places[index] ?? place))
    .filter((one) => one > SAME_MM)
    .sort((a, b) => a - b);
  return gaps[gaps.length >> 1] ?? 0;
}

const dot = (one: Vector, other: Vector) => one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
