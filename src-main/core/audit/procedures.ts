import type { ChainEntry } from '../../../src-shared/audit/chain.ts';
import type { AuditEntry } from '../../../src-shared/contract/audit.ts';
import type { ParsedInput } from '../../../src-shared/contract/index.ts';
import { type Handlers, command, query } from '../bind.ts';
import type { Db } from '../context.ts';
import { PAGE_BYTES, databasePath } from '../vault/index.ts';
import { firstBadPage } from '../vault/index.ts';
import type { AuditLog } from './log.ts';
import { exportLog, verifyLog } from './verify.ts';

/** @param databaseKey for the check of every page's HMAC */
export function auditProcedures(log: AuditLog, databaseKey: Uint8Array): Handlers {
  return {
    'audit.list': query((context, input) => list(context.vault.db, input)),
    'audit.ofPatient': query((context, input) => ({ entries: list(context.vault.db, { patient: input.patient, limit: input.limit }).entries })),
    'audit.verify': query(async (context) => {
      const bad = await firstBadPage(databasePath(context.vault.dir), databaseKey, PAGE_BYTES);
      if (bad !== null) return { ok: false, entries: 0, seals: 0, firstBad: { index: null, what: 'unreadable' } };
      return verifyLog(context.vault.db, context.device, log.publicKey);
    }),
    'audit.export': query((context, input) => exportLog(context.vault.db, context.device, log.publicKey, input.format)),
    'patients.searched': command((_context, tx, input) => {
      for (const id of input.shown) tx.touched({ type: 'Patient', id });
      return { ok: true as const };
    }),
  };
}

interface Row {
  entry: string;
  display_name: string | null;
}

function list(db: Db, wanted: Partial<ParsedInput<'audit.list'>>): { entries: AuditEntry[]; total: number } {
  const where: string[] = [];
  const values: (string | number)[] = [];
  const add = (clause: string, value: string | number | undefined) => {
    if (value === undefined) return;
    where.push(clause);
    values.push(value);
  };
  add('a.patient = ?', wanted.patient);
  add('a.person = ?', wanted.person);
  add('a.procedure = ?', wanted.procedure);
  add('a.outcome = ?', wanted.outcome);
  add('a.at >= ?', wanted.since);
  const clause = (extra: string[]) => (where.length + extra.length ? `WHERE ${[...where, ...extra].join(' AND ')}` : '');
  const total = db.prepare<unknown[], { total: number }>(`SELECT count(*) AS total FROM audit a ${clause([])}`).get(...values)?.total ?? 0;
  const page = wanted.before === undefined ? [] : ['a.n < ?'];
  const rows = db
    .prepare<unknown[], Row>(`SELECT a.entry, u.display_name FROM audit a LEFT JOIN user u ON u.id = a.person ${clause(page)} ORDER BY a.n DESC LIMIT ?`)
    .all(...values, ...(wanted.before === undefined ? [] : [wanted.before]), wanted.limit ?? 100);
  // Entries were written by this program in the shape of ChainEntry.
  return { total, entries: rows.map((row) => ({ ...(JSON.parse(row.entry) as ChainEntry), personName: row.display_name ?? undefined })) };
}
