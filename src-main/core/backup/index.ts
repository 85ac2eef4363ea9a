/** Backups of a vault: made by plan or on demand while people work, tested by restoring them, restored elsewhere with the recovery code. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { BackupCounts, BackupResult, PutBackResult } from '../../../src-shared/contract/backup.ts';
import type { Person } from '../../../src-shared/contract/session.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Handlers, preparedCommand, query, startJob } from '../bind.ts';
import type { Chance, Context, RunningJob } from '../context.ts';
import type { Places } from '../places.ts';
import { isoTime } from '../ports.ts';
import type { OpenVault } from '../vault/index.ts';
import { placeBeside, refuseForeign } from './former.ts';
import { ENDING } from './naming.ts';
import { nextDueMs, readPlan, runPlan, unreadOf } from './plan.ts';
import { putBack } from './put-back.ts';
import { openBackup, type Restored, restoreTo } from './read.ts';
import { markTested, missingAtLast, missingOf, recordBackup, rowsOf } from './rows.ts';
import { damagedAmong, TEST_FOLDER, testRestore } from './test-restore.ts';
import { adopt, readyToAdopt, unlistedIn } from './unlisted.ts';
import { type Opener, unlock, unlockOwn } from './unlock.ts';
import { writeBackup } from './write.ts';

export { restoreKeyFile } from './key-file.ts';
export { lastBackups } from './rows.ts';
export { TEST_FOLDER } from './test-restore.ts';
export type { Opener } from './unlock.ts';

const LOOK_EVERY_MS = 60_000;
/** A backup in a file of its own is to be destroyed after a quarter, unless somebody makes a newer one in its place. */
const SINGLE_KEPT_MS = 90 * 86_400_000;

/** What backups need of an open clinic. */
export interface BackupHost {
  vault: OpenVault;
  contextOf(person: Person): Context;
}

export interface Backups {
  procedures: Handlers;
  /** Makes what is due by the plan from now on, while the vault is open. */
  start(): void;
  /** Stops what is under way and waits for its end. */
  stop(): Promise<void>;
}

