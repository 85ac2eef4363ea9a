/** What can be measured about a prepared square of a film without a network: exposure, contrast, sharpness, and whether it has colour. */
import { histogramOf } from './grey.ts';

/** Numbers by name; what they mean stands with each task. */
export type Features = Readonly<Record<string, number>>;

/** Border that is left out, as a share of the side: plate edges and collimators. */
const BORDER = 0.06;

/**
 * @param grey size * size bytes of the film
 * @param colour mean of (brightest - darkest channel) / brightest of the picture as it came
 */
export function measureFilm(grey: Uint8Array, size: number, colour: number): FilmQuality {
  const edge = Math.round(size * BORDER);
  const side = size - 2 * edge;
  const middle = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) middle.set(grey.subarray((y + edge) * size + edge, (y + edge) * size + edge + side), y * side);
  const counts = histogramOf(middle);
  const mean = middle.reduce((sum, value) => sum + value, 0) / middle.length;
  const spread = Math.sqrt(middle.reduce((sum, value) => sum + (value - mean) ** 2, 0) / middle.length);
  return {
    exposure: mean,
    contrast: spread,
    range: percentile(counts, middle.length, 0.99) - percentile(counts, middle.length, 0.01),
    black: share(counts, 0, 4) / middle.length,
    white: share(counts, 250, 255) / middle.length,
    sharpness: sharpness(middle, side) / Math.max(1, spread),
    colour,
  };
}

export interface FilmQuality extends Features {
  /** Mean grey, 0 to 255. */
  readonly exposure: number;
  /** Standard deviation of the greys. */
  readonly contrast: number;
  /** Greys between the first and the last hundredth of the pixels. */
  readonly range: number;
  /** Shares of pixels that are all but black or white, 0 to 1. */
  readonly black: number;
  readonly white: number;
  /** Mean absolute step between neighbours over the contrast: edges as strong as the film's own range give more. */
  readonly sharpness: number;
  /** 0 in a film; above 0.05 something has colour. */
  readonly colour: number;
}

function percentile(counts: Uint32Array, total: number, wanted: number): number {
  let seen = 0;
  for (let level = 0; level < 256; level++) {
    seen += counts[level] ?? 0;
    if (seen >= wanted * total) return level;
  }
  return 255;
}

function share(counts: Uint32Array, from: number, to: number): number {
  return counts.subarray(from, to + 1).reduce((sum, count) => sum + count, 0);
}

function sharpness(grey: Uint8Array, side: number): number {
  let sum = 0;
  for (let y = 1; y < side; y++) {
    for (let x = 1; x < side; x++) {
      const at = y * side + x;
      const value = grey[at] ?? 0;
      sum += Math.abs(value - (grey[at - 1] ?? 0)) + Math.abs(value - (grey[at - side] ?? 0));
    }
  }
  return sum / (2 * (side - 1) ** 2);
}
