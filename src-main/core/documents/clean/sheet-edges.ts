import type { Grey } from '../page.ts';

const STEEPEST = 0.36; // sides lean by at most 20 degrees
const SLOPES = 37;
const CANDIDATES = 6; // for each side
const LEAST_GRADIENT = 2.5; // on the logarithmic scale below, over two pixels
const FULL_GRADIENT = 20; // stronger edges count no more
const FINE_SLOPE = 0.002;
const FINE_STEP = 0.25; // pixels
const FINE_REACH = 8; // steps of either kind to both sides

/** A line near an axis: position = at + slope * (distance along the axis from the middle). */
export interface Side {
  at: number;
  slope: number;
  votes: number;
}

/** Strongest straight edges near an axis (Hough transform on the gradient), dark to bright for `sign` 1. */
export function sides(image: Grey, axis: 'x' | 'y', sign: 1 | -1): Side[] {
  const { width, height, data } = image;
  const across = axis === 'x' ? width : height;
  const along = axis === 'x' ? height : width;
  const votes = Array.from({ length: SLOPES }, () => new Float64Array(across));
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const gradient = sign * (axis === 'x' ? data[at + 1]! - data[at - 1]! : data[at + width]! - data[at - width]!);
      if (gradient < LEAST_GRADIENT) continue;
      const [p, q] = axis === 'x' ? [x, y - height / 2] : [y, x - width / 2];
      for (let s = 0; s < SLOPES; s++) {
        const cut = Math.round(p - slopeOf(s) * q);
        const row = votes[s];
        if (row !== undefined && cut >= 0 && cut < across) row[cut] = row[cut]! + Math.min(gradient, FULL_GRADIENT);
      }
    }
  }
  const found: Side[] = [];
  const least = along * 0.25 * LEAST_GRADIENT;
  while (found.length < CANDIDATES) {
    let best: Side = { at: 0, slope: 0, votes: least };
    for (let s = 0; s < SLOPES; s++) {
      for (let c = 0; c < across; c++) {
        const n = votes[s]?.[c] ?? 0;
        if (n > best.votes && !found.some((f) => Math.abs(f.at - c) < 5 && Math.abs(f.slope - slopeOf(s)) < 0.06))
          best = { at: c, slope: slopeOf(s), votes: n };
      }
    }
    if (best.votes === least) break;
    found.push(best);
  }
  return found;
}

function slopeOf(index: number): number {
  return (index / (SLOPES - 1) - 0.5) * 2 * STEEPEST;
}

/** A side brought to where the edge is steepest, to a fraction of a pixel. `range`: from where to where it runs along the axis. */
export function refined(image: Grey, side: Side, axis: 'x' | 'y', sign: 1 | -1, range: readonly [number, number]): Side {
  let best = { ...side, votes: -1 };
  const middle = (axis === 'x' ? image.height : image.width) / 2;
  for (let s = -FINE_REACH; s <= FINE_REACH; s++) {
    const slope = side.slope + s * FINE_SLOPE;
    for (let step = -FINE_REACH; step <= FINE_REACH; step++) {
      // Turned about the middle of the side, so that place and slope can be searched apart.
      const at = side.at + step * FINE_STEP - (slope - side.slope) * ((range[0] + range[1]) / 2 - middle);
      let votes = 0;
      for (let q = Math.ceil(range[0]) + 2; q < range[1] - 2; q++) {
        const p = at + slope * (q - middle);
        votes += Math.max(0, sign * (between(image, axis, p + 1, q) - between(image, axis, p - 1, q)));
      }
      if (votes > best.votes) best = { at, slope, votes };
    }
  }
  return best;
}

/** Brightness between two pixels across the side. */
function between({ width, height, data }: Grey, axis: 'x' | 'y', across: number, along: number): number {
  const low = Math.floor(across);
  const at = (p: number) => {
    const [x, y] = axis === 'x' ? [p, along] : [along, p];
    return data[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] ?? 0;
  };
  return at(low) * (low + 1 - across) + at(low + 1) * (across - low);
}