export function openBackups({ vault, contextOf }: BackupHost, places: Places, system: Person): Backups {
  let timer: NodeJS.Timeout | null = null;
  let running: string | null = null;
  sweepTests(vault.dir);

  /** One at a time: two would hold the write-ahead log against each other. */
  function startOnly(
    context: Context,
    title: string,
    unit: 'MB' | 'files',
    run: (job: RunningJob) => Promise<BackupResult | PutBackResult>,
  ): string {
    if (running !== null) throw new AppError('busy');
    const job = context.jobs.start({
      kind: 'backup',
      title,
      unit,
      run: (under) =>
        run(under).finally(() => {
          running = null;
          context.emit({ name: 'changed', topics: ['backups'] });
        }),
    });
    running = job;
    context.emit({ name: 'changed', topics: ['backups'] });
    return job;
  }
  const startPlan = (context: Context) =>
    startOnly(context, 'Making a backup and restoring it for a test', 'MB', (job) => runPlan(vault, context, job));

  function look(): void {
    const context = contextOf(system);
    const plan = readPlan(vault.db);
    if (running === null && plan && nextDueMs(plan, rowsOf(vault.db)) <= context.clock.now()) startPlan(context);
  }

  const procedures: Handlers = {
    'backup.state': query(async ({ vault: { db } }) => {
      const plan = readPlan(db);
      const backups = rowsOf(db);
      const there = backups.filter((backup) => !backup.removedAt);
      return {
        backups,
        plan: plan
          ? {
              folder: plan.folder,
              everyDays: plan.every_days,
              keep: plan.keep,
              nextAt: new Date(nextDueMs(plan, backups)).toISOString(),
              failedAt: plan.failed_at ?? undefined,
              failure: plan.failure ?? undefined,
              unreadable: unreadOf(plan),
              unlisted: await unlistedIn(vault, plan, backups),
            }
          : undefined,
        lastAt: there[0]?.createdAt,
        lastTestedAt:
          there
            .map((backup) => (backup.unfit ? '' : (backup.verifiedAt ?? '')))
            .sort()
            .at(-1) || undefined,
        missing: missingAtLast(db),
        running: running ?? undefined,
      };
    }),
    'backup.plan': preparedCommand(
      async (_context, input) => {
        const folder = input.folder === undefined ? readPlan(vault.db)?.folder : places.path(input.folder);
        if (folder === undefined) throw new AppError('backup-no-plan');
        if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
          throw new AppError('invalid-input', { what: 'the place for backups is not a folder' });
        if (resolve(folder) === resolve(vault.dir) || resolve(folder).startsWith(resolve(vault.dir) + sep))
          throw new AppError('backup-inside-vault');
        return resolve(folder);
      },
      (_context, tx, input, folder) => {
        tx.db
          .prepare(
            'INSERT INTO backup_plan (only, folder, every_days, keep, set_at) VALUES (1, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET folder = excluded.folder, every_days = excluded.every_days, keep = excluded.keep, set_at = excluded.set_at, failed_at = NULL, failure = NULL, unread = NULL',
          )
          .run(folder, input.everyDays, input.keep, tx.at);
        tx.changed(['backups']);
        return { ok: true as const };
      },
    ),
    'backup.adopt': preparedCommand(
      async (_context, { name }) => {
        const plan = readPlan(vault.db);
        if (!plan) throw new AppError('backup-no-plan');
        return { plan, found: await readyToAdopt(vault, plan, name) };
      },
      (_context, tx, _input, { plan, found }) => {
        adopt(tx, plan, found);
        return { ok: true as const };
      },
    ),
    'backup.run': startJob(async (context) => {
      if (!readPlan(vault.db)) throw new AppError('backup-no-plan');
      return { job: startPlan(context) };
    }),
    'backup.create': startJob(async (context, input) => {
      const path = places.path(input.place);
      return { job: startOnly(context, 'Making a backup', 'MB', (job) => createOne(context, path, job)) };
    }),
    'backup.putBack': startJob(async (context, input) => {
      const among =
        input.place === undefined
          ? rowsOf(vault.db).flatMap((row) => (row.removedAt ? [] : row.place))
          : [resolve(places.path(input.place))];
      return { job: startOnly(context, 'Putting lost files back', 'files', (job) => putBack(vault, context, among, job)) };
    }),
    'backup.verify': startJob(async (context, input) => {
      const path =
        'place' in input
          ? places.path(input.place)
          : rowsOf(vault.db).find((row) => row.id === input.backup && !row.removedAt)?.place;
      if (path === undefined) throw new AppError('not-found', { what: 'backup' });
      return { job: startOnly(context, 'Restoring a backup for a test', 'MB', (job) => verifyOne(context, path, job)) };
    }),
  };

  async function createOne(context: Context, asked: string, job: RunningJob): Promise<BackupResult> {
    const path = resolve(asked);
    const now = isoTime(context.clock);
    await refuseForeign(vault, path);
    const damaged = (ids: readonly string[]) => damagedAmong(vault.files, vault.db, ids, { signal: job.signal });
    const instead = (absent: readonly string[]) => placeBeside(vault, path, absent, now);
    const made = await writeBackup(vault, context, { path, damaged, instead }, job);
    const lacks = made.absent.length;
    recordBackup(context, {
      made: { ...made, lacks },
      kind: 'single',
      place: made.path,
      expiresAt: new Date(Date.parse(made.createdAt) + SINGLE_KEPT_MS).toISOString(),
    });
    const { id, bytes, patients, files, entries, lost } = made;
    const place = made.path === path ? undefined : made.path;
    const missing = missingOf(vault.db, lost, lacks);
    return { ok: lost.length === 0, id, bytes, patients, files, entries, lost: lost.length, missing, place };
  }

  async function verifyOne(context: Context, path: string, job: RunningJob): Promise<BackupResult> {
    const file = await openBackup(path);
    try {
      const key = unlockOwn(file.head, vault);
      let done = 0;
      const step = (bytes: number) => {
        done += bytes;
        job.progress(Math.round(done / 1e5) / 10, Math.round(Math.max(done, file.bytes) / 1e5) / 10);
      };
      const { broken, lacks, ...counts } = await testRestore(vault.dir, file, key, context.chance, {
        objects: objectsBeside(path),
        signal: job.signal,
        step,
      });
      const { id } = file.head;
      // What the vault had lost when it was made cannot come back, and is no fault of the backup.
      const known = Math.max(lacks, rowsOf(vault.db).find((row) => row.id === id)?.lacks ?? 0);
      markTested(context, id, broken.length > known ? broken.length : 0);
      return { ok: broken.length === 0, id, bytes: file.bytes, lost: broken.length, ...counts };
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'backup-damaged') markTested(context, file.head.id, thrown.message);
      throw thrown;
    } finally {
      await file.close();
    }
  }

  return {
    procedures,
    start() {
      timer = setInterval(look, LOOK_EVERY_MS);
      timer.unref();
    },
    async stop() {
      if (timer) clearInterval(timer);
      const { jobs } = contextOf(system);
      if (running === null) return;
      jobs.cancel(running);
      await jobs.wait(running).catch(() => undefined);
    },
  };
}

