import * as ort from 'onnxruntime-node';
import { shrink } from '../../clean/raster.ts';
import { type Box, type Grey, grey } from '../../page.ts';

// DB (Liao et al. 2020) as PP-OCRv4 sets it for its detector
const LONGEST = 1120; // pixels of the longer side that the network sees; a multiple of 32
const MULTIPLE = 32;
const INK = 0.3;
const SURE = 0.5; // mean probability over a region
const UNCLIP = 1.6;
const SMALLEST = 3; // pixels of the network's picture
const MOST_LINES = 1000;

/** Boxes around lines (or parts of lines) of text, in pixels of the page. The page has to lie straight. */
export async function detectLines(session: ort.InferenceSession, page: Grey): Promise<Box[]> {
  const { image: small } = shrink(page, LONGEST);
  const width = Math.ceil(small.width / MULTIPLE) * MULTIPLE;
  const height = Math.ceil(small.height / MULTIPLE) * MULTIPLE;
  const plane = width * height;
  const input = new Float32Array(3 * plane).fill(1);
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      const value = (small.data[y * small.width + x] ?? 255) / 127.5 - 1;
      const at = y * width + x;
      input[at] = value;
      input[plane + at] = value;
      input[2 * plane + at] = value;
    }
  }
  const name = session.inputNames[0] ?? 'x';
  const output = Object.values(await session.run({ [name]: new ort.Tensor('float32', input, [1, 3, height, width]) }))[0];
  if (!(output?.data instanceof Float32Array)) return [];
  const scaleX = page.width / small.width;
  const scaleY = page.height / small.height;
  return regions(output.data, width, height)
    .map(([x0, y0, x1, y1]): Box => [x0 * scaleX, y0 * scaleY, x1 * scaleX, y1 * scaleY])
    .map(
      ([x0, y0, x1, y1]): Box => [
        Math.max(0, Math.floor(x0)),
        Math.max(0, Math.floor(y0)),
        Math.min(page.width, Math.ceil(x1)),
        Math.min(page.height, Math.ceil(y1)),
      ],
    );
}

function regions(probability: Float32Array, width: number, height: number): Box[] {
  const ink = grey(width, height);
  for (let i = 0; i < ink.data.length; i++) ink.data[i] = (probability[i] ?? 0) > INK ? 1 : 0;
  const found: Box[] = [];
  const stack: number[] = [];
  for (let start = 0; start < ink.data.length && found.length < MOST_LINES; start++) {
    if (ink.data[start] !== 1) continue;
    let [x0, y0, x1, y1, sum, count] = [width, height, 0, 0, 0, 0];
    ink.data[start] = 2;
    stack.push(start);
    while (stack.length > 0) {
      const at = stack.pop() ?? 0;
      const x = at % width;
      const y = (at - x) / width;
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x + 1);
      y0 = Math.min(y0, y);
      y1 = Math.max(y1, y + 1);
      sum += probability[at] ?? 0;
      count += 1;
      for (const next of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]) {
        if (next >= 0 && ink.data[next] === 1) {
          ink.data[next] = 2;
          stack.push(next);
        }
      }
    }
    const [w, h] = [x1 - x0, y1 - y0];
    if (Math.min(w, h) < SMALLEST || sum / count < SURE) continue;
    const grow = (w * h * UNCLIP) / (2 * (w + h));
    found.push([x0 - grow, y0 - grow, x1 + grow, y1 + grow]);
  }
  return apart(found);
}

/** Grown boxes may reach into their neighbours on the line: they meet halfway, so that no letter is read twice. */
function apart(boxes: Box[]): Box[] {
  const sorted = [...boxes].sort((a, b) => a[0] - b[0]);
  for (const [i, left] of sorted.entries()) {
    for (const right of sorted.slice(i + 1)) {
      if (right[0] >= left[2]) break;
      const overlap = Math.min(left[3], right[3]) - Math.max(left[1], right[1]);
      if (overlap < 0.6 * Math.min(left[3] - left[1], right[3] - right[1]) || right[2] <= left[2]) continue;
      const middle = (left[2] + right[0]) / 2;
      left[2] = middle;
      right[0] = middle;
    }
  }
  return sorted;
}
