import { type Box, type Grey, grey } from '../page.ts';

/** Shrinks by averaging whole areas; never enlarges. `longest`: pixels of the longer side afterwards. */
export function shrink(image: Grey, longest: number): { image: Grey; scale: number } {
  const scale = Math.min(1, longest / Math.max(image.width, image.height));
  if (scale === 1) return { image, scale };
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const out = grey(width, height);
  const columns = Array.from({ length: width + 1 }, (_, x) => Math.floor((x * image.width) / width));
  for (let y = 0; y < height; y++) {
    const from = Math.floor((y * image.height) / height);
    const to = Math.max(from + 1, Math.floor(((y + 1) * image.height) / height));
    for (let x = 0; x < width; x++) {
      const left = columns[x] ?? 0;
      const right = Math.max(left + 1, columns[x + 1] ?? 0);
      let sum = 0;
      for (let sy = from; sy < to; sy++) {
        const row = sy * image.width;
        for (let sx = left; sx < right; sx++) sum += image.data[row + sx] ?? 0;
      }
      out.data[y * width + x] = sum / ((to - from) * (right - left));
    }
  }
  return { image: out, scale };
}

/** Turns by quarter turns, clockwise. */
export function quarterTurns(image: Grey, turns: number): Grey {
  const { width, height, data } = image;
  const quarter = ((turns % 4) + 4) % 4;
  if (quarter === 0) return image;
  if (quarter === 2) return { width, height, data: data.slice().reverse() };
  const out = grey(height, width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = quarter === 1 ? x * height + (height - 1 - y) : (width - 1 - x) * height + y;
      out.data[to] = data[y * width + x] ?? 0;
    }
  }
  return out;
}

/** Where a box of a `width` x `height` page comes to lie when the page is turned by quarter turns, clockwise. */
export function turnedBox([x0, y0, x1, y1]: Box, turns: number, width: number, height: number): Box {
  if (turns === 1) return [height - y1, x0, height - y0, x1];
  if (turns === 2) return [width - x1, height - y1, width - x0, height - y0];
  return turns === 3 ? [y0, width - x1, y1, width - x0] : [x0, y0, x1, y1];
}

/** Projective map of the plane, row by row: [x, y, 1] -> [u, v, w], the point being (u/w, v/w). */
export type Projection = readonly [number, number, number, number, number, number, number, number, number];

/** Draws `width` x `height` pixels; each takes its value, by cubic interpolation (Catmull-Rom), from where `toSource` sends it. */
export function warp(source: Grey, toSource: Projection, width: number, height: number, outside = 255): Grey {
  const out = grey(width, height, outside);
  const [a, b, c, d, e, f, g, h, i] = toSource;
  const { data, width: sw, height: sh } = source;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const w = g * x + h * y + i;
      const sx = (a * x + b * y + c) / w;
      const sy = (d * x + e * y + f) / w;
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      if (x0 < 1 || y0 < 1 || x0 >= sw - 2 || y0 >= sh - 2) {
        if (x0 >= 0 && y0 >= 0 && x0 < sw && y0 < sh) out.data[y * width + x] = data[y0 * sw + x0] ?? 255;
        continue;
      }
      const at = (y0 - 1) * sw + x0 - 1;
      const tx = sx - x0;
      const r0 = cubic(data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!, tx);
      const r1 = cubic(data[at + sw]!, data[at + sw + 1]!, data[at + sw + 2]!, data[at + sw + 3]!, tx);
      const r2 = cubic(data[at + 2 * sw]!, data[at + 2 * sw + 1]!, data[at + 2 * sw + 2]!, data[at + 2 * sw + 3]!, tx);
      const r3 = cubic(data[at + 3 * sw]!, data[at + 3 * sw + 1]!, data[at + 3 * sw + 2]!, data[at + 3 * sw + 3]!, tx);
      const value = cubic(r0, r1, r2, r3, sy - y0);
      out.data[y * width + x] = value < 0 ? 0 : value > 255 ? 255 : value + 0.5;
    }
  }
  return out;
}

function cubic(p0: number, p1: number, p2: number, p3: number, t: number): number {
  return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
}

/** Turns clockwise by a small angle about the centre; the sheet keeps its size. */
export function turnBy(image: Grey, degrees: number): Grey {
  const angle = (degrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const cx = image.width / 2;
  const cy = image.height / 2;
  return warp(
    image,
    [cos, sin, cx - cos * cx - sin * cy, -sin, cos, cy + sin * cx - cos * cy, 0, 0, 1],
    image.width,
    image.height,
  );
}
