import sharp from 'sharp';
import { quarterTurns, turnedBox } from './clean/raster.ts';
import { corrected } from './correct.ts';
import { firstLook, readBoxes, readRest } from './engines/neural/neural.ts';
import type { ReadLine } from './engines/neural/read-line.ts';
import { readWithTesseract } from './engines/tesseract.ts';
import { languageIn, languageOf, maybeOtherScript } from './language.ts';
import { median } from './layout.ts';
import { merge } from './merge.ts';
import { hasDigit } from './numbers.ts';
import type { Box, Grey, ReadWord } from './page.ts';
import { HINDI, hindiTurns } from './script.ts';

export type Engine = 'tesseract' | 'neural' | 'both';

export interface Read {
  /** Quarter turns clockwise until the page stands upright; the boxes are those of the turned page. */
  turns: number;
  words: (ReadWord & { doubtful: boolean })[];
  language: string;
}

const LINE_HEIGHT = 60; // pixels of a found line at which Tesseract reads best: 11 point at 300 dpi
const LINE_RANGE = [46, 95] as const; // no scaling within it
const MOST_SCALE = 3;
const DOUBTFUL_BELOW = 0.8;

interface Look {
  page: Grey;
  turns: number;
  language: string;
  boxes: Box[];
  /** What the neural engine reads. */
  lines(): Promise<ReadLine[]>;
}

interface Options {
  engine: Engine;
  language?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Reads one straightened page with the engines asked for, both at the same time once a first look has told which way is up and which language it is. */
export async function readPicture(image: Grey, { engine, language: given, signal }: Options): Promise<Read> {
  const { page, turns, language, boxes, lines } = await look(image, given, signal);
  if (boxes.length === 0) return { turns: 0, words: [], language };
  const [nWords, tWords] = await Promise.all([
    engine === 'tesseract' ? [] : lines().then((read) => read.flatMap((line) => line.words)),
    engine === 'neural' ? [] : readScaled(page, scaleFor(boxes), language, signal),
  ]);
  if (engine === 'neural') return { turns, words: alone(nWords), language };
  if (engine === 'tesseract') return { turns, words: alone(tWords), language };
  const checked = language.includes('hin')
    ? await reread(page, tWords, nWords, signal)
    : [...nWords, ...(await missed(page, tWords, nWords, signal))];
  return { turns, words: corrected(merge(tWords, checked, language)), language };
}

/** Which way is up, which language; a page that is Latin beyond doubt is not read whole for that. */
async function look(image: Grey, given: string | undefined, signal: AbortSignal | undefined): Promise<Look> {
  const first = await firstLook(image, signal);
  const page = quarterTurns(image, first.turns);
  const seen = { page, turns: first.turns, boxes: first.boxes };
  const early = given ?? languageIn(first.text);
  if (first.certain && early !== null) return { ...seen, language: early, lines: () => readRest(page, first, signal) };
  const lines = await readRest(page, first, signal);
  const hindi = maybeOtherScript(lines) && (given === undefined || given.includes('hin'));
  const turns = hindi ? await hindiTurns(page, lines, signal) : null;
  if (turns === null) return { ...seen, language: given ?? languageOf(textOf(lines)), lines: async () => lines };
  if (turns === 0) return { ...seen, language: given ?? HINDI, lines: async () => lines };
  const upright = quarterTurns(page, turns);
  const boxes = first.boxes.map((box) => turnedBox(box, turns, page.width, page.height));
  const all = { page: upright, turns: (first.turns + turns) % 4, boxes, language: given ?? HINDI };
  return { ...all, lines: () => readBoxes(upright, boxes, signal) };
}

function textOf(lines: readonly ReadLine[]): string {
  return lines.map((line) => line.words.map((word) => word.text).join(' ')).join('\n');
}

async function readScaled(page: Grey, scale: number, language: string, signal: AbortSignal | undefined): Promise<ReadWord[]> {
  const words = await readWithTesseract(await scaled(page, scale), language, signal);
  return words.map((word) => ({ ...word, box: word.box.map((v) => Math.round(v / scale)) as Box })); // map keeps the four
}

function scaleFor(boxes: readonly Box[]): number {
  const height = median(boxes.map((box) => box[3] - box[1]));
  if (height === 0 || (height >= LINE_RANGE[0] && height <= LINE_RANGE[1])) return 1;
  return Math.min(MOST_SCALE, LINE_HEIGHT / height);
}

async function scaled(page: Grey, scale: number): Promise<Grey> {
  if (scale === 1) return page;
  const raw = { width: page.width, height: page.height, channels: 1 } as const;
  const width = Math.round(page.width * scale);
  const height = Math.round(page.height * scale);
  const data = await sharp(page.data, { raw })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer();
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

/** What Tesseract alone saw is shown to the neural engine once more, just there. */
async function missed(
  page: Grey,
  tWords: readonly ReadWord[],
  nWords: readonly ReadWord[],
  signal: AbortSignal | undefined,
): Promise<ReadWord[]> {
  const unseen = tWords.filter(
    (word) => word.confidence > 0.3 && /[\p{L}\d]/u.test(word.text) && !nWords.some((other) => overlaps(word.box, other.box)),
  );
  return (
    await readBoxes(
      page,
      unseen.map((word) => padded(word.box, page)),
      signal,
    )
  ).flatMap((line, i) => onBox(line.words, unseen[i]));
}

/** On a page of another script, each of Tesseract's words in Latin letters or digits is read by itself: strange letters beside it would disturb. */
async function reread(
  page: Grey,
  tWords: readonly ReadWord[],
  nWords: readonly ReadWord[],
  signal: AbortSignal | undefined,
): Promise<ReadWord[]> {
  const numbers = tWords.filter(
    (word) => hasDigit(word.text) || /^[^\p{Script=Devanagari}]*\p{Script=Latin}[^\p{Script=Devanagari}]*$/u.test(word.text),
  );
  const lines = await readBoxes(
    page,
    numbers.map((word) => padded(word.box, page)),
    signal,
  );
  const own = lines.flatMap((line, i) => onBox(line.words, numbers[i]));
  return [...own, ...nWords.filter((word) => hasDigit(word.text) && !tWords.some((t) => overlaps(word.box, t.box)))];
}

/** One word over the box it was read from. */
function onBox(words: readonly ReadWord[], at: ReadWord | undefined): ReadWord[] {
  if (words.length === 0 || at === undefined) return [];
  return [
    { text: words.map((word) => word.text).join(''), box: at.box, confidence: Math.min(...words.map((word) => word.confidence)) },
  ];
}

function padded([x0, y0, x1, y1]: Box, page: Grey): Box {
  const pad = Math.round((y1 - y0) * 0.25) + 2;
  return [Math.max(0, x0 - pad), Math.max(0, y0 - pad), Math.min(page.width, x1 + pad), Math.min(page.height, y1 + pad)];
}

function overlaps(a: Box, b: Box): boolean {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0.2 * Math.min(a[2] - a[0], b[2] - b[0]) && height > 0.3 * Math.min(a[3] - a[1], b[3] - b[1]);
}

function alone(words: readonly ReadWord[]): Read['words'] {
  return words.map((word) => ({ ...word, doubtful: word.confidence < DOUBTFUL_BELOW || hasDigit(word.text) }));
}
