/** Finds the lit retinal disc in a reduced fundus photograph. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Picture {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Longest side of the grid on which the disc is sought, in cells. */
const GRID_SIDE = 192;
/** Rows and columns lit on less than this share of the disc's extent are notches, text or glare and are cut off. */
const EDGE_SHARE = 0.04;

/**
 * The box around the largest lit area. Pictures without a dark surround (cut inside the disc) and pictures in which
 * nothing is lit come back whole.
 */
export function findDisc(picture: Picture): Box {
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  const step = Math.max(1, Math.ceil(Math.max(picture.width, picture.height) / GRID_SIDE));
  const grid = brightness(picture, step);
  const threshold = surroundThreshold(grid);
  if (threshold === null) return whole;
  const area = largestLit(grid, threshold);
  if (area.count < 0.02 * grid.width * grid.height) return whole;
  const [left, right] = extent(area.columns);
  const [top, bottom] = extent(area.rows);
  const box = {
    left: left * step,
    top: top * step,
    width: Math.min((right + 1) * step, picture.width) - left * step,
    height: Math.min((bottom + 1) * step, picture.height) - top * step,
  };
  return box.width < 8 || box.height < 8 ? whole : box;
}

interface Grid {
  readonly width: number;
  readonly height: number;
  readonly value: Float32Array;
}

/** Mean of the brightest channel in cells of step * step pixels; an incomplete last row or column is a cell too. */
function brightness({ rgb, width, height }: Picture, step: number): Grid {
  const w = Math.ceil(width / step);
  const h = Math.ceil(height / step);
  const value = new Float32Array(w * h);
  const count = new Float32Array(w * h);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / step) * w;
    for (let x = 0; x < width; x++, i += 3) {
      const cell = row + Math.floor(x / step);
      value[cell] = (value[cell] ?? 0) + Math.max(rgb[i] ?? 0, rgb[i + 1] ?? 0, rgb[i + 2] ?? 0);
      count[cell] = (count[cell] ?? 0) + 1;
    }
  }
  for (let i = 0; i < value.length; i++) value[i] = (value[i] ?? 0) / (count[i] ?? 1);
  return { width: w, height: h, value };
}

/** Level that parts the dark surround from the disc, or null where there is no dark surround. */
function surroundThreshold({ width, height, value }: Grid): number | null {
  const sorted = Float32Array.from(value).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const patch = Math.max(1, Math.round(Math.min(width, height) * 0.03));
  let surround = Infinity;
  for (const left of [0, width - patch]) {
    for (const top of [0, height - patch]) {
      let sum = 0;
      for (let y = 0; y < patch; y++) for (let x = 0; x < patch; x++) sum += value[(top + y) * width + left + x] ?? 0;
      surround = Math.min(surround, sum / (patch * patch));
    }
  }
  const bright = at(0.95);
  if (surround > 0.5 * bright) return null;
  return surround + Math.max(6, 0.12 * (bright - surround));
}

/** The largest four-connected area above the threshold, as lit cells in each row and column. */
function largestLit({ width, height, value }: Grid, threshold: number) {
  const seen = new Uint8Array(width * height);
  const queue = new Int32Array(width * height);
  let best = new Int32Array(0);
  for (let start = 0; start < value.length; start++) {
    if (seen[start] || (value[start] ?? 0) < threshold) continue;
    let head = 0;
    let tail = 0;
    const visit = (cell: number) => {
      if (seen[cell] || (value[cell] ?? 0) < threshold) return;
      seen[cell] = 1;
      queue[tail++] = cell;
    };
    visit(start);
    while (head < tail) {
      const cell = queue[head++] ?? 0;
      const x = cell % width;
      if (x > 0) visit(cell - 1);
      if (x < width - 1) visit(cell + 1);
      if (cell >= width) visit(cell - width);
      if (cell < width * (height - 1)) visit(cell + width);
    }
    if (tail > best.length) best = queue.slice(0, tail);
  }
  const columns = new Uint32Array(width);
  const rows = new Uint32Array(height);
  for (const cell of best) {
    const x = cell % width;
    const y = (cell - x) / width;
    columns[x] = (columns[x] ?? 0) + 1;
    rows[y] = (rows[y] ?? 0) + 1;
  }
  return { count: best.length, columns, rows };
}

/** First and last index with at least EDGE_SHARE of the highest count. */
function extent(counts: Uint32Array): [number, number] {
  const least = EDGE_SHARE * Math.max(...counts);
  let first = 0;
  let last = counts.length - 1;
  while (first < last && (counts[first] ?? 0) < least) first++;
  while (last > first && (counts[last] ?? 0) < least) last--;
  return [first, last];
}
