/** The access log goes up, sealed; the server's receipts come back and are kept: from then on nobody can cut or rewrite it unseen. */
import type { z } from 'zod';
import { chainPorts } from '../../../src-node/chain-ports.ts';
import { receiptMessage } from '../../../src-shared/audit/chain.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { fromHex, toHex } from '../../../src-shared/hex.ts';
import { fitting } from '../../../src-shared/sync/fitting.ts';
import { AUDIT_CHARACTERS_MAX, AUDIT_ENTRIES_MAX, auditAnswer, FURTHER_LOGS_MAX } from '../../../src-shared/sync/protocol.ts';
import type { Context, Db } from '../context.ts';
import type { ServerLine } from './line.ts';
import { type PairedServer, readNumber, writeMeta } from './settings.ts';

interface Sealed {
  publicKey: Uint8Array;
  seal(): void;
}

/** @param log of this vault; what is not sealed yet is sealed first. Throws `server-refused` where server and log contradict each other. */
export async function sendAudit(context: Context, line: ServerLine, server: PairedServer, log: Sealed): Promise<void> {
  const { db } = context.vault;
  const last = db.prepare<[], { n: number | null }>('SELECT max(n) AS n FROM audit').get()?.n ?? 0;
  if (last <= readNumber(db, 'sync-audit-sent')) return;
  log.seal();
  const further = furtherLogs(db);
  const current = further.at(-1);
  for (let sent = readNumber(db, 'sync-audit-sent'); sent < last; ) {
    const rows = db
      .prepare<[number, number, number], { n: number; hash: Uint8Array; entry: string }>(
        'SELECT n, hash, entry FROM audit WHERE n > ? AND n <= ? ORDER BY n LIMIT ?',
      )
      .iterate(sent, last, AUDIT_ENTRIES_MAX);
    const entries = fitting(rows, AUDIT_CHARACTERS_MAX, ({ entry }) => entry.length);
    const upTo = entries.at(-1)?.n ?? sent;
    const seals = db
      .prepare<[number, number], { count: number; head: Uint8Array; at: string; signature: Uint8Array }>(
        'SELECT count, head, at, signature FROM audit_seal WHERE count > ? AND count <= ? ORDER BY count',
      )
      .all(readNumber(db, 'sync-seal-sent'), upTo);
    const answer = await line.json(auditAnswer, {
      path: '/api/v1/audit',
      json: {
        entries: entries.map((row) => ({ n: row.n, entry: row.entry, hash: toHex(row.hash) })),
        seals: seals.map((row) => ({ count: row.count, head: toHex(row.head), at: row.at, signature: toHex(row.signature) })),
        publicKey: toHex(log.publicKey),
        ...(current === undefined ? {} : { log: current.log, further }),
      },
    });
    // Of what lies before a further log begins, the receipts are those of the log it goes on from.
    const own = answer.receipts.filter(({ count }) => count >= (current?.n ?? 0));
    for (const receipt of own) keep(context, server, current?.log ?? context.device, receipt);
    if (answer.former) keepFormer(context, server, answer.former);
    if (answer.entries < upTo) throw new AppError('server-refused', { what: 'it did not take the whole access log' });
    db.transaction(() => {
      writeMeta(db, 'sync-audit-sent', String(upTo));
      writeMeta(db, 'sync-seal-sent', String(seals.at(-1)?.count ?? readNumber(db, 'sync-seal-sent')));
    }).immediate();
    sent = upTo;
  }
}

type Receipt = z.output<typeof auditAnswer>['receipts'][number];

function furtherLogs(db: Db): { n: number; log: string; former: string }[] {
  return db
    .prepare<[], { n: number; log: string; former: string }>('SELECT n, log, former FROM audit_further ORDER BY n')
    .all()
    .slice(-FURTHER_LOGS_MAX);
}

/** Throws `server-rubbish` where the paired server has not signed this receipt for this log. */
function mustBeGenuine(server: PairedServer, log: string, receipt: Receipt): void {
  const message = receiptMessage(log, receipt.count, receipt.head, receipt.at, receipt.server);
  const genuine =
    receipt.publicKey === server.publicKey &&
    receipt.server === server.id &&
    chainPorts.verify(fromHex(server.publicKey), message, fromHex(receipt.signature));
  if (!genuine) throw new AppError('server-rubbish');
}

function keep({ vault: { db } }: Context, server: PairedServer, log: string, receipt: Receipt): void {
  mustBeGenuine(server, log, receipt);
  db.prepare(
    'INSERT INTO audit_receipt (count, head, at, server, public_key, signature) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  ).run(...columns(receipt));
}

/** What the server has of the log that this one goes on from: from then on the number of entries that are not here is known. */
function keepFormer(
  { vault: { db } }: Context,
  server: PairedServer,
  { log, sharedTo, receipt }: NonNullable<z.output<typeof auditAnswer>['former']>,
): void {
  mustBeGenuine(server, log, receipt);
  db.prepare(
    'UPDATE audit_further SET count = ?, head = ?, at = ?, server = ?, public_key = ?, signature = ?, shared_to = ? WHERE former = ? AND coalesce(count, 0) < ? AND n > ?',
  ).run(...columns(receipt), sharedTo, log, receipt.count, sharedTo);
}

function columns(receipt: Receipt): [number, Uint8Array, string, string, Uint8Array, Uint8Array] {
  return [
    receipt.count,
    fromHex(receipt.head),
    receipt.at,
    receipt.server,
    fromHex(receipt.publicKey),
    fromHex(receipt.signature),
  ];
}
