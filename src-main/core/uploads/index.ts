/** Files on their way in: encrypted with a key that lives in memory alone, so that what a crash leaves behind is noise. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Output } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Handlers, preparedCommand } from '../bind.ts';
import type { Chance, Clock, Uploads } from '../context.ts';
import { diskError, writeWhole } from '../vault/index.ts';

const KEPT_MS = 3_600_000;
const OPEN_MAX = 64;
const SIZE_MAX = 1_000_000_000;

interface Upload {
  name: string;
  size: number;
  received: number;
  key: Uint8Array;
  iv: Uint8Array;
  cipher: ReturnType<typeof createCipheriv>;
  handle: number;
  path: string;
  begunMs: number;
}

export interface UploadStore extends Uploads {
  begin(name: string, size: number): string;
  /** Pieces come in order. @returns bytes received so far */
  chunk(upload: string, offset: number, bytes: Uint8Array): number;
  finish(upload: string): Promise<Output<'uploads.finish'>>;
  close(): void;
}

export function openUploads(dir: string, clock: Clock, chance: Chance): UploadStore {
  const root = join(dir, 'uploads');
  mkdirSync(root, { recursive: true, mode: 0o700 });
  for (const left of readdirSync(root)) rmSync(join(root, left), { force: true });
  const held = new Map<string, Upload>();

  const get = (id: string): Upload => {
    const upload = held.get(id);
    if (!upload) throw new AppError('not-found', { what: 'upload' });
    return upload;
  };
  const drop = (id: string) => {
    const upload = held.get(id);
    if (!upload) return;
    held.delete(id);
    closeSync(upload.handle);
    rmSync(upload.path, { force: true });
    upload.key.fill(0);
  };
  const clear = async (upload: Upload): Promise<Uint8Array> => {
    if (upload.received !== upload.size) throw new AppError('invalid-input', { what: 'the file has not come in whole' });
    const sealed = await readFile(upload.path);
    const decipher = createDecipheriv('aes-256-ctr', upload.key, upload.iv);
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  };

  return {
    begin(name, size) {
      if (size > SIZE_MAX)
        throw new AppError('file-too-large', { size: `${Math.round(size / 1e6)} MB`, limit: `${SIZE_MAX / 1e6} MB` });
      for (const [id, upload] of held) if (clock.now() - upload.begunMs > KEPT_MS) drop(id);
      if (held.size >= OPEN_MAX) throw new AppError('busy');
      const id = chance.id();
      const key = chance.bytes(32);
      const iv = chance.bytes(16);
      const path = join(root, id);
      // Noise for an hour that nobody reads back but this process: confidentiality is what counts, so plain counter mode.
      held.set(id, {
        name,
        size,
        received: 0,
        key,
        iv,
        cipher: createCipheriv('aes-256-ctr', key, iv),
        handle: openNew(path),
        path,
        begunMs: clock.now(),
      });
      return id;
    },
    chunk(id, offset, bytes) {
      const upload = get(id);
      if (offset !== upload.received || offset + bytes.byteLength > upload.size)
        throw new AppError('invalid-input', { what: 'a piece of the file is out of order' });
      try {
        writeWhole(upload.handle, upload.cipher.update(bytes));
      } catch (thrown) {
        drop(id);
        throw diskError(thrown);
      }
      upload.received += bytes.byteLength;
      return upload.received;
    },
    async finish(id) {
      const upload = get(id);
      // It decodes pictures: loaded at the first upload, not at the start.
      const { kindOf } = await import('./kind.ts');
      return { kind: await kindOf(await clear(upload)), size: upload.size };
    },
    async take(id) {
      const upload = get(id);
      const bytes = await clear(upload);
      drop(id);
      return { name: upload.name, bytes };
    },
    discard: drop,
    close() {
      for (const id of [...held.keys()]) drop(id);
    },
  };
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (thrown) {
    throw diskError(thrown);
  }
}

export function uploadProcedures(uploads: UploadStore): Handlers {
  const ok = { ok: true as const };
  return {
    'uploads.begin': preparedCommand(
      async (_context, input) => ({ upload: uploads.begin(input.name, input.size) }),
      (_context, _tx, _input, answer) => answer,
    ),
    'uploads.chunk': preparedCommand(
      async (_context, input) => ({ received: uploads.chunk(input.upload, input.offset, input.bytes) }),
      (_context, _tx, _input, answer) => answer,
    ),
    'uploads.finish': preparedCommand(
      async (_context, input) => uploads.finish(input.upload),
      (_context, _tx, _input, answer) => answer,
    ),
    'uploads.discard': preparedCommand(
      async (_context, input) => uploads.discard(input.upload),
      () => ok,
    ),
  };
}
