/** A backup that somebody has damaged, by chance or on purpose: it is refused with a sentence, or it comes back as it was; nothing else, and nothing is left behind. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { restoreBackup, verifyBackup } from '../../src-main/core/backup/index.ts';
import { systemChance } from '../../src-main/core/ports.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { ADMIN, type TestCore, testCore } from '../fixtures/core.ts';
import { runs } from '../fixtures/runs.ts';
import { AMINA } from './core.fixture.ts';

let made: TestCore;
let folder: string;
let whole: Buffer;
let recoveryCode: string;
beforeAll(async () => {
  made = await testCore();
  const client = made.connect();
  ({ recoveryCode } = await client.call('setup.create', { clinic: 'Kisumu clinic', ...ADMIN }));
  await client.call('patients.register', AMINA);
  folder = mkdtempSync(join(tmpdir(), 'lamplight-backups-'));
  const path = join(folder, 'whole');
  const { job } = await client.call('backup.create', { place: made.core.places.offer(path) });
  await made.core.clinic()?.jobs.wait(job);
  whole = readFileSync(path);
  rmSync(path);
});
afterAll(async () => {
  await made.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Half of the places lie in the head: there is the structure. */
const place = fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.nat(100_000_000));
const change = fc.record({
  kind: fc.constantFrom('flip', 'zero', 'ones', 'cut', 'double', 'number'),
  at: place,
  value: fc.integer({ min: 0, max: 0xffffffff }),
});

function changed(changes: readonly { kind: string; at: number; value: number }[]): Buffer {
  let bytes = Buffer.from(whole);
  for (const { kind, at: wanted, value } of changes) {
    const at = wanted % Math.max(1, bytes.byteLength);
    if (bytes.byteLength === 0) return bytes;
    if (kind === 'flip') bytes[at] = (bytes[at] ?? 0) ^ (1 << (value & 7));
    else if (kind === 'zero') bytes.fill(0, at, Math.min(bytes.byteLength, at + (value % 64)));
    else if (kind === 'ones') bytes.fill(0xff, at, Math.min(bytes.byteLength, at + 4));
    else if (kind === 'cut') bytes = bytes.subarray(0, at);
    else if (kind === 'double') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - (value % 500)))]);
    else if (at + 4 <= bytes.byteLength)
      bytes.writeUInt32BE([0, 1, 0x7fffffff, 0xffffffff, 0x00400000, value][value % 6] ?? 0, at);
  }
  return bytes;
}

test('a damaged backup is refused with a sentence, and nothing of it is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = changed(changes);
      fc.pre(!bytes.equals(whole));
      const path = join(folder, 'damaged');
      writeFileSync(path, bytes);
      const scratch = join(folder, 'scratch');
      mkdirSync(scratch, { recursive: true });
      for (const what of [
        () => verifyBackup(path, { recoveryCode }, scratch, systemChance),
        () => restoreBackup(path, join(scratch, 'clinic'), { recoveryCode }),
      ]) {
        const failure: unknown = await what().then(
          () => 'it came back',
          (thrown: unknown) => thrown,
        );
        expect(failure instanceof AppError, String(failure)).toBe(true);
        expect(readdirSync(scratch)).toEqual([]);
      }
    }),
    { numRuns: runs(60) },
  );
});
