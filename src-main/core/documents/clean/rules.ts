import type { Box, Grey } from '../page.ts';
import { quarterTurns } from './raster.ts';

const LONGEST = 1760; // pixels of the picture that is searched
const DARK = 190; // rules are often grey or thinner than a pixel
const LEAST_RUN = 0.03; // of the longer side: longer than any stroke of a letter
const BREAK = 3; // missing pixels in a rule
const FILLED = 0.85; // of a rule is dark: noise makes runs with many breaks
const DRIFT = 2; // rows by which a rule that is not quite level steps
const BESIDE = 4; // rows above and below at which a rule has paper
const LONELY = 0.7; // of the step from the rule to paper
const THICKEST = 0.006; // of the longer side: what is thicker is a filled cell

export interface Rules {
  /** Boxes of the rules in pixels of the page. */
  level: Box[];
  upright: Box[];
}

/** Straight ruled lines of a page that lies level, such as those of tables. */
export function rulesOf(page: Grey): Rules {
  const factor = Math.max(1, Math.ceil(Math.max(page.width, page.height) / LONGEST));
  const small = darkest(page, factor);
  const scale = (boxes: Box[]) => boxes.map((box) => box.map((v) => v * factor) as Box); // map keeps the four
  const turned = quarterTurns(small, 1); // (x, y) goes to (height - 1 - y, x)
  const upright = levelRules(turned).map(([x0, y0, x1, y1]): Box => [y0, small.height - x1, y1, small.height - x0]);
  return { level: scale(levelRules(small)), upright: scale(upright) };
}

/** Shrinks by whole factors, keeping the darkest pixel, so that thin rules stay. */
function darkest(page: Grey, factor: number): Grey {
  if (factor === 1) return page;
  const width = Math.floor(page.width / factor);
  const height = Math.floor(page.height / factor);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let least = 255;
      for (let dy = 0; dy < factor; dy++) {
        const row = (y * factor + dy) * page.width + x * factor;
        for (let dx = 0; dx < factor; dx++) least = Math.min(least, page.data[row + dx] ?? 255);
      }
      data[y * width + x] = least;
    }
  }
  return { width, height, data };
}

function levelRules({ width, height, data }: Grey): Box[] {
  const longest = Math.max(width, height);
  const least = longest * LEAST_RUN;
  const done: Box[] = [];
  let open: Box[] = [];
  for (let y = 0; y < height; y++) {
    for (const [x0, x1] of runs(data, y * width, width, least)) {
      const same = open.find((rule) => rule[2] >= x0 - BREAK && rule[0] <= x1 + BREAK && y - rule[3] < DRIFT);
      if (same === undefined) open.push([x0, y, x1, y + 1]);
      else [same[0], same[2], same[3]] = [Math.min(same[0], x0), Math.max(same[2], x1), y + 1];
    }
    done.push(...open.filter((rule) => y - rule[3] >= DRIFT));
    open = open.filter((rule) => y - rule[3] < DRIFT);
  }
  const thin = [...done, ...open].filter((rule) => rule[3] - rule[1] <= Math.max(3, longest * THICKEST));
  const paper = medianOf(data);
  return thin.filter((rule) => lonely({ width, height, data }, rule, paper));
}

/** Nearly paper above and below: a line of blurred letters has strokes there. */
function lonely({ width, height, data }: Grey, [x0, y0, x1, y1]: Box, paper: number): boolean {
  const mean = (y: number) => {
    let sum = 0;
    for (let x = x0; x < x1; x++) sum += data[y * width + x] ?? paper;
    return sum / (x1 - x0);
  };
  const rule = mean(Math.floor((y0 + y1 - 1) / 2));
  const beside = Math.min(mean(Math.max(0, y0 - BESIDE)), mean(Math.min(height - 1, y1 - 1 + BESIDE)));
  return beside - rule > LONELY * (paper - rule);
}

function medianOf(data: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const value of data) counts[value] = (counts[value] ?? 0) + 1;
  let left = data.length / 2;
  let value = 0;
  while (value < 255 && left > (counts[value] ?? 0)) left -= counts[value++] ?? 0;
  return value;
}

function runs(data: Uint8Array, row: number, width: number, least: number): [number, number][] {
  const found: [number, number][] = [];
  let start = -1;
  let last = -1;
  let dark = 0;
  for (let x = 0; x <= width; x++) {
    if (x < width && (data[row + x] ?? 255) < DARK) {
      if (start < 0) start = x;
      last = x;
      dark += 1;
    } else if (start >= 0 && (x === width || x - last > BREAK)) {
      const length = last + 1 - start;
      if (length >= least && dark >= FILLED * length) found.push([start, last + 1]);
      start = -1;
      dark = 0;
    }
  }
  return found;
}
