/** Reads photographs from files for the terminal; nothing is stored. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Quality } from './quality.ts';
import { type ReadOptions, readFundus } from './read-fundus.ts';

/** One row of the answer of `read-image`. */
export interface ImageResult {
  file: string;
  task: 'fundus';
  status: 'accepted' | 'refused';
  reason?: string;
  reasonCode?: string;
  grade?: number;
  probabilities: readonly number[];
  referable?: boolean;
  referableProbability?: number;
  threshold: number | null;
  quality: Quality | null;
  provider: string | null;
  model: string | null;
  modelVersion: string | null;
  ms: number;
}

export interface ReadImagesOptions extends ReadOptions {
  readonly task?: string;
  /** Called after each file. */
  readonly onResult?: (result: ImageResult, done: number, total: number) => void;
}

/** Larger files are refused unread: above what a 160-megapixel camera writes. */
const FILE_BYTES_MAX = 1_000_000_000;
/** Kinds that are not read are among them: each picture of a folder gets its row, and a refusal says what to send instead. */
const EXTENSIONS = new Set([
  '.jpg',
  '.jpeg',
  '.jfif',
  '.png',
  '.tif',
  '.tiff',
  '.heic',
  '.heif',
  '.webp',
  '.avif',
  '.gif',
  '.bmp',
  '.jp2',
]);

/**
 * Files are read whatever they are called; of a folder, all pictures in it and below it, in order of name.
 * A file that cannot be opened or graded becomes a refused row: one bad file never ends the batch.
 * @throws AppError file-unreadable for a path that does not exist, model-missing, model-damaged
 */
export async function readImages(paths: readonly string[], options: ReadImagesOptions = {}): Promise<{ results: ImageResult[] }> {
  if ((options.task ?? 'fundus') !== 'fundus') throw new AppError('model-missing');
  const files = (await Promise.all(paths.map(listPictures))).flat();
  const results: ImageResult[] = [];
  for (const file of files) {
    const result = await readOne(file, options);
    results.push(result);
    options.onResult?.(result, results.length, files.length);
  }
  return { results };
}

async function readOne(file: string, options: ReadImagesOptions): Promise<ImageResult> {
  const clock = options.clock ?? (() => performance.now());
  const started = clock();
  try {
    const reading = await readFundus(await readWhole(file), options);
    const { status, threshold, quality, provider, model, modelVersion } = reading;
    const common = { threshold, quality, provider, model, modelVersion, ms: reading.ms };
    if (reading.status === 'refused') {
      return {
        file,
        task: 'fundus',
        status,
        reason: reading.reason.message,
        reasonCode: reading.reason.code,
        probabilities: [],
        ...common,
      };
    }
    const { grade, probabilities, referable, referableProbability } = reading;
    return { file, task: 'fundus', status, grade, probabilities, referable, referableProbability, ...common };
  } catch (error) {
    if (!(error instanceof AppError) || error.code.startsWith('model-')) throw error;
    const nothing = { threshold: null, quality: null, provider: null, model: null, modelVersion: null };
    const ms = Math.round((clock() - started) * 10) / 10;
    return {
      file,
      task: 'fundus',
      status: 'refused',
      reason: `${error.message} ${error.action}`,
      reasonCode: error.code,
      probabilities: [],
      ...nothing,
      ms,
    };
  }
}

async function readWhole(file: string): Promise<Uint8Array> {
  const { size } = await stat(file);
  if (size > FILE_BYTES_MAX) throw new AppError('file-too-large', { size: `${Math.round(size * 1e-6)} MB`, limit: '1000 MB' });
  return readFile(file).catch((cause: unknown) => {
    throw new AppError('file-unreadable', {}, { cause });
  });
}

async function listPictures(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new AppError('file-unreadable');
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && EXTENSIONS.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
