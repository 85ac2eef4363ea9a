/** Large pictures at a half, a quarter and an eighth: what is drawn small need not be worked out in full, and is smoother when it is the mean of what it stands for. */
import type { LoadedPicture } from './picture.ts';
import type { Values } from './volume.ts';

export interface Level {
  values: Values;
  columns: number;
  rows: number;
  /** So many pixels a side are one here. */
  step: number;
}

/** Smaller pictures are quick enough as they are. */
const PIXELS_MIN = 4_000_000;
const STEP_MAX = 8;

const kept = new WeakMap<LoadedPicture, Map<number, Level>>();

/** @param scale points of the screen for one pixel */
export function levelFor(picture: LoadedPicture, scale: number): Level {
  const { columns, rows } = picture.frame.header;
  let step = 1;
  if (columns * rows >= PIXELS_MIN) while (step < STEP_MAX && step * 2 * scale <= 1) step *= 2;
  return levelOf(picture, step);
}

function levelOf(picture: LoadedPicture, step: number): Level {
  const { header, values } = picture.frame;
  if (step === 1) return { values, columns: header.columns, rows: header.rows, step };
  const levels = kept.get(picture) ?? new Map<number, Level>();
  kept.set(picture, levels);
  const known = levels.get(step);
  if (known) return known;
  const made = halved(levelOf(picture, step / 2), header.samples);
  levels.set(step, made);
  return made;
}

/** The mean of each four; of two or one at an edge of odd length. */
export function halved({ values, columns, rows, step }: Level, samples: number): Level {
  const [wide, high] = [Math.ceil(columns / 2), Math.ceil(rows / 2)];
  const half = new (values.constructor as new (length: number) => Values)(wide * high * samples);
  for (let row = 0; row < high; row++) {
    const above = 2 * row * columns;
    const below = Math.min(rows - 1, 2 * row + 1) * columns;
    for (let column = 0; column < wide; column++) {
      const left = 2 * column;
      const right = Math.min(columns - 1, left + 1);
      for (let sample = 0; sample < samples; sample++) {
        const sum =
          (values[(above + left) * samples + sample] ?? 0) +
          (values[(above + right) * samples + sample] ?? 0) +
          (values[(below + left) * samples + sample] ?? 0) +
          (values[(below + right) * samples + sample] ?? 0);
        half[(row * wide + column) * samples + sample] = Math.round(sum / 4);
      }
    }
  }
  return { values: half, columns: wide, rows: high, step: step * 2 };
}
