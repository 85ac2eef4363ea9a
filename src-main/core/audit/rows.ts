/** The log as it lies in the database, read in slices so that nothing else waits long. */
import type { Receipt, Seal } from '../../../src-shared/audit/chain.ts';
import { toHex } from '../../../src-shared/hex.ts';
import type { Db } from '../context.ts';

export interface EntryRow {
  n: number;
  /** Hex: a text goes to another thread much faster than bytes. */
  hash: string;
  entry: string;
  patient: string | null;
  person: string | null;
  procedure: string;
  outcome: string;
  at: string;
  ai: string | null;
  /** Whether it is found by its person, 1 or 0. */
  listed: number;
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

/** Entries of a slice with the seals and receipts that lie behind them; those of former logs stand behind the entry that goes on from them. */
export interface Slice {
  entries: EntryRow[];
  seals: Seal[];
  receipts: Receipt[];
  formerReceipts: { n: number; receipt: Receipt }[];
}

/** Entries that are read at once: about 1 ms of work. */
const SLICE_ENTRIES = 100;

/** @param after the number of the last entry read before; @param upTo the last one wanted */
export function sliceReader(db: Db): (after: number, upTo: number) => Slice {
  const entries = db.prepare<[number, number, number], EntryRow>(
    `SELECT n, lower(hex(hash)) AS hash, entry, patient, person, procedure, outcome, at, ai,
       person IS NULL OR EXISTS (SELECT 1 FROM entry_of_person p WHERE p.person = a.person AND p.n = a.n) AS listed
     FROM audit a WHERE n > ? AND n <= ? ORDER BY n LIMIT ?`,
  );
  const seals = db.prepare<[number, number], SealRow>(
    'SELECT count, head, at, signature FROM audit_seal WHERE count > ? AND count <= ? ORDER BY count',
  );
  const receipts = db.prepare<[number, number], ReceiptRow>(
    'SELECT count, head, at, server, public_key, signature FROM audit_receipt WHERE count > ? AND count <= ? ORDER BY count',
  );
  const formers = db.prepare<[number, number], ReceiptRow & { n: number; former: string; shared_to: number }>(
    'SELECT n, former, shared_to, count, head, at, server, public_key, signature FROM audit_further WHERE count IS NOT NULL AND n > ? AND n <= ? ORDER BY n',
  );
  return (after, upTo) => {
    const found = entries.all(after, upTo, SLICE_ENTRIES);
    const last = found.at(-1)?.n ?? upTo;
    return {
      entries: found,
      seals: seals.all(after, last).map((row) => ({ kind: 'seal', ...sealOf(row) })),
      receipts: receipts.all(after, last).map(receiptOf),
      formerReceipts: formers
        .all(after, last)
        .map((row) => ({ n: row.n, receipt: { ...receiptOf(row), log: row.former, sharedTo: row.shared_to } })),
    };
  };
}

export interface Extent {
  entries: number;
  /** The last entries that a seal and a receipt name, whether they are there or not. */
  sealedTo: number;
  sealedAt: string | null;
  receiptTo: number;
  receiptAt: string | null;
  server: string | null;
}

export function extentOf(db: Db): Extent {
  const entries = db.prepare<[], { n: number | null }>('SELECT max(n) AS n FROM audit').get()?.n ?? 0;
  const seal = db
    .prepare<[], { count: number; at: string }>('SELECT count, at FROM audit_seal ORDER BY count DESC LIMIT 1')
    .get();
  const receipt = db
    .prepare<[], { count: number; at: string; server: string }>(
      'SELECT count, at, server FROM audit_receipt ORDER BY count DESC LIMIT 1',
    )
    .get();
  return {
    entries,
    sealedTo: seal?.count ?? 0,
    sealedAt: seal?.at ?? null,
    receiptTo: receipt?.count ?? 0,
    receiptAt: receipt?.at ?? null,
    server: receipt?.server ?? null,
  };
}

function receiptOf(row: ReceiptRow) {
  return { kind: 'receipt' as const, ...sealOf(row), server: row.server, publicKey: toHex(row.public_key) };
}

function sealOf(row: SealRow) {
  return { count: row.count, head: toHex(row.head), at: row.at, signature: toHex(row.signature) };
}
