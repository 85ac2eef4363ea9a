/** Hands a file to the core as the page does: in pieces. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CHUNK_BYTES_MAX } from '../../src-shared/contract/wire.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { Session } from './session.ts';

/** @returns the upload's id */
export async function sendFile(session: Session, path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('file-unreadable', {}, { cause });
  });
  const { upload } = await session.call('uploads.begin', { name: basename(path), size: bytes.byteLength });
  for (let offset = 0; offset < bytes.byteLength; offset += CHUNK_BYTES_MAX) {
    await session.call('uploads.chunk', { upload, offset, bytes: bytes.subarray(offset, offset + CHUNK_BYTES_MAX) });
  }
  return upload;
}
