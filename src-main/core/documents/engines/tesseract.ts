import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Worker as Thread } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { createWorker, PSM, type Page as TesseractPage, type Worker } from 'tesseract.js';
import { AppError } from '../../../../src-shared/errors/index.ts';
import { limits } from '../limits.ts';
import type { Grey, ReadWord } from '../page.ts';

/** Languages whose data are installed, by Tesseract's codes. */
export const installed = ['eng', 'spa', 'fra', 'por', 'swa', 'hin'] as const;

const IDLE_MS = 30_000; // a worker (some 120 MB) goes after that
const MOST_WORKERS = 3;

interface Slot {
  worker: Promise<Worker>;
  language: string;
  busy: boolean;
  idle?: NodeJS.Timeout | undefined;
}

const slots: Slot[] = [];

/** Throws `language-missing` unless each part of `eng+hin` and the like is installed. */
export function checkLanguage(language: string): void {
  for (const code of language.split('+')) {
    if (!installed.some((known) => known === code))
      throw new AppError('language-missing', { language: code, installed: [...installed] });
  }
}

/** Reads a page with Tesseract. Words come with boxes in pixels of the picture, in no particular order. */
export async function readWithTesseract(image: Grey, language: string, signal?: AbortSignal): Promise<ReadWord[]> {
  const slot = take(language);
  let stop: (() => void) | undefined;
  try {
    const worker = await slot.worker;
    threadOf(worker).ref();
    const ended = new Promise<never>((_, reject) => {
      const timer = setTimeout(
        () => reject(new AppError('time-limit', { seconds: limits.engineSeconds })),
        limits.engineSeconds * 1000,
      );
      const cancel = () => reject(new AppError('cancelled'));
      if (signal?.aborted) cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      stop = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
      };
    });
    const { data } = await Promise.race([worker.recognize(pgm(image), {}, { text: false, blocks: true }), ended]);
    threadOf(worker).unref();
    release(slot);
    return wordsOf(data);
  } catch (cause) {
    await drop(slot); // cancelled, out of time or crashed: what it is doing cannot be stopped otherwise
    throw cause;
  } finally {
    stop?.();
  }
}

/** Lets go of all workers. */
export async function closeTesseract(): Promise<void> {
  await Promise.all([...slots].map(drop));
}

function take(language: string): Slot {
  const free = slots.find((slot) => !slot.busy && slot.language === language);
  if (free !== undefined) {
    clearTimeout(free.idle);
    free.busy = true;
    return free;
  }
  const other = slots.find((slot) => !slot.busy);
  if (other !== undefined && slots.length >= MOST_WORKERS) void drop(other);
  const slot: Slot = { worker: start(language), language, busy: true };
  slots.push(slot);
  return slot;
}

function release(slot: Slot): void {
  slot.busy = false;
  slot.idle = setTimeout(() => void drop(slot), IDLE_MS).unref();
}

async function drop(slot: Slot): Promise<void> {
  clearTimeout(slot.idle);
  const at = slots.indexOf(slot);
  if (at >= 0) slots.splice(at, 1);
  await (await slot.worker.catch(() => null))?.terminate();
}

/** The data come from their packages, so nothing is fetched and nothing cached. */
async function start(language: string): Promise<Worker> {
  const [first = '', ...others] = language.split('+');
  // tesseract.js loads from one folder only and takes this very list for what is loaded: further languages are written by hand and added to it.
  const loaded = [first];
  const worker = await createWorker(loaded, undefined, {
    langPath: dirname(dataOf(first)),
    gzip: true,
    cacheMethod: 'none',
    errorHandler: () => {},
  });
  for (const code of others) {
    await worker.FS('writeFile', [`./${code}.traineddata`, gunzipSync(await readFile(dataOf(code)))]);
    loaded.push(code);
  }
  if (others.length > 0) await worker.reinitialize(language);
  await worker.setParameters({ tessedit_pageseg_mode: PSM.SPARSE_TEXT, user_defined_dpi: '300', debug_file: '/dev/null' });
  return worker;
}

function dataOf(code: string): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve(`@tesseract.js-data/${code}/package.json`)), '4.0.0_best_int', `${code}.traineddata.gz`);
}

/** tesseract.js keeps its thread in this property, which its typings leave out. */
function threadOf(worker: Worker): Pick<Thread, 'ref' | 'unref'> {
  return (worker as Worker & { worker: Thread }).worker;
}

function pgm({ width, height, data }: Grey): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1'), data]);
}

function wordsOf(page: TesseractPage): ReadWord[] {
  const words = (page.blocks ?? []).flatMap((block) =>
    block.paragraphs.flatMap((paragraph) => paragraph.lines.flatMap((line) => line.words)),
  );
  return words
    .filter((word) => word.text.trim() !== '')
    .map(({ text, bbox, confidence }) => ({
      text: text.trim(),
      box: [bbox.x0, bbox.y0, bbox.x1, bbox.y1],
      confidence: confidence / 100,
    }));
}
