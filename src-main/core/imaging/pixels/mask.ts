/** A frame of a segmentation as masks, one a segment, cut to what it covers: small enough to travel and to be kept. Runs in a worker. */
import type { SegmentMask } from '../../../../src-shared/contract/imaging.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import { numbersIn } from './display.ts';
import { type FrameAsk, showFrame } from './shown.ts';

export interface MaskAsk {
  frame: FrameAsk;
  kind: 'binary' | 'fractional' | 'labels';
  /** Of a fractional one: the value that is the whole (0062,000E). */
  maximum: number;
  /** Bytes that one mask may take. */
  most: number;
}

/** Segments that one frame of a map of labels may hold: an atlas of the brain has some hundred. */
const LABELS_MAX = 1_000;

/** `segment` stands in maps of labels only. */
export type Mask = Pick<SegmentMask, 'box' | 'step' | 'depth' | 'values'> & { segment?: number };

interface Covered {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Nothing is answered for a segment that covers no pixel. @throws AppError as decoding the frame does */
export function masksOf({ frame, kind, maximum, most }: MaskAsk): Mask[] {
  const values = numbersIn(showFrame({ ...frame, as: 'stored' }));
  const { columns } = frame.plan.module;
  const covered = [...coveredBy(values, columns, kind === 'labels')];
  if (covered.length > LABELS_MAX) throw new AppError('dicom-unsupported', { what: `${covered.length} segments in one frame` });
  return covered.map(([label, place]) => {
    const mask = cut(values, columns, place, kind, label, maximum, most);
    return kind === 'labels' ? { ...mask, segment: label } : mask;
  });
}

/** The rectangle around what is not nought: of each value by itself, or of all together. */
function coveredBy(values: ArrayLike<number>, columns: number, apart: boolean): Map<number, Covered> {
  const found = new Map<number, Covered>();
  let last: Covered | undefined;
  let lastValue = 0;
  for (let index = 0, row = 0, column = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (value !== 0) {
      const key = apart ? value : 1;
      if (!last || key !== lastValue) {
        if (found.size > LABELS_MAX) return found;
        last = found.get(key) ?? { left: column, top: row, right: column, bottom: row };
        lastValue = key;
        found.set(key, last);
      }
      if (column < last.left) last.left = column;
      if (column > last.right) last.right = column;
      last.bottom = row;
    }
    if (++column === columns) {
      column = 0;
      row++;
    }
  }
  return found;
}

function cut(
  values: ArrayLike<number>,
  columns: number,
  { left, top, right, bottom }: Covered,
  kind: MaskAsk['kind'],
  label: number,
  maximum: number,
  most: number,
): Mask {
  const [wide, high] = [right - left + 1, bottom - top + 1];
  const depth = kind === 'fractional' ? 8 : 1;
  let step = 1;
  const size = () => Math.ceil((Math.ceil(wide / step) * Math.ceil(high / step) * depth) / 8);
  while (size() > most) step++;
  const across = Math.ceil(wide / step);
  const made = new Uint8Array(size());
  for (let row = 0; row < high; row++) {
    const from = (row + top) * columns + left;
    const into = Math.floor(row / step) * across;
    for (let column = 0; column < wide; column++) {
      const value = values[from + column] ?? 0;
      if (value === 0 || (kind === 'labels' && value !== label)) continue;
      const at = into + Math.floor(column / step);
      // Of pixels that are put together the greatest counts: nothing of a segment disappears.
      if (depth === 8) made[at] = Math.max(made[at] ?? 0, Math.min(255, Math.max(1, Math.round((255 * value) / maximum))));
      else made[at >> 3] = (made[at >> 3] ?? 0) | (1 << (at & 7));
    }
  }
  return { box: [left, top, wide, high], step, depth, values: made };
}
