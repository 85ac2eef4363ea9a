import { type Grey, grey } from '../page.ts';

const BLOCKS_ACROSS = 90; // over the shorter side: a block is wider than strokes, narrower than shadows
const PAPER_PERCENTILE = 0.8; // within a block most pixels are paper
const EVEN = 0.92; // darkest block of paper against the brightest
const PAPER = 248; // what paper becomes
const DARKEST = 0.1; // of the brightest paper: below it nothing can be read any more
const PALE = 90; // median of ink above which it is stretched
const BLACK = 40; // what that median becomes
const LEAST_CONTRAST = 25; // grey levels between paper and ink; less is noise

/** Makes paper white and ink black: divided by its background where that is uneven or grey, then stretched where the ink is pale. */
export function flatten(image: Grey): Grey {
  return stretch(even(image));
}

function even(image: Grey): Grey {
  const paper = background(image);
  const sorted = Uint8Array.from(paper.data).sort();
  const low = sorted[Math.floor(sorted.length * 0.03)] ?? 0;
  const high = sorted[Math.floor(sorted.length * 0.97)] ?? 255;
  if (low >= EVEN * high && high > 235) return image;
  return divide(image, paper, Math.max(1, high * DARKEST));
}

/** Pale ink (a washed-out copy, few grey levels) is brought to black. */
function stretch(image: Grey): Grey {
  const counts = new Uint32Array(256);
  for (const value of image.data) counts[value] = (counts[value] ?? 0) + 1;
  const ink = medianBelow(counts, otsu(counts));
  if (ink <= PALE) return image;
  const map = Uint8Array.from({ length: 256 }, (_, v) =>
    Math.max(0, Math.min(255, PAPER - ((PAPER - v) * (PAPER - BLACK)) / Math.max(PAPER - ink, LEAST_CONTRAST))),
  );
  return { ...image, data: image.data.map((v) => map[v] ?? v) };
}

/** Threshold between two classes of brightness (Otsu 1979). */
function otsu(counts: Uint32Array): number {
  let total = 0;
  let sum = 0;
  counts.forEach((n, v) => {
    total += n;
    sum += n * v;
  });
  let best = { threshold: 128, between: -1 };
  let below = 0;
  let sumBelow = 0;
  for (let v = 0; v < 255; v++) {
    below += counts[v] ?? 0;
    sumBelow += v * (counts[v] ?? 0);
    if (below === 0 || below === total) continue;
    const between = (sumBelow / below - (sum - sumBelow) / (total - below)) ** 2 * below * (total - below);
    if (between > best.between) best = { threshold: v, between };
  }
  return best.threshold;
}

function medianBelow(counts: Uint32Array, threshold: number): number {
  let total = 0;
  for (let v = 0; v <= threshold; v++) total += counts[v] ?? 0;
  let left = total / 2;
  for (let v = 0; v <= threshold; v++) {
    left -= counts[v] ?? 0;
    if (left <= 0) return v;
  }
  return threshold;
}

interface Blocks extends Grey {
  size: number;
}

function background(image: Grey): Blocks {
  const size = Math.max(6, Math.round(Math.min(image.width, image.height) / BLOCKS_ACROSS));
  const width = Math.ceil(image.width / size);
  const height = Math.ceil(image.height / size);
  const blocks = grey(width, height);
  const counts = new Uint32Array(256);
  for (let by = 0; by < height; by++) {
    for (let bx = 0; bx < width; bx++) {
      counts.fill(0);
      let total = 0;
      const bottom = Math.min(image.height, (by + 1) * size);
      const right = Math.min(image.width, (bx + 1) * size);
      for (let y = by * size; y < bottom; y++) {
        for (let x = bx * size; x < right; x++) {
          const value = image.data[y * image.width + x] ?? 0;
          counts[value] = (counts[value] ?? 0) + 1;
          total += 1;
        }
      }
      let left = total * (1 - PAPER_PERCENTILE);
      let value = 255;
      while (value > 0 && left > (counts[value] ?? 0)) left -= counts[value--] ?? 0;
      blocks.data[by * width + bx] = value;
    }
  }
  return { ...smooth(smooth(brightest(blocks))), size };
}

/** Brightest of the 3 x 3 neighbours: heavy letters and filled cells take the paper beside them. */
function brightest(blocks: Grey): Grey {
  return neighbours(blocks, (values) => Math.max(...values));
}

function smooth(blocks: Grey): Grey {
  return neighbours(blocks, (values) => values.reduce((sum, v) => sum + v, 0) / values.length);
}

function neighbours(blocks: Grey, combine: (values: number[]) => number): Grey {
  const out = grey(blocks.width, blocks.height);
  for (let y = 0; y < blocks.height; y++) {
    for (let x = 0; x < blocks.width; x++) {
      const values: number[] = [];
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const nx = x + dx;
          const ny = y + dy;
          if (nx >= 0 && ny >= 0 && nx < blocks.width && ny < blocks.height)
            values.push(blocks.data[ny * blocks.width + nx] ?? 0);
        }
      }
      out.data[y * blocks.width + x] = combine(values);
    }
  }
  return out;
}

function divide(image: Grey, paper: Blocks, least: number): Grey {
  const out = grey(image.width, image.height);
  for (let y = 0; y < image.height; y++) {
    const by = Math.min(paper.height - 1, Math.max(0, (y + 0.5) / paper.size - 0.5));
    const y0 = Math.floor(by);
    const y1 = Math.min(paper.height - 1, y0 + 1);
    const ty = by - y0;
    for (let x = 0; x < image.width; x++) {
      const bx = Math.min(paper.width - 1, Math.max(0, (x + 0.5) / paper.size - 0.5));
      const x0 = Math.floor(bx);
      const x1 = Math.min(paper.width - 1, x0 + 1);
      const tx = bx - x0;
      const top = paper.data[y0 * paper.width + x0]! * (1 - tx) + paper.data[y0 * paper.width + x1]! * tx;
      const bottom = paper.data[y1 * paper.width + x0]! * (1 - tx) + paper.data[y1 * paper.width + x1]! * tx;
      const white = Math.max(least, top * (1 - ty) + bottom * ty);
      const at = y * image.width + x;
      out.data[at] = Math.min(255, (image.data[at]! * PAPER) / white);
    }
  }
  return out;
}
