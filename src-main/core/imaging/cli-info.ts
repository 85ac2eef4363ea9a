/** `dicom info`: each file on its own, in threads, needing no vault. */
import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type DicomInfo, refusedInfo } from './inspect.ts';
import { limits } from './limits.ts';
import { openDicomPool } from './pool.ts';

export type FileInfo = { file: string } & DicomInfo;

/** @param files in the order in which they are answered */
export async function dicomInfo(
  files: readonly { name: string; path: string }[],
  progress?: (done: number, total: number) => void,
): Promise<FileInfo[]> {
  const pool = openDicomPool();
  const results: FileInfo[] = [];
  let next = 0;
  let done = 0;
  // No more files are in memory than there are threads, and one each that waits.
  const line = async () => {
    while (next < files.length) {
      const index = next++;
      const file = files[index];
      if (!file) return;
      results[index] = { file: file.name, ...(await one(file.path)) };
      progress?.(++done, files.length);
    }
  };
  const one = async (path: string): Promise<DicomInfo> => {
    try {
      const unreadable = (cause: unknown) => {
        throw new AppError('file-unreadable', {}, { cause });
      };
      const { size } = await stat(path).catch(unreadable);
      if (size > limits.fileBytes)
        throw new AppError('file-too-large', { size: `${Math.round(size / 1e6)} MB`, limit: `${limits.fileBytes / 1e6} MB` });
      const bytes = await readFile(path).catch(unreadable);
      return await pool.ask(
        'info',
        { bytes },
        {
          seconds: limits.fileSeconds,
          transfer: bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : [],
        },
      );
    } catch (thrown) {
      return refusedInfo(thrown);
    }
  };
  try {
    await Promise.all(Array.from({ length: pool.size + 1 }, line));
  } finally {
    await pool.close();
  }
  return results;
}
