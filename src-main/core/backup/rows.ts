/** The list of backups in the vault. */
import type { Backup } from '../../../src-shared/contract/backup.ts';
import type { Context, Db, Tx } from '../context.ts';
import type { MadeBackup } from './write.ts';

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
  removed_at: string | null;
}

/** Newest first. */
export function rowsOf(db: Db): Backup[] {
  return db
    .prepare<[], Row>(
      'SELECT id, kind, place, created_at, expires_at, bytes, patients, files, entries, verified_at, unfit, removed_at FROM backups ORDER BY created_at DESC, id DESC',
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
      removedAt: row.removed_at ?? undefined,
    }));
}

interface Listed {
  made: Omit<MadeBackup, 'absent'>;
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
      'INSERT INTO backups (id, kind, place, created_at, expires_at, bytes, patients, files, entries, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET place = excluded.place, expires_at = excluded.expires_at, removed_at = NULL',
    )
    .run(made.id, kind, place, made.createdAt, expiresAt, made.bytes, made.patients, made.files, made.entries, made.key);
  tx.touched({ type: 'Backup', id: made.id });
  tx.changed(['backups']);
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

/** The newest backup that is kept, the newest one that came back in a test, and what was wrong with the newest where it did not. */
export function lastBackups(db: Db): { made?: Backup; tested?: Backup; unfit?: string } {
  const there = rowsOf(db).filter((backup) => !backup.removedAt);
  const tested = there
    .filter((backup) => backup.verifiedAt && !backup.unfit)
    .sort((one, other) => (other.verifiedAt ?? '').localeCompare(one.verifiedAt ?? ''))[0];
  return { made: there[0], tested, unfit: there[0]?.unfit };
}
