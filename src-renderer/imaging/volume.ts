/** Other cuts through a stack of slices (MPR): the slices are put into one block, and sagittal, coronal or axial pictures are read out of it. */
import { add, cross, dot, type Plane, scaled, type Vector } from './plane.ts';

/** What a block may take in the page's memory. */
export const VOLUME_BYTES_MAX = 512 * 1024 * 1024;

export type Values = Int16Array | Uint16Array | Uint8Array | Int8Array | Int32Array | Uint32Array | Float32Array | Float64Array;
export type Axis = 'axial' | 'coronal' | 'sagittal';

export interface Volume {
  values: Values;
  columns: number;
  rows: number;
  slices: number;
  /** Plane of the first slice. */
  first: Plane;
  /** From one slice to the next, in millimetres, along `along`. */
  step: number;
  along: Vector;
}

/** The cuts of a volume in one direction. */
export interface Cuts {
  axis: Axis;
  /** How many there are, how wide and how high. */
  count: number;
  columns: number;
  rows: number;
  plane(index: number): Plane;
  read(index: number): Values;
}

interface Direction {
  /** Towards growing index, in the patient. */
  to: Vector;
  spacing: number;
  count: number;
  /** How many values lie between neighbours. */
  stride: number;
}

/** The three ways to cut a volume, each turned as it is usually looked at: the head or the front at the top, the patient's left or the front at the left. */
export function cutsOf(volume: Volume): readonly Cuts[] {
  const { columns, rows, slices, first, step, along } = volume;
  const directions: readonly Direction[] = [
    { to: first.right, spacing: first.spacing[1], count: columns, stride: 1 },
    { to: first.down, spacing: first.spacing[0], count: rows, stride: columns },
    { to: along, spacing: step, count: slices, stride: columns * rows },
  ];
  return directions.map((through, index) =>
    cutsThrough(
      volume,
      through,
      directions.filter((_, other) => other !== index),
    ),
  );
}

function cutsThrough(volume: Volume, through: Direction, [one, other]: readonly Direction[]): Cuts {
  if (!one || !other) throw new Error('A volume has three directions');
  const axis = axisOf(cross(one.to, other.to));
  const wantedDown: Vector = axis === 'axial' ? [0, 1, 0] : [0, 0, -1];
  const wantedRight: Vector = axis === 'sagittal' ? [0, 1, 0] : [1, 0, 0];
  const upright = Math.abs(dot(one.to, wantedDown)) > Math.abs(dot(other.to, wantedDown));
  const down = turned(upright ? one : other, wantedDown);
  const right = turned(upright ? other : one, wantedRight);
  const start = down.start + right.start;
  const corner = add(volume.first.origin, add(down.shift, right.shift));
  return {
    axis,
    count: through.count,
    columns: right.count,
    rows: down.count,
    plane: (index) => ({
      origin: add(corner, scaled(through.to, index * through.spacing)),
      right: right.to,
      down: down.to,
      spacing: [down.spacing, right.spacing],
      calibration: volume.first.calibration,
      placed: true,
    }),
    read: (index) => gather(volume.values, start + index * through.stride, right, down),
  };
}

/** The same direction, begun at the other end where it runs against what is wanted. */
function turned(direction: Direction, wanted: Vector): Direction & { start: number; shift: Vector } {
  if (dot(direction.to, wanted) >= 0) return { ...direction, start: 0, shift: [0, 0, 0] };
  const last = direction.count - 1;
  return {
    ...direction,
    to: scaled(direction.to, -1),
    stride: -direction.stride,
    start: last * direction.stride,
    shift: scaled(direction.to, last * direction.spacing),
  };
}

function gather(values: Values, start: number, right: Direction, down: Direction): Values {
  const cut = new (values.constructor as new (length: number) => Values)(right.count * down.count);
  let to = 0;
  for (let row = 0; row < down.count; row++) {
    let from = start + row * down.stride;
    for (let column = 0; column < right.count; column++, from += right.stride) cut[to++] = values[from] ?? 0;
  }
  return cut;
}

export function axisOf(normal: Vector): Axis {
  const [x, y, z] = normal.map(Math.abs);
  if (x !== undefined && y !== undefined && z !== undefined && x >= y && x >= z) return 'sagittal';
  return (y ?? 0) >= (z ?? 0) ? 'coronal' : 'axial';
}
