/** A key that lies in a file. */
import { readFileSync } from 'node:fs';
import { AppError } from '../../src-shared/errors/index.ts';

/** Throws `file-unreadable`. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('file-unreadable', {}, { cause });
  }
}
