/** What the tests of bad input ask of a core. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHUNK_BYTES_MAX } from '../../src-shared/contract/wire.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { TestCore } from '../fixtures/core.ts';

export type Client = Awaited<ReturnType<TestCore['create']>>;

export const AMINA = { family: 'Zanzibarski', given: 'Amina', birthDate: '1984-03-17', sex: 'female' as const };

/** The code of a failure, `ok`, or the bug itself. */
export const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`),
  );

export async function send(client: Client, name: string, bytes: Uint8Array): Promise<string> {
  const { upload } = await client.call('uploads.begin', { name, size: bytes.byteLength });
  for (let offset = 0; offset < bytes.byteLength; offset += CHUNK_BYTES_MAX)
    await client.call('uploads.chunk', { upload, offset, bytes: bytes.subarray(offset, offset + CHUNK_BYTES_MAX) });
  return upload;
}

/** Sends a file and waits for what becomes of it. */
export async function add(
  made: TestCore,
  client: Client,
  patient: string,
  what: 'images.add' | 'documents.add',
  bytes: Uint8Array,
  more: object = {},
): Promise<unknown> {
  const upload = await send(client, 'file', bytes);
  // The contract brands the id; it came from `patients.register`.
  const { job } = await client.call(what, { patient, upload, ...more } as Parameters<typeof client.call<typeof what>>[1]);
  return await made.core.clinic()?.jobs.wait(job);
}

/** Names of all files in the vault's folders of files and uploads. */
export function filesOf(dir: string): string[] {
  return ['files', 'uploads'].flatMap((folder) =>
    existsSync(join(dir, folder))
      ? readdirSync(join(dir, folder), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => `${folder}/${entry.name}`)
      : [],
  );
}
