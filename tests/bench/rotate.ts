/** What people notice while the vault key is made anew: the longest wait for a search, and the longest time in which the core's thread answers nothing. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as rest } from 'node:timers/promises';
import { ADMIN, testCore } from '../fixtures/core.ts';
import type { Row } from './measure.ts';

const FILES = 200;
const FILE_BYTES = 1_000_000;
const PATIENTS = 20;
const RECORDS = 20_000;
const RECORD_BYTES = 4_000;
const QUIET_MS = 3_000;
const ASK_EVERY_MS = 10;

/** Nobody who could be taken for another. */
const unlike = (n: number) => ({
  family: `${randomBytes(6).toString('hex')} Otieno`,
  given: randomBytes(6).toString('hex'),
  birthDate: `${1940 + n}-03-17`,
  sex: 'female' as const,
});

/** @param dir a folder that may be filled */
export async function benchRotate(dir: string): Promise<Row[]> {
  const made = await testCore(dir);
  const client = await made.create();
  const clinic = made.core.clinic();
  if (!clinic) throw new Error('no vault is open');
  const context = clinic.contextOf({ id: 'bench', ...ADMIN, roles: ['clinician'] });
  const patients: string[] = [];
  for (let n = 0; n < PATIENTS; n++) patients.push((await client.call('patients.register', unlike(n))).id);
  for (let n = 0; n < FILES; n++) {
    const patient = patients[n % PATIENTS] ?? '';
    const written = await context.vault.files.write(patient, 'a picture', 'image/jpeg', randomBytes(FILE_BYTES));
    context.write({ action: 'C', procedure: 'images.add', patient }, (tx) => context.vault.files.record(tx.db, written, tx.at));
  }
  const put = clinic.vault.db.prepare('INSERT INTO setting (key, value) VALUES (?, ?)');
  clinic.vault.db.transaction(() => {
    for (let n = 0; n < RECORDS; n++) put.run(`record-${n}`, JSON.stringify(randomBytes(RECORD_BYTES / 2).toString('hex')));
  })();
  clinic.vault.db.pragma('wal_checkpoint(TRUNCATE)');
  const megabytes = statSync(join(clinic.vault.dir, 'vault.db')).size / 1e6;

  /** Searches all the while until `until` ends. */
  const watch = async (until: Promise<unknown>) => {
    const thread = monitorEventLoopDelay({ resolution: 1 });
    thread.enable();
    const startedMs = performance.now();
    let ended = false;
    const end = until.finally(() => {
      ended = true;
    });
    let longestMs = 0;
    let asked = 0;
    while (!ended) {
      const askedMs = performance.now();
      await client.call('patients.search', { text: 'otieno', limit: 5 });
      longestMs = Math.max(longestMs, performance.now() - askedMs);
      asked++;
      await rest(ASK_EVERY_MS);
    }
    await end;
    thread.disable();
    return { longestMs, asked, threadMs: thread.max / 1e6, allMs: performance.now() - startedMs };
  };
  const quiet = await watch(rest(QUIET_MS));
  const rotated = await watch(client.call('vault.rotateKey', {}));
  await made.core.close();
  const what = `new vault key, database of ${megabytes.toFixed(0)} MB, ${FILES} files of ${FILE_BYTES / 1e6} MB`;
  return [
    { name: `${what}: all of it, ${rotated.asked} searches meanwhile`, ours: `${rotated.allMs.toFixed(0)} ms`, other: '' },
    {
      name: 'the longest that a search waited',
      ours: `${rotated.longestMs.toFixed(0)} ms`,
      other: `without ${quiet.longestMs.toFixed(0)} ms`,
    },
    {
      name: 'the longest that the thread of the core answered nothing',
      ours: `${rotated.threadMs.toFixed(0)} ms`,
      other: `without ${quiet.threadMs.toFixed(0)} ms`,
    },
  ];
}
