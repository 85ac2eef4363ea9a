/** The workstation's side of synchronisation, kept in the vault. */
import { createHash } from 'node:crypto';
import { AppError } from '../../../src-shared/errors/index.ts';
import { canonicalText, JsonError, parseJson } from '../../../src-shared/fhir/json.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { filesIn } from '../../../src-shared/sync/order.ts';
import { DELETED, hashedText, type Remote } from '../../../src-shared/sync/protocol.ts';
import type { Pending, Replica } from '../../../src-shared/sync/replica.ts';
import type { Context, Db, Tx } from '../context.ts';
import { knowsTeam } from '../ledger/index.ts';
import { isoTime } from '../ports.ts';
import { applyRemote, joinCareTeam, putResource } from '../records/index.ts';
import { conflictTask, noteTask } from './conflict-task.ts';
import { release } from './conflicts.ts';
import { mergeProvenance } from './provenance.ts';
import { readCursor, writeCursor } from './settings.ts';

interface PendingRow {
  seq: number;
  type: string;
  id: string;
  patient: string | null;
  hlc: string;
  author: string;
  at: string;
  deleted: 0 | 1;
  body: string;
  file: string | null;
  origin: Pending['origin'];
}

const SELECT_PENDING = `SELECT c.seq, c.type, c.id, c.patient, c.hlc, c.author, c.at, h.deleted, h.body, r.file, r.origin
  FROM change_log c JOIN resource_history h ON h.type = c.type AND h.id = c.id AND h.version = c.new_version
  JOIN resource r ON r.type = c.type AND r.id = c.id LEFT JOIN sync_item i ON i.seq = c.seq
  WHERE (i.seq IS NULL OR i.state IN ('sending', 'sent'))`;

