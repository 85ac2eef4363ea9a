/** Verifying and exporting the log of an open vault. */
import { chainPorts } from '../../../src-node/chain-ports.ts';
import { type ChainEntry, type LogLine, type Verdict, chainChecker, toHex } from '../../../src-shared/audit/chain.ts';
import type { Db } from '../context.ts';
import { auditEventBundle, auditTable } from './formats.ts';

interface EntryRow {
  n: number;
  hash: Uint8Array;
  entry: string;
  patient: string | null;
  person: string | null;
  procedure: string;
  outcome: string;
  at: string;
}
interface SealRow {
  count: number;
  head: Uint8Array;
  at: string;
  signature: Uint8Array;
}
interface ReceiptRow extends SealRow {
  server: string;
  public_key: Uint8Array;
}

/** Walks chain, seals and receipts in the database, and that the columns beside an entry say what the entry says. */
export function verifyLog(db: Db, device: string, publicKey: Uint8Array): Verdict {
  const checker = chainChecker(chainPorts, device, publicKey);
  const bad = (index: number | null, what: string): Verdict => ({ ok: false, entries: checker.count, seals: checker.seals, firstBad: { index, what } });
  try {
    const seals = byCount(db.prepare<[], SealRow>('SELECT count, head, at, signature FROM audit_seal ORDER BY count').all());
    const receipts = byCount(db.prepare<[], ReceiptRow>('SELECT count, head, at, server, public_key, signature FROM audit_receipt ORDER BY count').all());
    for (const row of db.prepare<[], EntryRow>('SELECT n, hash, entry, patient, person, procedure, outcome, at FROM audit ORDER BY n').iterate()) {
      const what = checker.entry(row.entry, toHex(row.hash)) ?? besideDiffers(row);
      if (what) return bad(row.n, what);
      const seal = seals.get(row.n);
      const sealFault = seal && checker.seal({ kind: 'seal', ...sealOf(seal) });
      if (sealFault) return bad(row.n, sealFault);
      const receipt = receipts.get(row.n);
      const receiptFault = receipt && checker.receipt(receiptOf(receipt));
      if (receiptFault) return bad(row.n, receiptFault);
    }
    for (const count of [...seals.keys(), ...receipts.keys()]) if (count > checker.count) return bad(checker.count, 'cut off: a seal or receipt covers more entries');
    return { ok: true, entries: checker.count, seals: checker.seals };
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('SQLITE')) return bad(null, 'unreadable');
    if (thrown instanceof SyntaxError) return bad(checker.count + 1, 'edited');
    throw thrown;
  }
}

export interface ExportedLog {
  document: string;
  entries: number;
  seals: number;
  head: string;
}

/** The log as lines that anybody can verify, as a FHIR Bundle of AuditEvents, or as a table. */
export function exportLog(db: Db, device: string, publicKey: Uint8Array, format: 'jsonl' | 'fhir' | 'csv'): ExportedLog {
  const rows = db.prepare<[], EntryRow>('SELECT n, hash, entry, patient, person, procedure, outcome, at FROM audit ORDER BY n').all();
  const seals = db.prepare<[], SealRow>('SELECT count, head, at, signature FROM audit_seal ORDER BY count').all();
  const head = toHex(rows.at(-1)?.hash ?? new Uint8Array(32));
  const counts = { entries: rows.length, seals: seals.length, head };
  // Entries were written by this program in the shape of ChainEntry.
  const entries = () => rows.map((row) => JSON.parse(row.entry) as ChainEntry);
  if (format === 'csv') return { document: auditTable(entries()), ...counts };
  if (format === 'fhir') return { document: JSON.stringify(auditEventBundle(entries(), device)), ...counts };
  const receipts = byCount(db.prepare<[], ReceiptRow>('SELECT count, head, at, server, public_key, signature FROM audit_receipt ORDER BY count').all());
  const sealAt = byCount(seals);
  const lines: LogLine[] = [{ kind: 'log', format: 1, device, publicKey: toHex(publicKey) }];
  for (const row of rows) {
    lines.push({ kind: 'entry', hash: toHex(row.hash), entry: JSON.parse(row.entry) as ChainEntry });
    const seal = sealAt.get(row.n);
    if (seal) lines.push({ kind: 'seal', ...sealOf(seal) });
    const receipt = receipts.get(row.n);
    if (receipt) lines.push(receiptOf(receipt));
  }
  lines.push({ kind: 'end', ...counts });
  return { document: `${lines.map((line) => chainPorts.canonical(line)).join('\n')}\n`, ...counts };
}

function besideDiffers(row: EntryRow): string | null {
  const entry = JSON.parse(row.entry) as ChainEntry;
  const same = (entry.patient ?? null) === row.patient && (entry.person ?? null) === row.person && entry.procedure === row.procedure && entry.outcome === row.outcome && entry.at === row.at;
  return same ? null : 'edited beside the entry';
}

function byCount<Row extends { count: number }>(rows: readonly Row[]): Map<number, Row> {
  return new Map(rows.map((row) => [row.count, row]));
}

function sealOf(row: SealRow) {
  return { count: row.count, head: toHex(row.head), at: row.at, signature: toHex(row.signature) };
}

function receiptOf(row: ReceiptRow) {
  return { kind: 'receipt' as const, ...sealOf(row), server: row.server, publicKey: toHex(row.public_key) };
}
