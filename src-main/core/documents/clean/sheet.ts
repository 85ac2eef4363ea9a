import { type Grey, grey } from '../page.ts';
import { type Projection, shrink, warp } from './raster.ts';
import { refined, type Side, sides } from './sheet-edges.ts';

const LONGEST = 480; // pixels of the picture in which the sheet is searched
const BESIDE = 4; // pixels inside and outside at which an edge is judged
const BRIGHTER = 1.12; // paper against what is around it
const SUPPORTED = 0.6; // share of each side along which that is so
const SUPPORTED_MEAN = 0.8; // and over all four
const LEAST_AREA = 0.3; // of the picture
const LOG_SCALE = 70;
const LOG_OFFSET = 8; // grey levels: below it there is only noise
const INSET = 0.006; // of the sheet: its very edge is dropped

type Point = readonly [x: number, y: number];
/** Top left, top right, bottom right, bottom left. */
export type Corners = readonly [Point, Point, Point, Point];

/** Finds a sheet of paper photographed on something darker, and looks at it from straight above; anything else comes back as it is. */
export function sheetOf(image: Grey): Grey {
  const corners = findSheet(image);
  return corners === null ? image : rectify(image, corners);
}

/** Corners of the sheet in pixels of the picture, null when no four sides stand out from a darker ground. */
export function findSheet(image: Grey): Corners | null {
  const { image: coarse, scale } = shrink(image, LONGEST);
  const small = logarithm(blur(blur(coarse)));
  const { width, height } = small;
  const left = sides(small, 'x', 1);
  const right = sides(small, 'x', -1);
  const top = sides(small, 'y', 1);
  const bottom = sides(small, 'y', -1);
  let best: { sides: [Side, Side, Side, Side]; corners: Corners; score: number } | null = null;
  for (const l of left) {
    for (const r of right) {
      if (r.at - l.at < 0.3 * width) continue;
      for (const t of top) {
        for (const b of bottom) {
          if (b.at - t.at < 0.3 * height) continue;
          const corners = [meet(l, t, small), meet(r, t, small), meet(r, b, small), meet(l, b, small)] as const;
          const area = areaOf(corners) / (width * height);
          if (area < LEAST_AREA || !convex(corners)) continue;
          const supports = corners.map((corner, i) => support(small, corner, corners[(i + 1) % 4] ?? corner, corners));
          if (Math.min(...supports) < SUPPORTED || mean(supports) < SUPPORTED_MEAN) continue;
          const score = 4 * mean(supports) + area;
          if (best === null || score > best.score) best = { sides: [l, r, t, b], corners, score };
        }
      }
    }
  }
  if (best === null) return null;
  const [tl, tr, br, bl] = best.corners;
  const l = refined(small, best.sides[0], 'x', 1, [tl[1], bl[1]]);
  const r = refined(small, best.sides[1], 'x', -1, [tr[1], br[1]]);
  const t = refined(small, best.sides[2], 'y', 1, [tl[0], tr[0]]);
  const b = refined(small, best.sides[3], 'y', -1, [bl[0], br[0]]);
  // The middle of a pixel of the small picture lies half a pixel further in the large one.
  const large = ([x, y]: Point): Point => [(x + 0.5) / scale - 0.5, (y + 0.5) / scale - 0.5];
  return [large(meet(l, t, small)), large(meet(r, t, small)), large(meet(r, b, small)), large(meet(l, b, small))];
}

/** Where an upright side (x by y) and a level one (y by x) cross. */
function meet(upright: Side, level: Side, { width, height }: Grey): Point {
  const [cx, cy] = [width / 2, height / 2];
  const x = (upright.at + upright.slope * (level.at - level.slope * cx - cy)) / (1 - upright.slope * level.slope);
  return [x, level.at + level.slope * (x - cx)];
}

