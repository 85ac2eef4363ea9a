/** The access logs of the workstations: kept as they came, chained and sealed as they say, with a receipt that the workstation cannot take back. */
import type { z } from 'zod';
import { chainPorts, signEd25519 } from '../../src-node/chain-ports.ts';
import { fromHex, GENESIS, link, receiptMessage, sealMessage, toHex } from '../../src-shared/audit/chain.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { auditAnswer, auditRequest } from '../../src-shared/sync/protocol.ts';
import { type Database, one, type Queries } from '../database/index.ts';
import type { Identity } from '../identity.ts';

/** Throws `server-refused` where the log contradicts what was received before. */
export async function receiveAudit(
  database: Database,
  identity: Identity,
  device: string,
  request: z.output<typeof auditRequest>,
  at: string,
): Promise<z.output<typeof auditAnswer>> {
  return database.transaction(async (tx) => {
    await keepKey(tx, device, request.publicKey);
    const last = await one<{ n: number; hash: string }>(
      tx,
      'SELECT n, hash FROM audit_entry WHERE device = $1 ORDER BY n DESC LIMIT 1',
      [device],
    );
    let head = last === undefined ? GENESIS : fromHex(last.hash);
    let count = last?.n ?? 0;
    const fresh = [];
    for (const entry of request.entries) {
      if (entry.n <= count && fresh.length === 0) {
        await mustBeSame(tx, device, entry);
        continue;
      }
      head = link(chainPorts, head, entry.entry);
      if (entry.n !== count + 1 || toHex(head) !== entry.hash)
        throw refused(`the access log does not follow from what was received (entry ${entry.n})`);
      count = entry.n;
      fresh.push(entry);
    }
    await tx.query(
      'INSERT INTO audit_entry SELECT $1, n, hash, entry, $2 FROM json_to_recordset($3::json) AS v (n bigint, hash text, entry text)',
      [device, at, JSON.stringify(fresh)],
    );
    for (const seal of request.seals) await keepSeal(tx, device, request.publicKey, seal);
    if (count === 0) return { entries: 0, receipts: [] };
    return { entries: count, receipts: [await receipt(tx, identity, device, count, toHex(head), at)] };
  });
}

/** How many entries the server has of a device: where the next upload begins. */
export async function auditCount(queries: Queries, device: string): Promise<number> {
  return (
    (await one<{ n: number }>(queries, 'SELECT coalesce(max(n), 0) AS n FROM audit_entry WHERE device = $1', [device]))?.n ?? 0
  );
}

/** The first key stands: a log cannot be begun anew under another one. */
export async function keepKey(tx: Queries, device: string, publicKey: string): Promise<void> {
  const row = await one<{ audit_key: string }>(
    tx,
    'UPDATE device SET audit_key = coalesce(audit_key, $2) WHERE id = $1 RETURNING audit_key',
    [device, publicKey],
  );
  if (row?.audit_key !== publicKey) throw refused('the key of the access log is not the one that was enrolled');
}

async function mustBeSame(tx: Queries, device: string, entry: { n: number; hash: string }): Promise<void> {
  const stored = await one<{ hash: string }>(tx, 'SELECT hash FROM audit_entry WHERE device = $1 AND n = $2', [device, entry.n]);
  if (stored?.hash !== entry.hash) throw refused(`the access log was rewritten (entry ${entry.n})`);
}

async function keepSeal(
  tx: Queries,
  device: string,
  publicKey: string,
  seal: { count: number; head: string; at: string; signature: string },
): Promise<void> {
  const entry = await one<{ hash: string }>(tx, 'SELECT hash FROM audit_entry WHERE device = $1 AND n = $2', [
    device,
    seal.count,
  ]);
  const signed = chainPorts.verify(
    fromHex(publicKey),
    sealMessage(device, seal.count, seal.head, seal.at),
    fromHex(seal.signature),
  );
  if (entry?.hash !== seal.head || !signed) throw refused(`a seal of the access log is broken (at entry ${seal.count})`);
  await tx.query(
    'INSERT INTO audit_seal (device, count, head, at, signature) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
    [device, seal.count, seal.head, seal.at, seal.signature],
  );
}

/** One receipt for each length of the log; asked again, the same one is given. */
async function receipt(tx: Queries, identity: Identity, device: string, count: number, head: string, at: string) {
  const signature = toHex(signEd25519(identity.privateKey, receiptMessage(device, count, head, at, identity.id)));
  await tx.query(
    'INSERT INTO audit_receipt (device, count, head, at, signature) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
    [device, count, head, at, signature],
  );
  const kept = await one<{ at: string; signature: string }>(
    tx,
    'SELECT at, signature FROM audit_receipt WHERE device = $1 AND count = $2',
    [device, count],
  );
  return {
    count,
    head,
    at: kept?.at ?? at,
    server: identity.id,
    publicKey: toHex(identity.publicKey),
    signature: kept?.signature ?? signature,
  };
}

function refused(what: string): AppError {
  return new AppError('server-refused', { what });
}
