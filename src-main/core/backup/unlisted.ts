/** Backups in the folder of the plan that the vault does not know of: it was restored from an earlier one. They are named, left alone, and may be taken into the list. */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Backup } from '../../../src-shared/contract/backup.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Tx } from '../context.ts';
import type { OpenVault } from '../vault/index.ts';
import { ENDING } from './naming.ts';
import { folderOf, type Plan } from './plan.ts';
import { openBackup } from './read.ts';
import { listBackup, rowsOf } from './rows.ts';
import { unlockOwn } from './unlock.ts';

/** Heads that one look reads: a folder of somebody else's making must not hold the screen up. */
const LOOKED_AT_MAX = 100;
const DAY_MS = 86_400_000;

export interface Unlisted {
  name: string;
  createdAt: string;
  bytes: number;
}

/** Newest first; none where the folder is not there. */
export async function unlistedIn(vault: OpenVault, plan: Plan, known: readonly Backup[]): Promise<Unlisted[]> {
  const found: Unlisted[] = [];
  for (const name of strangers(vault, plan, known).slice(0, LOOKED_AT_MAX)) {
    const one = await lookAt(vault, plan, name);
    if (one && !known.some((backup) => backup.id === one.id && !backup.removedAt))
      found.push({ name, createdAt: one.createdAt, bytes: one.bytes });
  }
  return found.sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}

export interface Adoptable extends Awaited<ReturnType<typeof lookInto>> {
  place: string;
}

/** Opens it with the key of this vault and reads what it holds. Throws `not-found`, `backup-other-vault`, `backup-damaged` ... */
export async function readyToAdopt(vault: OpenVault, plan: Plan, name: string): Promise<Adoptable> {
  if (!strangers(vault, plan, rowsOf(vault.db)).includes(name)) throw new AppError('not-found', { what: 'backup' });
  const place = join(folderOf(vault, plan), name);
  return { ...(await lookInto(vault, place)), place };
}

/** Into the list, untested: how long it is kept is counted from the day on which it was made. */
export function adopt(tx: Tx, plan: Plan, { place, ...made }: Adoptable): void {
  const expiresAt = new Date(Date.parse(made.createdAt) + plan.every_days * plan.keep * DAY_MS).toISOString();
  listBackup(tx, { made, kind: 'planned', place, expiresAt });
}

/** Names of files that no row of the list stands for. */
function strangers(vault: OpenVault, plan: Plan, known: readonly Backup[]): string[] {
  const folder = folderOf(vault, plan);
  const places = new Set(known.filter((backup) => !backup.removedAt).map((backup) => resolve(backup.place)));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(ENDING) && !places.has(resolve(folder, name)))
    .sort()
    .reverse();
}

/** What cannot be read is named by the plan itself. */
async function lookAt(vault: OpenVault, plan: Plan, name: string) {
  try {
    const file = await openBackup(join(folderOf(vault, plan), name));
    await file.close();
    return file.head.vaultId === vault.id ? { id: file.head.id, createdAt: file.head.createdAt, bytes: file.bytes } : null;
  } catch (thrown) {
    if (thrown instanceof AppError) return null;
    throw thrown;
  }
}

async function lookInto(vault: OpenVault, place: string) {
  const file = await openBackup(place);
  try {
    const key = unlockOwn(file.head, vault);
    const contents = await file.parts(key).next();
    if (contents.part !== 'contents') throw new AppError('backup-damaged', { what: 'its table of contents is missing' });
    const { patients, files, entries, lost: lacks } = contents;
    const { id, createdAt } = file.head;
    return { id, createdAt, bytes: file.bytes, key, patients, files, entries, lost: null, lacks };
  } finally {
    await file.close();
  }
}
