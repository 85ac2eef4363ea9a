import * as ort from 'onnxruntime-node';
import type { Box, Grey, ReadWord } from '../../page.ts';
import { decodeCtc, wordsOf } from './ctc.ts';

const HEIGHT = 48; // pixels that the network wants
const NARROWEST = 48;
const WIDEST = 3200; // longer lines are squeezed

export interface ReadLine {
  box: Box;
  words: ReadWord[];
  /** Mean over the characters, 0 when nothing was seen. */
  confidence: number;
}

/** Reads the text within a box of the page as one line. */
export async function readLine(
  session: ort.InferenceSession,
  labels: readonly string[],
  page: Grey,
  box: Box,
  upsideDown = false,
): Promise<ReadLine> {
  const [x0, y0, x1, y1] = box;
  const width = Math.min(WIDEST, Math.max(NARROWEST, Math.round(((x1 - x0) * HEIGHT) / (y1 - y0))));
  const plane = HEIGHT * width;
  const input = new Float32Array(3 * plane);
  crop(page, box, width, input);
  if (upsideDown) input.subarray(0, plane).reverse();
  input.copyWithin(plane, 0, plane);
  input.copyWithin(2 * plane, 0, plane);
  const name = session.inputNames[0] ?? 'x';
  const output = Object.values(await session.run({ [name]: new ort.Tensor('float32', input, [1, 3, HEIGHT, width]) }))[0];
  const steps = output?.dims[1] ?? 0;
  if (!(output?.data instanceof Float32Array) || steps === 0) return { box, words: [], confidence: 0 };
  const seen = decodeCtc(output.data, steps, labels);
  const letters = seen.filter((s) => s.text !== ' ');
  const words = wordsOf(seen, box, (x1 - x0) / steps);
  return {
    box,
    words,
    confidence: letters.length === 0 ? 0 : letters.reduce((sum, s) => sum + s.confidence, 0) / letters.length,
  };
}

/** Scales a box of the page to the network's height; values from -1 (black) to 1. Several samples a pixel where it shrinks. */
function crop(page: Grey, [x0, y0, x1, y1]: Box, width: number, out: Float32Array): void {
  const [fx, fy] = [(x1 - x0) / width, (y1 - y0) / HEIGHT];
  const [nx, ny] = [Math.max(1, Math.round(fx * 1.5)), Math.max(1, Math.round(fy * 1.5))];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let j = 0; j < ny; j++) {
        const sy = y0 + (y + (j + 0.5) / ny) * fy - 0.5;
        for (let i = 0; i < nx; i++) sum += sample(page, x0 + (x + (i + 0.5) / nx) * fx - 0.5, sy);
      }
      out[y * width + x] = sum / (nx * ny) / 127.5 - 1;
    }
  }
}

function sample({ data, width, height }: Grey, x: number, y: number): number {
  const cx = Math.min(width - 1.001, Math.max(0, x));
  const cy = Math.min(height - 1.001, Math.max(0, y));
  const [ix, iy] = [Math.floor(cx), Math.floor(cy)];
  const [tx, ty] = [cx - ix, cy - iy];
  const at = iy * width + ix;
  const top = (data[at] ?? 255) * (1 - tx) + (data[at + 1] ?? 255) * tx;
  const bottom = (data[at + width] ?? 255) * (1 - tx) + (data[at + width + 1] ?? 255) * tx;
  return top * (1 - ty) + bottom * ty;
}
