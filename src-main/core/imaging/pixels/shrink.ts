/** Frames made smaller: for the first look at a large picture while the whole is on its way, and for thumbnails. */
import type { DecodedFrame } from '../frame-store.ts';
import { numbersIn, type ShownFrame } from './display.ts';

interface Size {
  rows: number;
  columns: number;
}

/** The mean of each square of so many pixels a side; those at the right and lower edge may be of fewer. */
export function shrunk(frame: DecodedFrame, by: number): DecodedFrame {
  if (by <= 1) return frame;
  const { header, bytes } = frame;
  const { rows, columns, bytes: small } = means({ ...header, bytes }, header, by);
  return { header: { ...header, rows, columns }, bytes: small };
}

export function means(
  frame: Pick<ShownFrame, 'bytes' | 'type' | 'samples'>,
  { rows, columns }: Size,
  by: number,
): Size & { bytes: Uint8Array } {
  const { samples, type } = frame;
  const [high, wide] = [Math.ceil(rows / by), Math.ceil(columns / by)];
  const values = numbersIn(frame);
  const small = numbersIn({ bytes: new Uint8Array(high * wide * samples * values.BYTES_PER_ELEMENT), type });
  const whole = type !== 'f32' && type !== 'f64';
  for (let row = 0; row < high; row++) {
    const bottom = Math.min(rows, (row + 1) * by);
    for (let column = 0; column < wide; column++) {
      const right = Math.min(columns, (column + 1) * by);
      const count = (bottom - row * by) * (right - column * by);
      for (let sample = 0; sample < samples; sample++) {
        let sum = 0;
        for (let y = row * by; y < bottom; y++)
          for (let x = column * by; x < right; x++) sum += values[(y * columns + x) * samples + sample] ?? 0;
        small[(row * wide + column) * samples + sample] = whole ? Math.round(sum / count) : sum / count;
      }
    }
  }
  return { rows: high, columns: wide, bytes: new Uint8Array(small.buffer) };
}
