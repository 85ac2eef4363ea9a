/** What an erasure here cannot reach: backups that were made before, and what the server has. */
import type { ErasureProof } from '../../../src-shared/contract/lifetime.ts';
import type { Db } from '../context.ts';
import { sql } from '../records/index.ts';

type Consequences = ErasureProof['consequences'];

/** Backups made since the patient came, and when the last of them is gone. */
export function backupsHolding(db: Db, patient: string): Consequences['backups'] {
  const since = sql<{ at: string | null }>(
    db,
    'SELECT min(h.at) AS at FROM resource r JOIN resource_history h ON h.type = r.type AND h.id = r.id WHERE r.patient = ?',
  ).get(patient)?.at;
  if (since == null) return { known: 0, lastExpires: null, say: 'No backups are known here.' };
  const { known, last } = sql<{ known: number; last: string | null }>(
    db,
    'SELECT count(*) AS known, max(expires_at) AS last FROM backups WHERE removed_at IS NULL AND created_at >= ?',
  ).get(since) ?? { known: 0, last: null };
  if (known === 0 || last === null)
    return { known: 0, lastExpires: null, say: 'No backup that holds this record is known here.' };
  return {
    known,
    lastExpires: last,
    say: `${known === 1 ? 'One encrypted backup holds' : `${known} encrypted backups hold`} this record; the last one expires on ${last.slice(0, 10)}. ${
      tellsOthers(db)
        ? 'A vault that is restored from one of them destroys the record again when it next reaches the server; without the server whoever restores it must erase again.'
        : 'Whoever restores one of them before then must erase again: the vault that comes back does not know of this erasure.'
    }`,
  };
}

/** Is there a server, and by it other workstations? */
export function tellsOthers(db: Db): boolean {
  return sql(db, "SELECT 1 FROM meta WHERE key = 'sync-server'").get() !== undefined;
}

export function serverHolding(db: Db, left: { deletions: number; files: number }): Consequences['server'] {
  const paired = tellsOthers(db);
  const counts = { paired, deletionsToSend: left.deletions, files: left.files };
  if (!paired && left.deletions === 0)
    return { ...counts, say: 'This workstation is paired with no server: nothing of the record left it by synchronisation.' };
  if (left.deletions === 0 && left.files === 0)
    return {
      ...counts,
      say: 'Nothing of this record had gone to the server yet; it is told all the same, and refuses what others may still send.',
    };
  return {
    ...counts,
    say: `The server has ${left.deletions} entries${left.files > 0 ? ` and ${left.files} files` : ''} of this record. It and every other workstation are told, destroy all versions and files, and answer with a signed notice, unless a legal hold stands there; the answers stand beside this proof. Backups that the operator made of the server's data folder hold the record until they expire.`,
  };
}

/** Entries of the log about the patient in which one of these words stands: somebody wrote a name into a reason. */
export function entriesNaming(db: Db, patient: string, words: readonly string[]): number {
  const telling = words.filter((word) => word.length >= 4);
  const rows = sql<{ entry: string }>(db, 'SELECT entry FROM audit WHERE patient = ?').iterate(patient);
  let naming = 0;
  for (const { entry } of rows) {
    const text = entry.toLocaleLowerCase('en');
    if (telling.some((word) => text.includes(word))) naming++;
  }
  return naming;
}
