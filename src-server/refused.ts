import { AppError } from '../src-shared/errors/index.ts';

/** @param what it contradicts, as a part of a sentence; nothing of any record */
export function refused(what: string): AppError {
  return new AppError('server-refused', { what });
}
