/** Makes of a series of slices the stacks of its other cuts. Slices that lie askew to their row (a tilted gantry) are moved to where they belong first. */
import type { FrameHeader, ImagingSeries } from '../../src-shared/contract/imaging.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { type Placed, volumeOf as volumeOfSlices } from '../../src-shared/imaging/geometry.ts';
import { type Frame, fetchFrames, narrowed } from './frames.ts';
import type { Picture } from './picture.ts';
import { pictureId, pixelsOf } from './pictures.ts';
import { add, dot, minus, normalOf, type Point, scaled, type Vector } from './plane.ts';
import type { Stack } from './stacks.ts';
import { type Axis, cutsOf, type Values, VOLUME_BYTES_MAX, type Volume } from './volume.ts';

/** Less than this is no volume. */
const SLICES_MIN = 5;

export interface Reformatted {
  axis: Axis;
  stack: Stack;
}

/** The slices that other cuts are made of. */
export interface Slices {
  stack: Stack;
  pictures: readonly Picture[];
  volume: ImagingSeries['volume'];
}

/** Those of the series; of a file that holds several stacks, echoes or times, the ones that belong to the picture that is shown. Or why there are none. */
export async function slicesOf(
  stack: Stack | null,
  shown: Picture | undefined,
): Promise<Slices | { why: 'not-slices' | 'few' | 'uneven'; reason?: string }> {
  if (stack?.kind !== 'pictures' || !['CT', 'MR', 'PT'].includes(stack.series.modality)) return { why: 'not-slices' };
  if (stack.count < SLICES_MIN) return { why: 'few' };
  const all = await stack.pictures();
  const own = all.find(({ id }) => id === shown?.id) ?? all[0];
  const pictures = stack.known ? all.filter(({ set }) => set?.number === own?.set?.number) : all;
  if (pictures.length < SLICES_MIN) return { why: 'few' };
  const volume = stack.known ? volumeOfSlices(pictures.map(placedOf)) : stack.series.volume;
  return volume.ok ? { stack, pictures, volume } : { why: 'uneven', reason: volume.reason };
}

function placedOf({ plane, rows, columns }: Picture): Placed {
  const orientation = [...plane.right, ...plane.down] as unknown as Placed['orientation']; // two directions of three
  return { ...(plane.placed ? { position: plane.origin, orientation } : {}), spacing: plane.spacing, rows, columns, frames: 1 };
}

/** @throws AppError `cuts-too-large` where the block does not fit into memory */
export async function reformat(
  { stack, pictures, volume: found }: Slices,
  progress: (done: number, total: number) => void,
): Promise<readonly Reformatted[]> {
  const frames = await framesOf(pictures, progress);
  const { volume, header } = volumeOf(pictures, frames);
  const [first] = pictures;
  const of = new Set(stack.instances.map(({ id }) => id));
  return cutsOf(volume).map((cuts, index) => {
    const key = `${stack.key}/${first?.set ? `${first.set.number}/` : ''}${cuts.axis}${index}`;
    const made = Array.from(
      { length: cuts.count },
      (_, at): Picture => ({
        id: pictureId('cut', key, at),
        columns: cuts.columns,
        rows: cuts.rows,
        plane: cuts.plane(at),
        modality: stack.series.modality,
        frameOfReference: first?.frameOfReference,
        lossy: first?.lossy ?? false,
        cut: { axis: cuts.axis, instance: stack.cover, of },
        load: async () => frameOfCut(header, cuts.columns, cuts.rows, cuts.read(at)),
      }),
    );
    const series = { ...stack.series, volume: found };
    return {
      axis: cuts.axis,
      stack: { ...stack, key, series, count: cuts.count, frameTimeMs: undefined, known: undefined, pictures: async () => made },
    };
  });
}

async function framesOf(pictures: readonly Picture[], progress: (done: number, total: number) => void): Promise<Frame[]> {
  const frames = new Map<string, Frame>();
  for (const { id } of pictures) {
    const known = pixelsOf(id);
    if (known && !known.small) frames.set(id, known.frame);
  }
  for (;;) {
    progress(frames.size, pictures.length);
    const missing = pictures.filter(({ id }) => !frames.has(id));
    const address = missing[0]?.from?.address;
    if (!address) break;
    const wanted = missing.flatMap(({ from }) => (from ? [{ instance: from.address.instance, frame: from.address.frame }] : []));
    for (const frame of await fetchFrames(address.patient, wanted)) {
      const picture = missing.find(({ from }) => from?.address.instance === frame.instance && from.address.frame === frame.frame);
      if (picture) frames.set(picture.id, { header: frame.header, values: frame.values });
    }
  }
  return pictures.flatMap(({ id }) => frames.get(id) ?? []);
}

