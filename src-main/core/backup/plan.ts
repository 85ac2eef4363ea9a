/** The plan: a folder, every so many days, so many kept. What lies in the folder: `lamplight-<vault>/<time>.lamplight-backup` and, once for all of them, `objects/`. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { z } from 'zod';
import type { Backup, BackupResult } from '../../../src-shared/contract/backup.ts';
import { AppError, errorAnswer } from '../../../src-shared/errors/index.ts';
import type { Context, Db, RunningJob, Tx } from '../context.ts';
import { isoTime } from '../ports.ts';
import { unlessDiskRefuses } from '../transactions.ts';
import { diskError, makeFolder, type OpenVault } from '../vault/index.ts';
import { ENDING, stampOf } from './naming.ts';
import { filesIn, openBackup } from './read.ts';
import { markTested, missingOf, noteLost, recordBackup, rowsOf } from './rows.ts';
import { damagedAmong, testRestore } from './test-restore.ts';
import { unlockOwn } from './unlock.ts';
import { type MadeBackup, objectPath, writeBackup } from './write.ts';

const DAY_MS = 86_400_000;
/** A plan that failed is tried again after an hour. */
const RETRY_MS = 3_600_000;

export interface Plan {
  folder: string;
  every_days: number;
  keep: number;
  set_at: string;
  failed_at: string | null;
  failure: string | null;
  /** Names of backups in the folder that could not be read, as JSON. */
  unread: string | null;
}

export function readPlan(db: Db): Plan | null {
  return (
    db.prepare<[], Plan>('SELECT folder, every_days, keep, set_at, failed_at, failure, unread FROM backup_plan').get() ?? null
  );
}

/** When the next backup by the plan is to be made; at once where there is none yet. */
export function nextDueMs(plan: Plan, backups: readonly Backup[]): number {
  const last = backups.find((backup) => backup.kind === 'planned' && !backup.removedAt && (backup.verifiedAt || backup.unfit));
  // Tried once more the next day, and not hour by hour: each try leaves a file.
  const days = last?.unfit ? 1 : plan.every_days;
  const due = last ? Date.parse(last.createdAt) + days * DAY_MS : Date.parse(plan.set_at);
  return plan.failed_at ? Math.max(due, Date.parse(plan.failed_at) + RETRY_MS) : due;
}

/** Makes a backup by the plan, restores it for a test, and removes what has expired. Throws `backup-no-plan` and what making and testing throw. */
export async function runPlan(vault: OpenVault, context: Context, job: RunningJob): Promise<BackupResult> {
  const plan = readPlan(vault.db);
  if (!plan) throw new AppError('backup-no-plan');
  try {
    const folder = placeFor(vault, plan.folder);
    const result = await makeAndTest(vault, context, plan, folder, job).catch((thrown: unknown) => {
      // A try each day that does not come off must not fill the disk.
      if (existsSync(folder)) unlessDiskRefuses(() => removeExpired(context, plan, folder));
      throw thrown;
    });
    removeExpired(context, plan, folder, (tx) => tx.db.prepare('UPDATE backup_plan SET failed_at = NULL, failure = NULL').run());
    const unreadable = await removeUnused(vault, folder);
    noteUnread(context, plan, folder, unreadable);
    return { ...result, unreadable };
  } catch (cause) {
    const thrown = diskError(cause);
    const { message, code } = errorAnswer(thrown);
    context.write({ action: 'E', procedure: 'backup.run', reason: code }, (tx) => {
      tx.db.prepare('UPDATE backup_plan SET failed_at = ?, failure = ?').run(tx.at, message);
      tx.changed(['backups']);
    });
    throw thrown;
  }
}

function removeExpired(context: Context, plan: Plan, folder: string, also?: (tx: Tx) => void): void {
  context.write({ action: 'D', procedure: 'backup.run', reason: 'expired' }, (tx) => {
    // What somebody has removed by hand is no backup any more, and must not stand for one.
    const there = rowsOf(tx.db);
    const missing = there.filter(
      (one) => one.kind === 'planned' && !one.removedAt && !existsSync(one.place) && inFolder(one, folder),
    );
    for (const gone of [...missing, ...expired(plan, there, context.clock.now(), lastErasure(tx.db))]) {
      rmSync(gone.place, { force: true });
      tx.db.prepare('UPDATE backups SET removed_at = ? WHERE id = ?').run(tx.at, gone.id);
    }
    also?.(tx);
    tx.changed(['backups']);
  });
}

/** File names of a plan's `unread`. */
export function unreadOf(plan: Plan): string[] {
  return plan.unread === null ? [] : z.array(z.string()).parse(JSON.parse(plan.unread));
}

/** Logged once when it changes: an unreadable backup keeps files in the folder that nobody may need. */
function noteUnread(context: Context, plan: Plan, folder: string, names: readonly string[]): void {
  const text = names.length > 0 ? JSON.stringify(names) : null;
  if (text === plan.unread) return;
  context.write({ action: 'E', procedure: 'backup.run', reason: `${names.length} backups cannot be read` }, (tx) => {
    tx.db.prepare('UPDATE backup_plan SET unread = ?').run(text);
    const unfit = tx.db.prepare("UPDATE backups SET unfit = 'it cannot be read' WHERE place = ? AND removed_at IS NULL");
    for (const name of names) unfit.run(join(folder, name));
    tx.changed(['backups']);
  });
}

