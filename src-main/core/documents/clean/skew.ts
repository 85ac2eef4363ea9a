import type { Grey } from '../page.ts';
import { quarterTurns, shrink } from './raster.ts';

const LONGEST = 1400; // pixels of the picture that is measured: 0.05 degrees move the end of a line by one pixel
const INK_BELOW = 150; // on a flattened page
const MOST_POINTS = 120_000;
const REACH = 12; // degrees searched to either side
const LONG_RUN = 0.06; // of the longer side: longer straight runs are rules, not letters

export interface Lie {
  /** The lines of text run up and down: turn by a quarter, either way. */
  sideways: boolean;
  /** Degrees by which lines fall to the right (clockwise); turn by the opposite to straighten. */
  skew: number;
}

/** How the lines of text lie on a flattened page, by the angle at which rows of ink and gaps stand out most (projection profile, Postl 1986). */
export function lieOf(page: Grey): Lie {
  const small = shrink(page, LONGEST).image;
  const upright = peak(inkOf(small), small.height);
  const turned = quarterTurns(small, 1);
  const sideways = peak(inkOf(turned), turned.height);
  return sideways.sharpness > upright.sharpness
    ? { sideways: true, skew: sideways.angle }
    : { sideways: false, skew: upright.angle };
}

interface Ink {
  x: Int16Array;
  y: Int16Array;
}

function inkOf(image: Grey): Ink {
  const ink = new Uint8Array(image.data.length);
  for (let i = 0; i < ink.length; i++) ink[i] = (image.data[i] ?? 255) < INK_BELOW ? 1 : 0;
  dropRules(ink, image.width, image.height);
  let count = 0;
  for (const one of ink) count += one;
  const step = Math.max(1, Math.ceil(count / MOST_POINTS));
  const x = new Int16Array(Math.ceil(count / step));
  const y = new Int16Array(x.length);
  let seen = 0;
  for (let i = 0; i < ink.length; i++) {
    if (ink[i] === 0 || seen++ % step !== 0) continue;
    const at = Math.floor((seen - 1) / step);
    x[at] = i % image.width;
    y[at] = Math.floor(i / image.width);
  }
  return { x, y };
}

/** Rules of tables and edges of the sheet would outweigh the text. */
function dropRules(ink: Uint8Array, width: number, height: number): void {
  const longest = Math.max(width, height) * LONG_RUN;
  const drop = ink.slice();
  const along = (lines: number, length: number, at: (line: number, i: number) => number) => {
    for (let line = 0; line < lines; line++) {
      let start = 0;
      for (let i = 0; i <= length; i++) {
        if (i < length && drop[at(line, i)] === 1) continue;
        if (i - start > longest) for (let k = start; k < i; k++) ink[at(line, k)] = 0;
        start = i + 1;
      }
    }
  };
  along(height, width, (y, x) => y * width + x);
  along(width, height, (x, y) => y * width + x);
}

function peak(ink: Ink, height: number): { angle: number; sharpness: number } {
  if (ink.x.length < 50) return { angle: 0, sharpness: 0 };
  const scores: number[] = [];
  let best = { angle: 0, score: -1 };
  const look = (from: number, to: number, step: number, keep: boolean) => {
    for (let angle = from; angle <= to + 1e-9; angle += step) {
      const score = profileScore(ink, height, angle);
      if (keep) scores.push(score);
      if (score > best.score) best = { angle, score };
    }
  };
  look(-REACH, REACH, 0.5, true);
  look(best.angle - 0.5, best.angle + 0.5, 0.1, false);
  look(best.angle - 0.1, best.angle + 0.1, 0.02, false);
  const median = scores.sort((a, b) => a - b)[Math.floor(scores.length / 2)] ?? 1;
  return { angle: best.angle, sharpness: best.score / Math.max(median, 1e-9) };
}

/** Sum of squared differences between neighbouring rows of the page seen along the angle. */
function profileScore(ink: Ink, height: number, angle: number): number {
  const slope = Math.tan((angle * Math.PI) / 180);
  const margin = height;
  const rows = new Float64Array(height * 3);
  for (let i = 0; i < ink.x.length; i++) {
    // Whole rows: sharing a pixel between two would blur every angle but 0 and so favour it.
    const row = Math.round(ink.y[i]! - ink.x[i]! * slope + margin);
    if (row >= 0 && row < rows.length) rows[row] = rows[row]! + 1;
  }
  let score = 0;
  for (let r = 2; r < rows.length; r++) score += (rows[r]! + rows[r - 1]! - (rows[r - 1]! + rows[r - 2]!)) ** 2;
  return score;
}
