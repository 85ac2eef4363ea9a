/** What a person sees of synchronisation: in sum, and item by item. */
import type { z } from 'zod';
import type { ItemState, sync, syncItem, syncSummary } from '../../../src-shared/contract/sync.ts';
import type { Db, Vault } from '../context.ts';
import type { RoundResult } from './round.ts';
import type { Link } from './service.ts';
import { pairedServer, readNumber } from './settings.ts';

type Summary = z.output<typeof syncSummary>;
type Item = z.output<typeof syncItem>;

/** @param round what one round did: then its own counts are given in place of those since pairing */
export function summaryOf(vault: Vault, link: Link, round?: RoundResult): Summary {
  const { db } = vault;
  const server = pairedServer(vault);
  const total = counts(db);
  const refused = round?.refused ?? total.refused;
  return {
    ok: link.problem === undefined && total.refused === 0 && refused === 0,
    paired: server !== null,
    server: server?.url,
    ...link,
    sent: round?.sent ?? total.sent,
    acknowledged: round?.acknowledged ?? total.acknowledged,
    refused,
    pulled: round?.pulled ?? readNumber(db, 'sync-pulled'),
    conflicts: total.conflicts,
    waiting: total.waiting,
  };
}

/** Files that came from the server are nothing to be sent. */
const OWN_FILES = '(SELECT * FROM file WHERE id NOT IN (SELECT id FROM sync_file WHERE received = 1)) f LEFT JOIN sync_file s ON s.id = f.id';

function counts(db: Db) {
  const one = (sql: string) => db.prepare<[], { n: number }>(sql).get()?.n ?? 0;
  const items = one('SELECT count(*) AS n FROM change_log') + one(`SELECT count(*) AS n FROM ${OWN_FILES}`);
  const state = (name: string) => one(`SELECT count(*) AS n FROM sync_item WHERE state = '${name}'`) + one(`SELECT count(*) AS n FROM ${OWN_FILES} WHERE s.state = '${name}'`);
  const acknowledged = state('acknowledged');
  const refused = state('refused');
  const conflicted = state('conflicted');
  const sent = state('sent');
  return { acknowledged, refused, sent: acknowledged + refused + sent, waiting: items - acknowledged - refused - conflicted, conflicts: one('SELECT count(*) AS n FROM sync_conflict WHERE settled_at IS NULL') };
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

const ITEMS = `
  SELECT c.seq, 'resource' AS what, c.type, c.id, c.patient, c.at, i.reason, CASE coalesce(i.state, 'merged') WHEN 'merged' THEN 'waiting' ELSE i.state END AS state
  FROM change_log c LEFT JOIN sync_item i ON i.seq = c.seq
  UNION ALL
  SELECT 0, 'file', f.media_type, f.id, f.patient, f.created_at, s.reason, CASE coalesce(s.state, 'wanted') WHEN 'wanted' THEN 'waiting' ELSE s.state END
  FROM ${OWN_FILES}`;

/** Newest first; the access log is one item. */
export function itemsOf(db: Db, input: { state?: ItemState; limit: number }): { items: Item[]; total: number } {
  const wanted = input.state ?? null;
  const total = db.prepare<[{ wanted: ItemState | null }], { n: number }>(`SELECT count(*) AS n FROM (${ITEMS}) WHERE @wanted IS NULL OR state = @wanted`).get({ wanted })?.n ?? 0;
  const rows = db
    .prepare<[{ wanted: ItemState | null; limit: number }], ItemRow>(`SELECT i.*, p.name AS patientName FROM (${ITEMS}) i LEFT JOIN patient_row p ON p.id = i.patient WHERE @wanted IS NULL OR i.state = @wanted ORDER BY i.at DESC, i.seq DESC LIMIT @limit`)
    .all({ wanted, limit: input.limit });
  const audit = auditItem(db);
  const shown = audit !== null && (wanted === null || audit.state === wanted) ? [audit] : [];
  return { items: [...shown, ...rows.map(toItem)], total: total + shown.length };
}

function toItem({ patient, patientName, reason, ...row }: ItemRow): Item {
  return { ...row, patient: patient ?? undefined, patientName: patientName ?? undefined, reason: reason ?? undefined, action: row.state === 'refused' ? 'Change it and it is sent again; or give this sentence to IT.' : undefined };
}

function auditItem(db: Db): Item | null {
  const last = db.prepare<[], { n: number; at: string }>('SELECT n, at FROM audit ORDER BY n DESC LIMIT 1').get();
  if (last === undefined) return null;
  return { seq: last.n, what: 'audit', type: 'AuditEvent', id: 'access-log', state: readNumber(db, 'sync-audit-sent') >= last.n ? 'acknowledged' : 'waiting', at: last.at };
}

export type Conflicts = z.output<(typeof sync)['sync.conflicts']['output']>['conflicts'];