function volumeOf(pictures: readonly Picture[], frames: readonly Frame[]): { volume: Volume; header: FrameHeader } {
  const [first] = pictures;
  const last = pictures.at(-1);
  const header = frames[0]?.header;
  if (!first || !last || !header) throw new Error('A volume needs slices');
  const { columns, rows } = header;
  const span = minus(last.plane.origin, first.plane.origin);
  const normal = normalOf(first.plane);
  const along = dot(span, normal) < 0 ? scaled(normal, -1) : normal;
  const shifts = pictures.map(({ plane }): Point => {
    const from = minus(plane.origin, first.plane.origin);
    return [dot(from, first.plane.right) / first.plane.spacing[1], dot(from, first.plane.down) / first.plane.spacing[0]];
  });
  // The block reaches as far as any slice, so that none is cut off.
  const [left, right] = [Math.floor(Math.min(...shifts.map(([x]) => x), 0)), Math.ceil(Math.max(...shifts.map(([x]) => x), 0))];
  const [up, down] = [Math.floor(Math.min(...shifts.map(([, y]) => y), 0)), Math.ceil(Math.max(...shifts.map(([, y]) => y), 0))];
  const [wide, high] = [columns + right - left, rows + down - up];
  const equal = frames.every(
    (frame) =>
      frame.header.slope === header.slope && frame.header.intercept === header.intercept && frame.header.type === header.type,
  );
  const bytes = wide * high * frames.length * (equal ? (frames[0]?.values.BYTES_PER_ELEMENT ?? 2) : 4);
  if (bytes > VOLUME_BYTES_MAX) {
    throw new AppError('cuts-too-large', {
      size: `${Math.round(bytes / 1024 / 1024)} MB`,
      limit: `${VOLUME_BYTES_MAX / 1024 / 1024} MB`,
    });
  }
  const smallest = Math.min(
    ...frames.map((frame) => frame.header.smallest * (equal ? 1 : frame.header.slope) + (equal ? 0 : frame.header.intercept)),
  );
  const values = equal
    ? emptyLike(frames[0]?.values, wide * high * frames.length)
    : new Float32Array(wide * high * frames.length);
  values.fill(smallest);
  for (const [slice, frame] of frames.entries()) {
    const [x, y] = shifts[slice] ?? [0, 0];
    const rescale = equal ? undefined : frame.header;
    place(
      frame.values,
      columns,
      rows,
      values.subarray(slice * wide * high, (slice + 1) * wide * high),
      wide,
      high,
      x - left,
      y - up,
      rescale,
    );
  }
  const origin: Vector = add(
    first.plane.origin,
    add(scaled(first.plane.right, left * first.plane.spacing[1]), scaled(first.plane.down, up * first.plane.spacing[0])),
  );
  const places = pictures.map(({ plane }) => dot(minus(plane.origin, first.plane.origin), along));
  const even = evened(values, places, wide * high);
  const volume = {
    ...even,
    columns: wide,
    rows: high,
    first: { ...first.plane, origin },
    along,
  };
  const largest = Math.max(...frames.map((frame) => frame.header.largest));
  return {
    volume,
    header: equal ? { ...header, smallest, largest } : { ...header, slope: 1, intercept: 0, type: 'f32', padding: undefined },
  };
}

/** Slices may differ from even spacing by this part of it. */
const EVEN = 0.02;

/** Slices at these places, in millimetres, as slices at even distances: between two of them is interpolated where they lie unevenly. */
function evened(values: Values, places: readonly number[], size: number): Pick<Volume, 'values' | 'slices' | 'step'> {
  const whole = places.at(-1) ?? 0;
  const step = whole / Math.max(1, places.length - 1);
  if (places.every((place, index) => Math.abs(place - index * step) <= EVEN * step))
    return { values, slices: places.length, step };
  const gaps = places.slice(1).map((place, index) => place - (places[index] ?? 0));
  // As fine as the finer half of the slices is.
  const usual = gaps.sort((one, other) => one - other)[Math.floor(gaps.length / 4)] ?? step;
  const slices = Math.min(Math.floor(VOLUME_BYTES_MAX / (size * values.BYTES_PER_ELEMENT)), Math.round(whole / usual) + 1);
  const fine = whole / Math.max(1, slices - 1);
  const made = emptyLike(values, slices * size);
  for (let slice = 0, below = 0; slice < slices; slice++) {
    const place = slice * fine;
    while (below < places.length - 2 && (places[below + 1] ?? 0) <= place) below++;
    const [low, high] = [places[below] ?? 0, places[below + 1] ?? 0];
    const share = Math.min(1, Math.max(0, (place - low) / (high - low)));
    const [from, to, into] = [below * size, (below + 1) * size, slice * size];
    for (let index = 0; index < size; index++) {
      const value = (1 - share) * (values[from + index] ?? 0) + share * (values[to + index] ?? 0);
      made[into + index] = values instanceof Float32Array ? value : Math.round(value);
    }
  }
  return { values: made, slices, step: fine };
}

/** Puts a slice into its place, between the pixels where it lies between them. */
function place(
  slice: Values,
  columns: number,
  rows: number,
  into: Values,
  wide: number,
  high: number,
  x: number,
  y: number,
  rescale: FrameHeader | undefined,
): void {
  const [wholeX, wholeY] = [Math.floor(x), Math.floor(y)];
  const [shareX, shareY] = [x - wholeX, y - wholeY];
  const at = (column: number, row: number) =>
    slice[Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column))] ?? 0;
  const exact = shareX < 1e-6 && shareY < 1e-6;
  for (let row = 0; row < rows + (shareY > 0 ? 1 : 0); row++) {
    for (let column = 0; column < columns + (shareX > 0 ? 1 : 0); column++) {
      const [toX, toY] = [column + wholeX, row + wholeY];
      if (toX < 0 || toY < 0 || toX >= wide || toY >= high) continue;
      const value = exact
        ? at(column, row)
        : (1 - shareY) * ((1 - shareX) * at(column, row) + shareX * at(column - 1, row)) +
          shareY * ((1 - shareX) * at(column, row - 1) + shareX * at(column - 1, row - 1));
      const stored = rescale ? value * rescale.slope + rescale.intercept : exact ? value : Math.round(value);
      into[toY * wide + toX] = stored;
    }
  }
}

function emptyLike(values: Values | undefined, length: number): Values {
  if (!values) throw new Error('A volume needs slices');
  return new (values.constructor as new (length: number) => Values)(length);
}

function frameOfCut(header: FrameHeader, columns: number, rows: number, values: Values): Frame {
  const own = { ...header, columns, rows };
  return values instanceof Float32Array ? narrowed(own, values) : { header: own, values };
}
