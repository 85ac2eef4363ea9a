import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../../../src-shared/errors/index.ts';
import { systemChance } from '../ports.ts';
import { SEGMENT_BYTES } from '../tink.ts';
import { openFiles, type VaultFiles } from './files.ts';
import { migrations } from './migrations/index.ts';

let folder: string;
let db: Database.Database;
let files: VaultFiles;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  db = new Database(':memory:');
  for (const migration of migrations) migration.up(db);
  files = openFiles(folder, db, systemChance.bytes(32), systemChance);
});
afterEach(() => {
  vi.restoreAllMocks();
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const pathOf = (id: string) => join(folder, 'files', id.slice(-2), id);

async function kept(content: Uint8Array): Promise<string> {
  return files.record(db, await files.write('patient-1', 'slices', 'application/octet-stream', content), 'now');
}

test('a file of several segments comes back whole and in any part', async () => {
  const content = Buffer.from(systemChance.bytes(3 * SEGMENT_BYTES + 12_345));
  const id = await kept(content);
  expect(Buffer.from(await files.read(id)).equals(content)).toBe(true);
  for (const [offset, length] of [
    [0, 1],
    [SEGMENT_BYTES - 60, 8],
    [SEGMENT_BYTES - 100, SEGMENT_BYTES + 200],
    [content.byteLength - 3, 99],
    [content.byteLength, 5],
  ] as const)
    expect(Buffer.from(await files.read(id, offset, length)).equals(content.subarray(offset, offset + length))).toBe(true);
});

test('damage in one segment is found by whoever reads it, and by nobody who reads another', async () => {
  const id = await kept(systemChance.bytes(3 * SEGMENT_BYTES));
  const sealed = readFileSync(pathOf(id));
  sealed[2 * SEGMENT_BYTES + 500] = (sealed[2 * SEGMENT_BYTES + 500] ?? 0) ^ 1;
  writeFileSync(pathOf(id), sealed);
  const codeOf = (read: Promise<unknown>) =>
    read.then(String, (thrown: unknown) => (thrown instanceof AppError ? thrown.code : thrown));
  expect(await codeOf(files.read(id))).toBe('file-damaged');
  expect((await files.read(id, 0, 1000)).byteLength).toBe(1000);
});

test('a disk that takes only a part of what it is given is given the rest', async () => {
  const probe = await open(join(folder, 'probe'), 'w');
  // All handles share one class, which the library does not export.
  const handles = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  const whole = handles.writev;
  vi.spyOn(handles, 'writev').mockImplementation(async function (this: FileHandle, buffers) {
    const [first] = buffers;
    const view = first && new Uint8Array(first.buffer, first.byteOffset, Math.min(first.byteLength, 70_001));
    const { bytesWritten } = await whole.call(this, view ? [view] : []);
    return { bytesWritten, buffers };
  });
  const content = Buffer.from(systemChance.bytes(SEGMENT_BYTES + 77));
  const id = await kept(content);
  expect(Buffer.from(await files.read(id)).equals(content)).toBe(true);
});