/** @param pairedBy joins the care team of patients who arrive and for whom nobody is known to care, as somebody who imports them does */
export function vaultReplica(context: Context, pairedBy: string): Replica {
  const { db } = context.vault;
  let open: Tx | null = null;
  /** No change before this one waits any more. */
  let firstPending = 0;

  const tx = (): Tx => {
    if (open === null) throw new Error('a change of records outside of its transaction');
    return open;
  };
  const setState = (seq: number, state: string, takenBy: number | null, reason: string | null) =>
    db
      .prepare(
        'INSERT INTO sync_item (seq, type, id, state, taken_by, reason) SELECT seq, type, id, ?, ?, ? FROM change_log WHERE seq = ? ON CONFLICT DO UPDATE SET state = excluded.state, taken_by = excluded.taken_by, reason = excluded.reason',
      )
      .run(state, takenBy, reason, seq);
  const know = (type: string, id: string, version: number, hash: string, localVersion: number) =>
    db
      .prepare('INSERT OR REPLACE INTO sync_known (type, id, version, hash, local_version) VALUES (?, ?, ?, ?, ?)')
      .run(type, id, version, hash, localVersion);
  const localVersion = (type: string, id: string) =>
    db.prepare<[string, string], { version: number }>('SELECT version FROM resource WHERE type = ? AND id = ?').get(type, id)
      ?.version ?? 0;

  return {
    atomically(what, body) {
      if (what === 'bookkeeping') return db.transaction(body).immediate();
      return context.write({ action: 'U', procedure: 'sync.apply' }, (opened) => {
        const { tx: gathering, tell } = tellingOnce(opened);
        open = gathering;
        try {
          const result = body();
          tell();
          return result;
        } finally {
          open = null;
        }
      });
    },
    attempt(theirs, body) {
      try {
        // A transaction inside another is a savepoint.
        return db.transaction(body)();
      } catch (thrown) {
        if (!(thrown instanceof AppError || thrown instanceof JsonError)) throw thrown;
        const reason = thrown instanceof AppError ? thrown.code : 'not-json';
        db.prepare('INSERT OR REPLACE INTO sync_set_aside (type, id, version, reason, at) VALUES (?, ?, ?, ?, ?)').run(
          theirs.type,
          theirs.id,
          theirs.version,
          reason,
          isoTime(context.clock),
        );
        return null;
      }
    },
    pending(limit) {
      const rows = db
        .prepare<[number, number], PendingRow>(`${SELECT_PENDING} AND c.seq >= ? ORDER BY c.seq LIMIT ?`)
        .all(firstPending, limit);
      firstPending = rows[0]?.seq ?? firstPending;
      return rows.map(toPending);
    },
    pendingOf: (type, id) =>
      db
        .prepare<[string, string], PendingRow>(`${SELECT_PENDING} AND c.type = ? AND c.id = ? ORDER BY c.seq`)
        .all(type, id)
        .map(toPending),
    mark(seqs, state) {
      const forget = db.prepare("DELETE FROM sync_item WHERE seq = ? AND state IN ('sending', 'sent')");
      for (const seq of seqs) state === 'waiting' ? forget.run(seq) : setState(seq, state, null, null);
    },
    acknowledge(seq) {
      setState(seq, 'acknowledged', null, null);
      db.prepare("UPDATE sync_item SET state = 'acknowledged' WHERE taken_by = ? AND state = 'merged'").run(seq);
      // A version that was refused before has been replaced by one that was taken.
      db.prepare(
        "UPDATE sync_item SET state = 'acknowledged', reason = NULL WHERE state = 'refused' AND seq < @seq AND (type, id) = (SELECT type, id FROM change_log WHERE seq = @seq)",
      ).run({ seq });
    },
    refuse: (seq, reason) => void setState(seq, 'refused', null, reason),
    takeUp(seqs, by, conflicted) {
      const carryOn = db.prepare(
        "UPDATE sync_item SET taken_by = @by, state = CASE WHEN @by IS NULL AND state = 'merged' THEN 'acknowledged' ELSE state END WHERE taken_by = @seq",
      );
      for (const seq of seqs) {
        setState(seq, conflicted ? 'conflicted' : by === null ? 'acknowledged' : 'merged', by, null);
        carryOn.run({ by, seq });
      }
    },
    current(type, id) {
      const row = db
        .prepare<[string, string], { deleted: 0 | 1; file: string | null; body: string }>(
          'SELECT r.deleted, r.file, h.body FROM resource r JOIN resource_history h ON h.n = r.body_n WHERE r.type = ? AND r.id = ?',
        )
        .get(type, id);
      return row === undefined ? undefined : content(row);
    },
    known(type, id) {
      const row = db
        .prepare<[string, string], { version: number; hash: string; localVersion: number }>(
          'SELECT version, hash, local_version AS localVersion FROM sync_known WHERE type = ? AND id = ?',
        )
        .get(type, id);
      if (row === undefined) return undefined;
      return {
        version: row.version,
        hash: row.hash,
        // Read only where there is something to merge.
        get body() {
          return bodyOf(db, type, id, row.localVersion);
        },
      };
    },
    knowOwn(change, version) {
      const row = db
        .prepare<[number], { version: number }>('SELECT new_version AS version FROM change_log WHERE seq = ?')
        .get(change.seq);
      know(change.type, change.id, version, change.hash, row?.version ?? 0);
    },
    apply(theirs) {
      const { hlc, author, device, origin, file, patient } = theirs;
      const isNew = theirs.type === 'Patient' && localVersion('Patient', theirs.id) === 0;
      const change =
        theirs.body === null ? { deleted: { type: theirs.type, id: theirs.id } } : { resource: resourceIn(theirs.body) };
      const { version } = applyRemote(tx(), { hlc, author, device, origin, file, patient, ...change });
      know(theirs.type, theirs.id, theirs.version, theirs.hash, version);
      if (isNew && theirs.body !== null && !knowsTeam(db, theirs.id)) joinCareTeam({ ...tx(), author: pairedBy }, theirs.id);
      wantFiles(context, theirs);
      const settled = theirs.type === 'Task' && theirs.body !== null ? noteTask(db, theirs.body, patient ?? null, tx().at) : null;
      if (settled !== null) release(db, settled.type, settled.id);
    },
    knowSame: (theirs) => void know(theirs.type, theirs.id, theirs.version, theirs.hash, localVersion(theirs.type, theirs.id)),
    putMerged(theirs, body, after) {
      const own = { ...tx(), author: after?.author ?? tx().author };
      const written = putResource(own, resourceIn(body), {
        origin: after?.origin ?? theirs.origin ?? 'person',
        file: after?.file ?? theirs.file,
        patient: theirs.patient ?? after?.patient,
      });
      if (!written.changed) return null;
      const row = db
        .prepare<[string, string], { seq: number }>('SELECT max(seq) AS seq FROM change_log WHERE type = ? AND id = ?')
        .get(theirs.type, theirs.id);
      putResource(own, mergeProvenance(own, theirs), { origin: 'machine', patient: theirs.patient });
      return row?.seq ?? null;
    },
    raise({ type, id, patient, fields }) {
      const conflict = {
        id: context.chance.id(),
        type,
        resource: id,
        patient: patient ?? null,
        at: tx().at,
        fields: canonicalText(fields),
      };
      db.prepare(
        'INSERT INTO sync_conflict (id, type, resource, patient, at, fields) VALUES (@id, @type, @resource, @patient, @at, @fields)',
      ).run(conflict);
      putResource(tx(), conflictTask(conflict), { origin: 'machine', patient });
      tx().changed(['sync'], patient);
    },
    cursor: () => readCursor(db),
    setCursor: (cursor) => writeCursor(db, cursor),
  };
}