/** Share of a side along which paper inside is brighter than the ground outside. */
function support(image: Grey, from: Point, to: Point, corners: Corners): number {
  const [mx, my] = [0, 1].map((k) => corners.reduce((sum, c) => sum + (c[k] ?? 0), 0) / 4) as [number, number]; // two of two
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  let [nx, ny] = [-(to[1] - from[1]) / length, (to[0] - from[0]) / length];
  if ((mx - from[0]) * nx + (my - from[1]) * ny < 0) [nx, ny] = [-nx, -ny];
  const steps = 40;
  let yes = 0;
  for (let s = 0; s < steps; s++) {
    const t = (s + 0.5) / steps;
    const x = from[0] + t * (to[0] - from[0]);
    const y = from[1] + t * (to[1] - from[1]);
    const inside = valueAt(image, x + nx * BESIDE, y + ny * BESIDE);
    const outside = valueAt(image, x - nx * BESIDE, y - ny * BESIDE);
    if (inside !== null && outside !== null && inside - outside > LOG_SCALE * Math.log(BRIGHTER)) yes += 1;
  }
  return yes / steps;
}

/** Brightness by ratios: an edge in deep shadow counts like one in the light. */
function logarithm(image: Grey): Grey {
  const map = Uint8Array.from({ length: 256 }, (_, v) => Math.round(LOG_SCALE * Math.log((v + LOG_OFFSET) / LOG_OFFSET)));
  return { ...image, data: image.data.map((v) => map[v] ?? 0) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

function valueAt(image: Grey, x: number, y: number): number | null {
  const [px, py] = [Math.round(x), Math.round(y)];
  return px < 0 || py < 0 || px >= image.width || py >= image.height ? null : (image.data[py * image.width + px] ?? null);
}

function areaOf(corners: Corners): number {
  let sum = 0;
  corners.forEach(([x, y], i) => {
    const [nx, ny] = corners[(i + 1) % 4] ?? corners[0];
    sum += x * ny - nx * y;
  });
  return Math.abs(sum) / 2;
}

function convex(corners: Corners): boolean {
  return corners.every(([x, y], i) => {
    const [nx, ny] = corners[(i + 1) % 4] ?? corners[0];
    const [mx, my] = corners[(i + 2) % 4] ?? corners[0];
    return (nx - x) * (my - ny) - (ny - y) * (mx - nx) > 0;
  });
}

function blur(image: Grey): Grey {
  const { width, height, data } = image;
  const out = grey(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      let n = 0;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const [px, py] = [x + dx, y + dy];
          if (px < 0 || py < 0 || px >= width || py >= height) continue;
          sum += data[py * width + px] ?? 0;
          n += 1;
        }
      }
      out.data[y * width + x] = sum / n;
    }
  }
  return out;
}

function rectify(image: Grey, corners: Corners): Grey {
  const [a, b, c, d] = corners;
  const side = (p: Point, q: Point) => Math.hypot(p[0] - q[0], p[1] - q[1]);
  const width = Math.round(Math.max(side(a, b), side(d, c)));
  const height = Math.round(Math.max(side(a, d), side(b, c)));
  return warp(image, squareTo(corners, width, height), width, height);
}

/** The projection that sends a width x height rectangle, less its very edge, to four corners (Heckbert 1989, section 2.2.3). */
function squareTo([p0, p1, p2, p3]: Corners, width: number, height: number): Projection {
  const [sx, sy] = [p0[0] - p1[0] + p2[0] - p3[0], p0[1] - p1[1] + p2[1] - p3[1]];
  const [dx1, dy1] = [p1[0] - p2[0], p1[1] - p2[1]];
  const [dx2, dy2] = [p3[0] - p2[0], p3[1] - p2[1]];
  const det = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / det;
  const h = (dx1 * sy - sx * dy1) / det;
  const [a, b] = [p1[0] - p0[0] + g * p1[0], p3[0] - p0[0] + h * p3[0]];
  const [d, e] = [p1[1] - p0[1] + g * p1[1], p3[1] - p0[1] + h * p3[1]];
  // u = INSET + x * (1 - 2 INSET) / width, and the same for v
  const [ku, kv, o] = [(1 - 2 * INSET) / width, (1 - 2 * INSET) / height, INSET];
  return [a * ku, b * kv, a * o + b * o + p0[0], d * ku, e * kv, d * o + e * o + p0[1], g * ku, h * kv, g * o + h * o + 1];
}
