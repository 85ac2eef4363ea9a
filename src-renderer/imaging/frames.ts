/** Pixels from the core, which decodes them: one frame at once when somebody waits for it, many small ones in a bundle ahead of need. */
import type { FrameHeader } from '../../src-shared/contract/imaging.ts';
import type { PatientId } from '../../src-shared/contract/types.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { call } from '../core/connection.ts';
import type { Values } from './volume.ts';

/** A frame larger than this is not asked for: the page would run out of memory. */
const FRAME_BYTES_MAX = 256 * 1024 * 1024;
/** How many frames one bundle may ask for (the contract's limit). */
const BUNDLE_MAX = 64;

export interface FrameAddress {
  patient: PatientId;
  instance: string;
  frame: number;
}

export interface Frame {
  header: FrameHeader;
  /** Whole numbers for grey (stored values), 8 bit red, green, blue for colour. */
  values: Values;
}

/** One frame, piece by piece. @throws AppError as the core answers, `picture-too-large` */
export async function fetchFrame({ patient, instance, frame }: FrameAddress): Promise<Frame> {
  const first = await call('imaging.frame', { patient, instance, frame });
  if (first.total <= first.bytes.byteLength) return frameOf(first.header, first.bytes);
  if (first.total > FRAME_BYTES_MAX) {
    throw new AppError('picture-too-large', { size: megabytes(first.total), limit: megabytes(FRAME_BYTES_MAX) });
  }
  const bytes = new Uint8Array(first.total);
  bytes.set(first.bytes);
  const piece = first.bytes.byteLength;
  const offsets = Array.from({ length: Math.ceil(first.total / piece) - 1 }, (_, index) => (index + 1) * piece);
  await Promise.all(
    offsets.map(async (offset) => bytes.set((await call('imaging.frame', { patient, instance, frame, offset })).bytes, offset)),
  );
  return frameOf(first.header, bytes);
}

/** From so many bytes on a picture is looked at small first. */
const LARGE_BYTES = 6 * 1024 * 1024;
/** A small picture fits into one answer. */
const SMALL_BYTES = 1024 * 1024;

/** How much smaller a picture is looked at first; 1 for one that comes quickly enough as it is. @param bytes of a pixel */
export function shrinkOf(columns: number, rows: number, bytes: number): number {
  const whole = columns * rows * bytes;
  return whole < LARGE_BYTES ? 1 : Math.min(32, Math.ceil(Math.sqrt(whole / SMALL_BYTES)));
}

/** @param shrink so many pixels a side become one */
export async function fetchSmall({ patient, instance, frame }: FrameAddress, shrink: number): Promise<Frame> {
  const { header, bytes, total } = await call('imaging.frame', { patient, instance, frame, shrink });
  if (bytes.byteLength < total) throw new Error('A small picture fits into one answer');
  return frameOf(header, bytes);
}

/** As many of the wanted frames, from the first on, as the core sends together; always at least the first. */
export async function fetchFrames(
  patient: PatientId,
  wanted: readonly Omit<FrameAddress, 'patient'>[],
): Promise<(Frame & Omit<FrameAddress, 'patient'>)[]> {
  const [first] = wanted;
  if (!first) return [];
  const { frames } = await call('imaging.frames', {
    patient,
    wanted: wanted.slice(0, BUNDLE_MAX).map(({ instance, frame }) => ({ instance, frame })),
  });
  if (frames.length > 0)
    return frames.map(({ instance, frame, header, bytes }) => ({ instance, frame, ...frameOf(header, bytes) }));
  return [{ ...first, ...(await fetchFrame({ patient, ...first })) }];
}

function frameOf(given: FrameHeader, bytes: Uint8Array): Frame {
  const values = valuesOf(given, bytes);
  // DICOM's own line takes half a step off (PS3.3 C.11.2.1.2.1): right for the window of a file, wrong for one that is made of few values, and where values have no steps.
  const stepless = given.windows.length === 0 || given.type === 'f32' || given.type === 'f64';
  const header: FrameHeader = stepless && given.voiFunction === 'LINEAR' ? { ...given, voiFunction: 'LINEAR_EXACT' } : given;
  return header.samples === 1 && isWide(values) ? narrowed(header, values) : { header, values };
}

function valuesOf({ type }: FrameHeader, bytes: Uint8Array): Values {
  // Bytes from a port begin where they like; wider types want an even start.
  const { buffer } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const start = bytes.byteOffset % 8 === 0 ? bytes.byteOffset : 0;
  const count = (width: number) => Math.floor(bytes.byteLength / width);
  switch (type) {
    case 'u8':
      return bytes;
    case 'i8':
      return new Int8Array(buffer, start, count(1));
    case 'u16':
      return new Uint16Array(buffer, start, count(2));
    case 'i16':
      return new Int16Array(buffer, start, count(2));
    case 'u32':
      return new Uint32Array(buffer, start, count(4));
    case 'i32':
      return new Int32Array(buffer, start, count(4));
    case 'f32':
      return new Float32Array(buffer, start, count(4));
    case 'f64':
      return new Float64Array(buffer, start, count(8));
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

function isWide(values: Values): boolean {
  return values.BYTES_PER_ELEMENT > 2;
}

/** Values of 32 and 64 bits as 65,536 steps between the smallest and the largest: more than a screen shows, and a table can be made of them. */
export function narrowed(header: FrameHeader, values: Values): Frame {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  if (!Number.isFinite(largest - smallest)) [smallest, largest] = [0, 0];
  const step = (largest - smallest) / 65_535 || 1;
  const steps = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) steps[index] = Math.round(((values[index] ?? 0) - smallest) / step) || 0;
  return {
    values: steps,
    header: {
      ...header,
      type: 'u16',
      bitsStored: 16,
      slope: header.slope * step,
      intercept: header.intercept + header.slope * smallest,
      smallest: 0,
      largest: 65_535,
      padding: undefined,
    },
  };
}