/** A page of changes says once, and not a hundred times, what pages have to fetch again. */
function tellingOnce(opened: Tx): { tx: Tx; tell: () => void } {
  const changed = new Map<string, Parameters<Tx['changed']>>();
  return {
    tx: { ...opened, changed: (topics, patient) => void changed.set(`${topics.join()} ${patient ?? ''}`, [topics, patient]) },
    tell() {
      for (const change of changed.values()) opened.changed(...change);
    },
  };
}

function toPending(row: PendingRow): Pending {
  const { seq, type, id, hlc, author, at, origin } = row;
  return {
    seq,
    type,
    id,
    patient: row.patient ?? undefined,
    hlc,
    author,
    at,
    origin,
    file: row.file ?? undefined,
    ...content(row),
  };
}

function content({ deleted, body, file }: { deleted: 0 | 1; body: string; file: string | null }): {
  hash: string;
  body: string | null;
} {
  if (deleted === 1) return { hash: DELETED, body: null };
  return {
    hash: createHash('sha256')
      .update(hashedText(body, file ?? undefined))
      .digest('hex'),
    body,
  };
}

function bodyOf(db: Db, type: string, id: string, version: number): string | null {
  const row = db
    .prepare<[string, string, number], { deleted: 0 | 1; body: string }>(
      'SELECT deleted, body FROM resource_history WHERE type = ? AND id = ? AND version = ?',
    )
    .get(type, id, version);
  return row === undefined || row.deleted === 1 ? null : row.body;
}

function resourceIn(body: string): FhirResource {
  // The server checks that it is a resource before it takes it; records check type and id again.
  return parseJson(body).value as unknown as FhirResource;
}

/** Notes the files that a resource names and that are not here yet. */
function wantFiles(context: Context, theirs: Remote): void {
  const named = new Set([...filesIn(theirs.body), ...(theirs.file === undefined ? [] : [theirs.file])]);
  for (const id of named) {
    if (context.vault.files.find(id) !== undefined) continue;
    context.vault.db
      .prepare("INSERT INTO sync_file (id, state, patient, at) VALUES (?, 'wanted', ?, ?) ON CONFLICT DO NOTHING")
      .run(id, theirs.patient ?? null, isoTime(context.clock));
  }
}
