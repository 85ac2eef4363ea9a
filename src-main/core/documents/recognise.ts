import sharp from 'sharp';
import { workerUrl } from '../../../src-node/worker-url.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { openQueue } from '../queue.ts';
import { quarterTurns, turnedBox } from './clean/raster.ts';
import type { Rules } from './clean/rules.ts';
import { kindOf } from './decode/kind.ts';
import type { DecodedPage } from './decode/protocol.ts';
import { Thread } from './decode/thread.ts';
import { checkLanguage } from './engines/tesseract.ts';
import { languageOf } from './language.ts';
import { limits } from './limits.ts';
import type { Box, Grey, Page, ReadWord, Word } from './page.ts';
import { type Engine, type Read, readPicture } from './read-picture.ts';
import { readingOrder } from './reading-order.ts';
import { tablesOf } from './tables.ts';

export type { Box, Page, Word } from './page.ts';

export interface RecogniseOptions {
  engine: Engine;
  /** Tesseract's code, such as `spa` or `eng+hin`; found out where it is not given. */
  language?: string | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface Progress {
  /** Page that was just finished, from 1; 0 when the document has been opened. */
  page: number;
  pages: number;
  /** 0 to 1. */
  done: number;
}

const JPEG_QUALITY = 80;
const AT_ONCE = 2; // pages of a letter under way: one in each engine
/** Of a stack of letters that is dropped on a chart the others wait: each engine's worker takes some 120 MB, and a page that waits for an engine runs into its time limit. */
const letters = openQueue(2);

/**
 * Reads a document: PDF, JPEG, PNG or TIFF of one or more pages. Text layers are used where they are there and sound, everything else is
 * straightened and recognised.
 *
 * Throws `document-empty`, `document-encrypted`, `document-broken`, `document-too-long`, `document-unsupported`, `image-unreadable`, `image-truncated`,
 * `image-too-large`, `file-too-large`, `language-missing`, `time-limit`, `cancelled`.
 */
export async function recogniseDocument(bytes: Uint8Array, options: RecogniseOptions): Promise<{ pages: Page[]; ms: number }> {
  if (bytes.length === 0) throw new AppError('document-empty');
  if (bytes.length > limits.fileBytes)
    throw new AppError('file-too-large', { size: `${Math.round(bytes.length / 1e6)} MB`, limit: `${limits.fileBytes / 1e6} MB` });
  if (options.language !== undefined) checkLanguage(options.language);
  return letters.add('open', () => recogniseNow(bytes, options), options.signal);
}

async function recogniseNow(bytes: Uint8Array, options: RecogniseOptions): Promise<{ pages: Page[]; ms: number }> {
  const start = performance.now();
  const broken = kindOf(bytes) === 'pdf' ? 'document-broken' : 'image-unreadable';
  const decoder = new Thread(workerUrl(import.meta.url, './decode/decode.worker'), () => new AppError(broken));
  try {
    const pages = await readAll(decoder, bytes, options);
    return { pages, ms: Math.round(performance.now() - start) };
  } finally {
    decoder.end();
  }
}

async function readAll(decoder: Thread, bytes: Uint8Array, options: RecogniseOptions): Promise<Page[]> {
  const { signal, onProgress } = options;
  const { pages: count } = await decoder.ask<{ pages: number }>({ open: bytes }, { seconds: limits.openSeconds, signal });
  onProgress?.({ page: 0, pages: count, done: 0 });
  const pages: Page[] = [];
  let next = 0;
  let finished = 0;
  const failed = new AbortController();
  const either = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const work = async () => {
    while (next < count) {
      const index = next++;
      const decoded = await decoder.ask<DecodedPage>({ page: index }, { seconds: limits.pageSeconds, signal: either });
      pages[index] = await readPage(decoded, index + 1, { ...options, signal: either });
      finished += 1;
      onProgress?.({ page: finished, pages: count, done: finished / count });
    }
  };
  const workers = Array.from({ length: Math.min(AT_ONCE, count) }, work);
  try {
    await Promise.all(workers);
  } catch (cause) {
    failed.abort();
    await Promise.allSettled(workers);
    throw cause;
  }
  return pages;
}

async function readPage(decoded: DecodedPage, number: number, options: RecogniseOptions): Promise<Page> {
  if (decoded.layer !== null) {
    const text = decoded.layer.map((word) => word.text).join(' ');
    const language = options.language ?? (/\p{Script=Devanagari}/u.test(text) ? 'eng+hin' : languageOf(text));
    const words = decoded.layer.map((word) => ({ ...word, doubtful: false }));
    return page(number, { image: decoded.image, rotation: 0, rules: decoded.rules }, words, 'text-layer', language);
  }
  const read: Read = await readPicture(decoded.image, options);
  const rotation = decoded.rotation + read.turns * 90;
  const turn = (box: Box) => turnedBox(box, read.turns, decoded.image.width, decoded.image.height);
  const [level, upright] = [decoded.rules.level.map(turn), decoded.rules.upright.map(turn)];
  const rules = read.turns % 2 === 0 ? { level, upright } : { level: upright, upright: level };
  const sheet = { image: quarterTurns(decoded.image, read.turns), rotation: rotation > 180 ? rotation - 360 : rotation, rules };
  return page(number, sheet, read.words, 'recognised', read.language);
}

async function page(
  number: number,
  { image, rotation, rules }: { image: Grey; rotation: number; rules: Rules },
  found: readonly (ReadWord & { doubtful: boolean })[],
  source: Page['source'],
  language: string,
): Promise<Page> {
  const { width, height, data } = image;
  const jpeg = await sharp(data, { raw: { width, height, channels: 1 } })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
  const lines = readingOrder(found, tablesOf(rules), width);
  const words = lines.flatMap((line, index): Word[] =>
    line.map(({ text, box, confidence, doubtful }) => ({
      text,
      box,
      confidence: Math.round(confidence * 1000) / 1000,
      doubtful,
      line: index,
    })),
  );
  return {
    page: number,
    width,
    height,
    rotation: Math.round(rotation * 100) / 100,
    text: lines.map((line) => line.map((word) => word.text).join(' ')).join('\n'),
    words,
    source,
    language,
    image: { type: 'image/jpeg', bytes: new Uint8Array(jpeg) },
  };
}
