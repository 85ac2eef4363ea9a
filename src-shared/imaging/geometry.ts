/** Where slices lie: viewing order of a series and whether it makes a volume (PS3.3 C.7.6.2). Millimetres, patient coordinates. */

export interface Placed {
  position?: readonly [number, number, number] | undefined;
  orientation?: readonly [number, number, number, number, number, number] | undefined;
  spacing?: readonly [number, number] | undefined;
  sliceThickness?: number | undefined;
  rows?: number | undefined;
  columns?: number | undefined;
  number?: number | undefined;
  frames: number;
}

export type Vector = readonly [number, number, number];

/** Slices may differ from even spacing by this part of it. */
const SPACING_TOLERANCE = 0.02;
/** Slices further apart than so many times their thickness have a hole between them. */
const HOLE = 1.25;
/** Directions are the same within this (cosine of 0.1 degrees). */
const PARALLEL = 0.9999985;
/** A stack whose direction is further from the slices' normal is sheared: gantry tilt. Degrees. */
const SHEAR_MIN = 0.2;

export interface Volume {
  ok: boolean;
  reason?: string;
  /** Distance of neighbouring slices along the stack, mm; the middle one where they differ. */
  spacing?: number;
  /** Least and greatest distance, where they differ although nothing is missing: the slices become thicker on the way. */
  gaps?: [number, number];
  /** Degrees between the stack's direction and the slices' normal. */
  shear?: number;
}

/** Cross product of the row's and the column's direction. */
export function normalOf([a, b, c, d, e, f]: readonly [number, number, number, number, number, number]): Vector {
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}

const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const length = (a: Vector) => Math.hypot(...a);

/** In the order in which a series is paged: by place along the normal where all slices are parallel and stand apart, otherwise by number. */
export function inOrder<T extends Placed>(instances: readonly T[]): T[] {
  const places = placesOf(instances);
  const byNumber = [...instances].sort((a, b) => (a.number ?? Number.MAX_SAFE_INTEGER) - (b.number ?? Number.MAX_SAFE_INTEGER));
  if (!places) return byNumber;
  const distinct = new Set([...places.values()].map((place) => Math.round(place * 100)));
  // Several pictures at one place (phases, echoes): the number says what follows what.
  if (distinct.size < instances.length) return byNumber;
  return [...instances].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

/** Whether single-frame slices in their order make a volume: evenly spaced, or lying one against the other all the same. */
export function volumeOf(instances: readonly Placed[]): Volume {
  if (instances.length < 3) return { ok: false, reason: 'A volume needs at least three slices.' };
  const [first] = instances;
  if (!first?.orientation || instances.some((one) => one.frames !== 1))
    return { ok: false, reason: 'The slices do not say where they lie.' };
  const places = placesOf(instances);
  if (!places) return { ok: false, reason: 'The slices are not parallel, or do not say where they lie.' };
  const same = instances.every(
    (one) =>
      one.rows === first.rows &&
      one.columns === first.columns &&
      one.spacing?.[0] === first.spacing?.[0] &&
      one.spacing?.[1] === first.spacing?.[1],
  );
  if (!same || !first.spacing) return { ok: false, reason: 'The slices differ in size or pixel spacing.' };
  const positions = instances.map((one) => one.position).filter((position) => position !== undefined);
  const steps = positions.slice(1).map((position, index) => minus(position, positions[index] ?? position));
  const lengths = steps.map(length);
  const sorted = [...lengths].sort((a, b) => a - b);
  const spacing = sorted[sorted.length >> 1] ?? 0;
  if (!(spacing > 0)) return { ok: false, reason: 'Several slices lie at the same place.' };
  const even = lengths.every((step) => Math.abs(step - spacing) <= SPACING_TOLERANCE * spacing);
  if (!even && !isWithoutHoles(instances, lengths))
    return { ok: false, reason: 'The slices are not evenly spaced: one may be missing.' };
  const last = positions.at(-1);
  const whole = last && positions[0] ? minus(last, positions[0]) : undefined;
  const normal = normalOf(first.orientation);
  const cosine = whole ? Math.min(1, Math.abs(dot(whole, normal)) / (length(whole) * length(normal))) : 1;
  const shear = (Math.acos(cosine) * 180) / Math.PI;
  return {
    ok: true,
    spacing,
    ...(even ? {} : { gaps: [sorted[0] ?? 0, sorted.at(-1) ?? 0] as [number, number] }),
    ...(shear > SHEAR_MIN ? { shear } : {}),
  };
}

/** Whether each slice reaches its neighbour by the thickness that both say they have. */
function isWithoutHoles(instances: readonly Placed[], steps: readonly number[]): boolean {
  return steps.every((step, index) => {
    const [one, other] = [instances[index]?.sliceThickness, instances[index + 1]?.sliceThickness];
    return one !== undefined && other !== undefined && step > 0 && step <= (HOLE * (one + other)) / 2;
  });
}

/** Distance of each slice along the common normal; undefined where they have none. */
function placesOf<T extends Placed>(instances: readonly T[]): Map<T, number> | undefined {
  const [first] = instances;
  if (!first?.orientation) return undefined;
  const normal = normalOf(first.orientation);
  if (!(length(normal) > 0.5)) return undefined;
  const places = new Map<T, number>();
  for (const one of instances) {
    if (!one.orientation || !one.position) return undefined;
    const own = normalOf(one.orientation);
    if (dot(own, normal) < PARALLEL * length(own) * length(normal)) return undefined;
    places.set(one, dot(one.position, normal));
  }
  return places;
}
