/** The log as a document, made slice by slice: lines that anybody can verify, a FHIR Bundle of AuditEvents, or a table. */
import { chainPorts } from '../../../src-node/chain-ports.ts';
import type { Receipt, Seal } from '../../../src-shared/audit/chain.ts';
import type { ChainEntry } from '../../../src-shared/audit/entry.ts';
import { exportedLog } from '../../../src-shared/audit/lines.ts';
import { toHex } from '../../../src-shared/hex.ts';
import type { Db } from '../context.ts';
import { auditEvent } from './audit-event.ts';
import type { AuditLog } from './log.ts';
import { type EntryRow, type Slice, sliceReader } from './rows.ts';
import { tableHead, tableRow } from './table.ts';

export const exportFormats = {
  jsonl: { name: 'access-log.jsonl', mediaType: 'application/x-ndjson' },
  fhir: { name: 'access-log.fhir.json', mediaType: 'application/fhir+json' },
  csv: { name: 'access-log.csv', mediaType: 'text/csv' },
} as const;
export type ExportFormat = keyof typeof exportFormats;

interface Wanted {
  db: Db;
  log: AuditLog;
  device: string;
  format: ExportFormat;
  /** Time of the export. */
  at: string;
  /** Names of people by id, for forms that people read. */
  nameOf: (person: string) => string | undefined;
}

export interface Totals {
  entries: number;
  seals: number;
  receipts: number;
  head: string;
}

/** What is there now; what comes while it is being written is left for the next time. */
export function totalsOf(db: Db): Totals {
  const last = db.prepare<[], { n: number; hash: Uint8Array }>('SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1').get();
  const upTo = last?.n ?? 0;
  const countOf = (table: 'audit_seal' | 'audit_receipt') =>
    db.prepare<[number], { count: number }>(`SELECT count(*) AS count FROM ${table} WHERE count <= ?`).get(upTo)?.count ?? 0;
  return {
    entries: upTo,
    seals: countOf('audit_seal'),
    receipts:
      countOf('audit_receipt') +
      (db.prepare<[number], number>('SELECT count(*) FROM audit_further WHERE count IS NOT NULL AND n <= ?').pluck().get(upTo) ??
        0),
    head: toHex(last?.hash ?? new Uint8Array(32)),
  };
}

export function* exportParts(wanted: Wanted, totals: Totals): Generator<string> {
  const read = sliceReader(wanted.db);
  const writer = writers[wanted.format](wanted, totals);
  yield writer.begin;
  for (let last = 0; last < totals.entries; ) {
    const slice = read(last, totals.entries);
    const end = slice.entries.at(-1)?.n;
    if (end === undefined) break;
    last = end;
    yield writer.slice(slice);
  }
  yield writer.end();
}

interface Writer {
  begin: string;
  slice(slice: Slice): string;
  end(): string;
}

const writers: Record<ExportFormat, (wanted: Wanted, totals: Totals) => Writer> = {
  jsonl({ log, device, at }, totals) {
    const lines = exportedLog(chainPorts, device, log.publicKey);
    return {
      begin: lines.begin(),
      slice: (slice) => inOrder(slice, (row) => lines.line({ kind: 'entry', hash: row.hash, entry: entryOf(row) }), lines.line),
      end: () => lines.end(totals, at, log.sign),
    };
  },
  fhir({ nameOf, at, db }) {
    // A Setting of this workstation says what the clinic is called.
    const clinic = db.prepare<[], { value: string }>("SELECT value FROM setting WHERE key = 'clinic'").get()?.value;
    const site = clinic === undefined ? undefined : String(JSON.parse(clinic));
    let written = 0;
    return {
      begin: `{"resourceType":"Bundle","type":"collection","timestamp":${JSON.stringify(at)},"entry":[`,
      slice: ({ entries }) =>
        entries
          .map((row) => {
            const entry = entryOf(row);
            return `${written++ === 0 ? '' : ',\n'}${JSON.stringify({ fullUrl: `urn:lamplight:audit:${entry.device}:${entry.n}`, resource: auditEvent(entry, { nameOf, site }) })}`;
          })
          .join(''),
      end: () => ']}\n',
    };
  },
  csv: ({ nameOf }) => ({
    begin: tableHead(),
    slice: ({ entries }) => entries.map((row) => tableRow(entryOf(row), nameOf)).join(''),
    end: () => '',
  }),
};

/** Entries with the seals and receipts behind each. */
function inOrder(
  { entries, seals, receipts, formerReceipts }: Slice,
  entry: (row: EntryRow) => string,
  mark: (line: Seal | Receipt) => string,
): string {
  const sealAt = new Map(seals.map((seal) => [seal.count, seal]));
  const receiptAt = new Map(receipts.map((receipt) => [receipt.count, receipt]));
  let text = '';
  for (const row of entries) {
    text += entry(row);
    for (const line of [sealAt.get(row.n), receiptAt.get(row.n)]) if (line) text += mark(line);
    for (const { n, receipt } of formerReceipts) if (n === row.n) text += mark(receipt);
  }
  return text;
}

/** Written by this program in this shape. */
function entryOf(row: EntryRow): ChainEntry {
  return JSON.parse(row.entry) as ChainEntry;
}
