/** Reads pictures from files for the terminal and for batches; nothing is stored. */
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { AppError } from '../../../src-shared/errors/index.ts';
import { isDicom } from './dicom.ts';
import { type ImageResult, resultOf, resultOfFailure } from './image-result.ts';
import { forMany } from './many.ts';
import { type ReadOptions, readImage } from './read-image.ts';

export type { ImageResult } from './image-result.ts';

export interface ReadImagesOptions extends ReadOptions {
  /** Called after each file, in the order in which they end. */
  readonly onResult?: (result: ImageResult, done: number, total: number) => void;
}

/** Larger files are refused unread: above what a 160-megapixel camera writes. */
const FILE_BYTES_MAX = 1_000_000_000;
const HEAD_BYTES = 256;
/** Kinds that are not read are among them: each picture of a folder gets its row, and a refusal says what to send instead. */
const EXTENSIONS = new Set([
  ...['.jpg', '.jpeg', '.jfif', '.png', '.tif', '.tiff', '.dcm', '.dicom'],
  ...['.heic', '.heif', '.webp', '.avif', '.gif', '.bmp', '.jp2'],
]);

/**
 * Files are read whatever they are called; of a folder, all pictures in it and below it, in order of name.
 * A file that cannot be opened or read becomes a refused row: one bad file never ends the batch.
 * @throws AppError file-unreadable for a path that does not exist, model-missing, model-damaged
 */
export async function readImages(paths: readonly string[], options: ReadImagesOptions = {}): Promise<{ results: ImageResult[] }> {
  const files = (await Promise.all(paths.map(listPictures))).flat();
  // A single picture wants all cores; many keep them busy with one each.
  const threads = options.threads ?? (files.length > 2 ? 1 : undefined);
  let done = 0;
  const results = await forMany(files, async (file) => {
    const result = await readOne(file, {
      priority: files.length > 1 ? 'batch' : 'open',
      ...options,
      ...(threads === undefined ? {} : { threads }),
    });
    options.onResult?.(result, ++done, files.length);
    return result;
  });
  return { results };
}

export async function readOne(file: string, options: ReadOptions): Promise<ImageResult> {
  const clock = options.clock ?? (() => performance.now());
  const started = clock();
  try {
    return resultOf(file, await readImage(await readWhole(file), options));
  } catch (thrown) {
    return resultOfFailure(file, options.task, thrown, clock() - started);
  }
}

/** A file that exists, or the pictures of a folder: by ending, and what has none by its first bytes. Links to files are followed, links to folders not. */
export async function listPictures(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile()) return [path];
  // A pipe or a device may have no end.
  if (!found?.isDirectory()) throw new AppError('file-unreadable');
  const entries = (await readdir(path, { recursive: true, withFileTypes: true }))
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => ({ linked: entry.isSymbolicLink(), file: join(entry.parentPath, entry.name) }));
  const there = await forMany(
    entries,
    async ({ linked, file }) => !linked || (await stat(file).catch(() => null))?.isFile() === true,
  );
  const files = entries.filter((_entry, place) => there[place]).map(({ file }) => file);
  const wanted = await forMany(
    files,
    async (file) =>
      EXTENSIONS.has(extname(file).toLowerCase()) || (!/\.[A-Za-z]\w{0,4}$/.test(file) && isDicom(await headOf(file))),
  );
  return files.filter((_file, place) => wanted[place]).sort();
}

async function readWhole(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new AppError('file-unreadable', {}, { cause });
  });
  if (!found.isFile()) throw new AppError('file-unreadable');
  const { size } = found;
  if (size > FILE_BYTES_MAX) throw new AppError('file-too-large', { size: `${Math.round(size * 1e-6)} MB`, limit: '1000 MB' });
  return readFile(file).catch((cause: unknown) => {
    throw new AppError('file-unreadable', {}, { cause });
  });
}

/** Files from modalities often have no ending, or one of numbers. */
async function headOf(file: string): Promise<Uint8Array> {
  const handle = await open(file).catch(() => null);
  try {
    const head = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = (await handle?.read(head, 0, HEAD_BYTES, 0)) ?? { bytesRead: 0 };
    return head.subarray(0, bytesRead);
  } finally {
    await handle?.close();
  }
}