async function makeAndTest(
  vault: OpenVault,
  context: Context,
  plan: Plan,
  folder: string,
  job: RunningJob,
): Promise<BackupResult> {
  const objects = join(folder, 'objects');
  const path = join(folder, `${stampOf(isoTime(context.clock))}${ENDING}`);
  const make = async () => {
    const made = await writeBackup(vault, context, { path, objects }, job);
    const expiresAt = new Date(Date.parse(made.createdAt) + plan.every_days * plan.keep * DAY_MS).toISOString();
    recordBackup(context, { made: { ...made, lacks: made.absent.length }, kind: 'planned', place: path, expiresAt });
    return made;
  };
  const test = async (made: MadeBackup) => {
    const file = await openBackup(path);
    try {
      return (await testRestore(vault.dir, file, made.key, context.chance, { objects, signal: job.signal })).broken;
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'backup-damaged') markTested(context, made.id, thrown.message);
      throw thrown;
    } finally {
      await file.close();
    }
  };
  let made = await make();
  let broken = await test(made);
  // What the vault itself cannot read any more is not mended by copying it again.
  const lost = await damagedAmong(vault.files, vault.db, broken, { signal: job.signal });
  if (broken.length > lost.length) {
    for (const id of broken) if (!lost.includes(id)) rmSync(objectPath(objects, id), { force: true });
    const before = made.id;
    made = await make();
    context.write({ action: 'U', procedure: 'backup.run', reason: 'mended' }, (tx) =>
      tx.db.prepare('DELETE FROM backups WHERE id = ?').run(before),
    );
    broken = await test(made);
  }
  const lostHere = new Set(lost);
  markTested(context, made.id, broken.filter((id) => !lostHere.has(id)).length);
  const allLost = [...new Set([...made.lost, ...lost])];
  const lacks = broken.filter((id) => lostHere.has(id)).length;
  if (allLost.length > made.lost.length || lacks !== made.absent.length) noteLost(context, made.id, allLost, lacks);
  const { patients, files, entries, id, bytes } = made;
  const bad = new Set([...allLost, ...broken]).size;
  return { ok: bad === 0, id, patients, files, entries, bytes, lost: bad, missing: missingOf(vault.db, allLost, lacks) };
}

const inFolder = (backup: Backup, folder: string) => dirname(backup.place) === folder;

/**
 * So many that came back in their test stay, and so many that did not or were not tried; a failing one never takes the place of one that came back. Beyond that number
 * and beyond their date stay the newest one that came back, and, where the vault has lost files, the newest of those that lack fewer of them.
 * @param erasedAt the last erasure: what was made before it goes at its date, as the proof says
 */
function expired(plan: Plan, backups: readonly Backup[], nowMs: number, erasedAt: string | undefined): Backup[] {
  let fewest = Number.POSITIVE_INFINITY;
  const counted = { good: 0, other: 0 };
  return backups
    .filter((backup) => backup.kind === 'planned' && !backup.removedAt)
    .filter((backup) => {
      const isGood = backup.verifiedAt !== undefined && backup.unfit === undefined;
      const newer = isGood ? counted.good++ : counted.other++;
      const isPast = Date.parse(backup.expiresAt) <= nowMs;
      const isFirst = fewest === Number.POSITIVE_INFINITY;
      const isOver = newer >= plan.keep || (isPast && !isFirst);
      if (!isGood || backup.lacks >= fewest) return isOver;
      fewest = backup.lacks;
      return !isFirst && isPast && erasedAt !== undefined && erasedAt > backup.createdAt;
    });
}

function lastErasure(db: Db): string | undefined {
  return db.prepare<[], string | null>('SELECT max(erased_at) FROM erasure').pluck().get() ?? undefined;
}

/**
 * Encrypted files that no backup in the folder names, and what a power cut left half-written. The folder is asked, not the list: a vault that was restored from an
 * earlier backup knows nothing of the later ones there. While one of them cannot be read, all files stay.
 * @returns the names of those that cannot be read
 */
async function removeUnused(vault: OpenVault, folder: string): Promise<string[]> {
  const named = new Set<string>();
  const unread: string[] = [];
  for (const name of readdirSync(folder).filter((one) => one.endsWith(ENDING))) {
    try {
      const file = await openBackup(join(folder, name));
      try {
        const { ids, all } = await filesIn(file, unlockOwn(file.head, vault));
        for (const id of ids) named.add(id);
        if (!all) unread.push(name);
      } finally {
        await file.close();
      }
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      unread.push(name);
    }
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const inObjects = entry.parentPath !== folder;
    if (inObjects ? unread.length === 0 && !named.has(entry.name) : entry.name.endsWith(`${ENDING}.new`))
      rmSync(join(entry.parentPath, entry.name), { force: true });
  }
  return unread.sort();
}

/** Where the backups of this vault lie below the chosen folder. */
export function folderOf(vault: OpenVault, plan: Pick<Plan, 'folder'>): string {
  return join(resolve(plan.folder), `lamplight-${vault.id}`);
}

/** The vault's own folder below the chosen one. Throws `disk-error` where it is not there: a drive that is not plugged in. */
function placeFor(vault: OpenVault, chosen: string): string {
  if (!statSync(chosen, { throwIfNoEntry: false })?.isDirectory())
    throw new AppError('disk-error', { what: 'the folder for backups is not there' });
  if (resolve(chosen) === resolve(vault.dir) || resolve(chosen).startsWith(resolve(vault.dir) + sep))
    throw new AppError('backup-inside-vault');
  const folder = folderOf(vault, { folder: chosen });
  makeFolder(folder);
  return folder;
}