/** Of which vault a file is a backup, and of when. Throws `backup-foreign` ... */
export async function backupHead(path: string): Promise<{ vaultId: string; createdAt: string }> {
  const file = await openBackup(path);
  await file.close();
  return { vaultId: file.head.vaultId, createdAt: file.head.createdAt };
}

/** Tests a backup without a vault of ours. @param scratch folder for the temporary place. Throws `recovery-code-wrong`, `backup-damaged` ... */
export async function verifyBackup(
  path: string,
  by: Opener,
  scratch: string,
  chance: Chance,
): Promise<BackupCounts & { ok: boolean; lost: number }> {
  const file = await openBackup(path);
  try {
    const {
      broken,
      lacks: _lacks,
      ...counts
    } = await testRestore(scratch, file, await unlock(file.head, by), chance, {
      objects: objectsBeside(path),
    });
    return { ok: broken.length === 0, ...counts, lost: broken.length };
  } finally {
    await file.close();
  }
}

/** Makes a vault of a backup. Signing in to it, or recovering it, is the next step. Throws `vault-exists`, `folder-not-empty`, `recovery-code-wrong`, `backup-damaged` ... */
export async function restoreBackup(
  path: string,
  dir: string,
  by: Opener,
  options: { signal?: AbortSignal; progress?: (done: number, total: number) => void } = {},
): Promise<Restored> {
  const file = await openBackup(path).catch(async (thrown: unknown) => {
    throw await namingAnother(thrown, path);
  });
  try {
    const key = await unlock(file.head, by);
    let done = 0;
    const step = (bytes: number) => {
      done += bytes;
      options.progress?.(Math.round(done / 1e5) / 10, Math.round(Math.max(done, file.bytes) / 1e5) / 10);
    };
    return await restoreTo(dir, file, key, { objects: objectsBeside(path), signal: options.signal, step });
  } catch (thrown) {
    throw await namingAnother(thrown, path, file.head.vaultId);
  } finally {
    await file.close();
  }
}

/** What to do next where a backup is damaged: the newest other one of the vault that lies beside it. */
async function namingAnother(thrown: unknown, path: string, vaultId?: string): Promise<unknown> {
  if (!(thrown instanceof AppError) || thrown.code !== 'backup-damaged') return thrown;
  const folder = dirname(resolve(path));
  const others: { name: string; madeAt: string }[] = [];
  for (const name of readdirSync(folder).filter((one) => one.endsWith(ENDING) && one !== basename(path))) {
    const file = await openBackup(join(folder, name)).catch(() => null);
    await file?.close();
    if (file && file.head.vaultId === (vaultId ?? file.head.vaultId)) others.push({ name, madeAt: file.head.createdAt });
  }
  const newest = others.sort((one, two) => two.madeAt.localeCompare(one.madeAt))[0];
  if (newest === undefined) return thrown;
  return new AppError(
    'backup-damaged-another',
    { ...thrown.details, other: newest.name, madeAt: newest.madeAt },
    { cause: thrown },
  );
}

function objectsBeside(path: string): string {
  return join(dirname(resolve(path)), 'objects');
}

/** What a program that was killed in the middle of a test has left: ciphertext, but it takes room. */
function sweepTests(dir: string): void {
  for (const name of readdirSync(dir))
    if (name.startsWith(TEST_FOLDER)) rmSync(join(dir, name), { recursive: true, force: true });
}
