/** The list of backups in the vault. */
import { z } from 'zod';
import type { Backup, BackupResult } from '../../../src-shared/contract/backup.ts';
import type { Context, Db, Tx } from '../context.ts';
import type { MadeBackup } from './write.ts';

/** Lost files that are named; the number says how many there are. */
const NAMED_MAX = 100;

export type Missing = NonNullable<BackupResult['missing']>;

interface Row {
  id: string;
  kind: 'planned' | 'single';
  place: string;
  created_at: string;
  expires_at: string;
  bytes: number;
  patients: number;
  files: number;
  entries: number;
  verified_at: string | null;
  unfit: string | null;
  lacks: number;
  removed_at: string | null;
}

/** Newest first. */
export function rowsOf(db: Db): Backup[] {
  return db
    .prepare<[], Row>(
      'SELECT id, kind, place, created_at, expires_at, bytes, patients, files, entries, verified_at, unfit, lacks, removed_at FROM backups ORDER BY created_at DESC, id DESC',
    )
    .all()
    .map((row) => ({
      id: row.id,
      kind: row.kind,
      place: row.place,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      bytes: row.bytes,
      patients: row.patients,
      files: row.files,
      entries: row.entries,
      verifiedAt: row.verified_at ?? undefined,
      unfit: row.unfit ?? undefined,
      lacks: row.lacks,
      removedAt: row.removed_at ?? undefined,
    }));
}

interface Listed {
  /** `lost`: ids of files that the vault had no more; `lacks`: how many of them are not in the backup. */
  made: Omit<MadeBackup, 'lost' | 'absent' | 'path'> & { lost: readonly string[] | null; lacks: number };
  kind: Backup['kind'];
  place: string;
  expiresAt: string;
}

export function recordBackup(context: Context, of: Listed): void {
  context.write({ action: 'C', procedure: of.kind === 'planned' ? 'backup.run' : 'backup.create' }, (tx) => listBackup(tx, of));
}

/** In the open transaction of the caller. */
export function listBackup(tx: Tx, { made, kind, place, expiresAt }: Listed): void {
  // A file that replaced an older backup of the same name: that one is gone.
  tx.db.prepare('UPDATE backups SET removed_at = ? WHERE place = ? AND removed_at IS NULL').run(tx.at, place);
  tx.db
    .prepare(
      'INSERT INTO backups (id, kind, place, created_at, expires_at, bytes, patients, files, entries, key, lost, lacks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET place = excluded.place, expires_at = excluded.expires_at, removed_at = NULL',
    )
    .run(
      made.id,
      kind,
      place,
      made.createdAt,
      expiresAt,
      made.bytes,
      made.patients,
      made.files,
      made.entries,
      made.key,
      idsText(made.lost ?? []),
      made.lacks,
    );
  tx.touched({ type: 'Backup', id: made.id });
  tx.changed(['backups']);
}

/** What neither the vault nor the backup has was found out by the test restore. */
export function noteLost(context: Context, id: string, lost: readonly string[], lacks: number): void {
  context.write({ action: 'E', procedure: 'backup.verify', reason: `${lost.length} files of the vault are lost` }, (tx) => {
    tx.db.prepare('UPDATE backups SET lost = ?, lacks = ? WHERE id = ?').run(idsText(lost), lacks, id);
    tx.touched({ type: 'Backup', id });
    tx.changed(['backups']);
  });
}

/** After a look at all files of the vault: what the newest backup says to be lost is so no more. */
export function noteStillLost(context: Context, lost: readonly string[], putBack: number): void {
  context.write({ action: 'U', procedure: 'backup.putBack', reason: `${putBack} put back, ${lost.length} still lost` }, (tx) => {
    tx.db
      .prepare(
        'UPDATE backups SET lost = ? WHERE id = (SELECT id FROM backups WHERE removed_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1)',
      )
      .run(idsText(lost));
    tx.changed(['backups']);
  });
}

/** What the newest backup found missing in the vault, and the vault still names. */
export function missingAtLast(db: Db): Missing | undefined {
  const newest = db
    .prepare<[], { lost: string | null; lacks: number }>(
      'SELECT lost, lacks FROM backups WHERE removed_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1',
    )
    .get();
  return newest?.lost == null ? undefined : missingOf(db, z.array(z.string()).parse(JSON.parse(newest.lost)), newest.lacks);
}

/** @returns undefined where none of them is a file of the vault. */
export function missingOf(db: Db, ids: readonly string[], lacks: number): Missing | undefined {
  const patientOf = db.prepare<[string], string>('SELECT patient FROM file WHERE id = ?').pluck();
  const patients = new Map(
    ids.flatMap((id) => [[id, patientOf.get(id)]] as const).filter(([, patient]) => patient !== undefined),
  );
  if (patients.size === 0) return undefined;
  return {
    count: patients.size,
    files: [...patients.keys()].slice(0, NAMED_MAX),
    patients: new Set(patients.values()).size,
    lacks,
  };
}

function idsText(ids: readonly string[]): string | null {
  return ids.length > 0 ? JSON.stringify(ids) : null;
}

/** @param broken files that did not come back, or the reason why nothing did */
export function markTested(context: Context, id: string, broken: number | string): void {
  const unfit =
    typeof broken === 'string'
      ? broken
      : broken > 0
        ? `${broken} encrypted ${broken === 1 ? 'file' : 'files'} did not come back`
        : null;
  context.write({ action: 'E', procedure: 'backup.verify', reason: unfit === null ? undefined : 'unfit' }, (tx) => {
    if (unfit === null) tx.db.prepare('UPDATE backups SET verified_at = ?, unfit = NULL WHERE id = ?').run(tx.at, id);
    else tx.db.prepare('UPDATE backups SET unfit = ? WHERE id = ?').run(unfit, id);
    tx.touched({ type: 'Backup', id });
    tx.changed(['backups']);
  });
}

/** The newest backup that is kept, the newest one that came back in a test, what was wrong with the newest where it did not, and what the vault had lost by then. */
export function lastBackups(db: Db): { made?: Backup; tested?: Backup; unfit?: string; missing?: Missing } {
  const there = rowsOf(db).filter((backup) => !backup.removedAt);
  const tested = there
    .filter((backup) => backup.verifiedAt && !backup.unfit)
    .sort((one, other) => (other.verifiedAt ?? '').localeCompare(one.verifiedAt ?? ''))[0];
  return { made: there[0], tested, unfit: there[0]?.unfit, missing: missingAtLast(db) };
}
