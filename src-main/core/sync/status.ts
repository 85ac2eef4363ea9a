/** What a person sees of synchronisation: in sum, and item by item. */
import type { z } from 'zod';
import type { ItemState, sync, syncItem, syncSummary } from '../../../src-shared/contract/sync.ts';
import type { Db, Vault } from '../context.ts';
import { waitingNotices } from '../ledger/index.ts';
import { sayErased } from '../lifetime/index.ts';
import type { RoundResult } from './round.ts';
import type { Link } from './service.ts';
import { pairedServer, readNumber } from './settings.ts';

type Summary = z.output<typeof syncSummary>;
type Item = z.output<typeof syncItem>;

/** @param round what one round did: then its own counts are given in place of those since pairing */
export function summaryOf(vault: Vault, link: Link, nowMs: number, round?: RoundResult): Summary {
  const { db } = vault;
  const server = pairedServer(vault);
  const total = counts(db);
  const refused = round?.refused ?? total.refused;
  return {
    // A wrong clock is said, and stops nothing.
    ok: (link.problem === undefined || link.problem.code === 'clock-wrong') && total.refused === 0 && refused === 0,
    paired: server !== null,
    server: server?.url,
    ...link,
    sent: round?.sent ?? total.sent,
    acknowledged: round?.acknowledged ?? total.acknowledged,
    refused,
    pulled: round?.pulled ?? readNumber(db, 'sync-pulled'),
    conflicts: total.conflicts,
    waiting: total.waiting,
    notices: waitingNotices(db).waiting,
    said: sayErased(db, nowMs),
  };
}

/** Files that came from the server are nothing to be sent, nor are those of studies whose patient is in doubt. */
const OWN_FILES =
  '(SELECT * FROM file WHERE id NOT IN (SELECT id FROM sync_file WHERE received = 1) AND patient NOT IN (SELECT id FROM dicom_waiting)) f LEFT JOIN sync_file s ON s.id = f.id';

function counts(db: Db) {
  const one = (sql: string) => db.prepare<[], { n: number }>(sql).get()?.n ?? 0;
  const items = one('SELECT count(*) AS n FROM change_log') + one(`SELECT count(*) AS n FROM ${OWN_FILES}`);
  const stored = (name: string) =>
    one(`SELECT count(*) AS n FROM sync_item WHERE state = '${name}'`) +
    one(`SELECT count(*) AS n FROM ${OWN_FILES} WHERE s.state = '${name}'`);
  const [sending, sent, acknowledged, refused, conflicted] = [
    stored('sending'),
    stored('sent'),
    stored('acknowledged'),
    stored('refused'),
    stored('conflicted'),
  ];
  const byState = (state: ItemState) =>
    ({ sending, sent, acknowledged, refused, conflicted, waiting: items - sending - sent - acknowledged - refused - conflicted })[
      state
    ];
  return {
    items,
    byState,
    acknowledged,
    refused,
    sent: acknowledged + refused + sent,
    // What is on its way is not there yet.
    waiting: byState('waiting') + sending + sent,
    conflicts: one('SELECT count(*) AS n FROM sync_conflict WHERE settled_at IS NULL'),
  };
}

interface ItemRow {
  seq: number;
  what: 'resource' | 'file';
  type: string;
  id: string;
  patient: string | null;
  patientName: string | null;
  state: ItemState;
  at: string;
  reason: string | null;
}

/** Newest first; the access log is one item. */
export function itemsOf(db: Db, input: { state?: ItemState; limit: number }): { items: Item[]; total: number } {
  const audit = auditItem(db);
  const logged = audit !== null && (input.state === undefined || audit.state === input.state) ? [audit] : [];
  const rows = [...changes(db, input), ...files(db, input)]
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : b.seq - a.seq))
    .slice(0, input.limit);
  return { items: [...logged, ...rows.map(toItem)], total: totalOf(db, input.state) + logged.length };
}

/** Read along an index from the newest, however long the log is. */
function changes(db: Db, { state, limit }: { state?: ItemState; limit: number }): ItemRow[] {
  const from =
    state === undefined || state === 'waiting'
      ? `change_log c LEFT JOIN sync_item i ON i.seq = c.seq ${state === undefined ? '' : "WHERE i.seq IS NULL OR i.state = 'merged'"} ORDER BY c.seq DESC`
      : 'sync_item i JOIN change_log c ON c.seq = i.seq WHERE i.state = @state ORDER BY i.seq DESC';
  return db
    .prepare<[{ state?: ItemState; limit: number }], ItemRow>(
      `SELECT n.*, p.name AS patientName FROM (
         SELECT c.seq, 'resource' AS what, c.type, c.id, c.patient, c.at, i.reason, CASE coalesce(i.state, 'merged') WHEN 'merged' THEN 'waiting' ELSE i.state END AS state FROM ${from} LIMIT @limit
       ) n LEFT JOIN patient_row p ON p.id = n.patient`,
    )
    .all({ state, limit });
}

function files(db: Db, { state, limit }: { state?: ItemState; limit: number }): ItemRow[] {
  return db
    .prepare<[{ state: ItemState | null; limit: number }], ItemRow>(
      `SELECT n.*, p.name AS patientName FROM (
         SELECT 0 AS seq, 'file' AS what, f.media_type AS type, f.id, f.patient, f.created_at AS at, s.reason, CASE coalesce(s.state, 'wanted') WHEN 'wanted' THEN 'waiting' ELSE s.state END AS state FROM ${OWN_FILES}
       ) n LEFT JOIN patient_row p ON p.id = n.patient WHERE @state IS NULL OR n.state = @state ORDER BY n.at DESC LIMIT @limit`,
    )
    .all({ state: state ?? null, limit });
}

function totalOf(db: Db, state: ItemState | undefined): number {
  const { items, byState } = counts(db);
  return state === undefined ? items : byState(state);
}

function toItem({ patient, patientName, reason, ...row }: ItemRow): Item {
  return {
    ...row,
    patient: patient ?? undefined,
    patientName: patientName ?? undefined,
    reason: reason ?? undefined,
    // What is said of an erased record names the way on by itself.
    action:
      row.state === 'refused' && !reason?.startsWith('This record was erased')
        ? 'Change it and it is sent again; or give this sentence to IT.'
        : undefined,
  };
}

function auditItem(db: Db): Item | null {
  const last = db.prepare<[], { n: number; at: string }>('SELECT n, at FROM audit ORDER BY n DESC LIMIT 1').get();
  if (last === undefined) return null;
  return {
    seq: last.n,
    what: 'audit',
    type: 'AuditEvent',
    id: 'access-log',
    state: readNumber(db, 'sync-audit-sent') >= last.n ? 'acknowledged' : 'waiting',
    at: last.at,
  };
}

export type Conflicts = z.output<(typeof sync)['sync.conflicts']['output']>['conflicts'];
