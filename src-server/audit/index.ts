/** The access logs of the workstations: kept as they came, chained and sealed as they say, with a receipt that the workstation cannot take back. */
import type { z } from 'zod';
import { chainPorts, signEd25519 } from '../../src-node/chain-ports.ts';
import { link, receiptMessage, sealMessage } from '../../src-shared/audit/chain.ts';
import { entryShape } from '../../src-shared/audit/entry.ts';
import { fromHex, toHex } from '../../src-shared/hex.ts';
import { readJson } from '../../src-shared/json.ts';
import type { auditAnswer, auditRequest } from '../../src-shared/sync/protocol.ts';
import { type Database, one, type Queries } from '../database/index.ts';
import type { Identity } from '../identity.ts';
import { refused } from '../refused.ts';
import { hashAt, type KeptLog, logFor } from './logs.ts';

export { type CheckedLog, checkLogs } from './check.ts';

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
    const log = await logFor(tx, device, request, at);
    if (log === null) return { entries: request.entries.at(-1)?.n ?? 0, receipts: [] };
    const end = await endOf(tx, log);
    let head = fromHex(end.hash);
    let count = end.n;
    const fresh = [];
    for (const entry of request.entries) {
      if (entry.n <= count && fresh.length === 0) {
        if ((await hashAt(tx, device, log, entry.n)) !== entry.hash)
          throw refused(`the access log was rewritten (entry ${entry.n})`);
        continue;
      }
      head = link(chainPorts, head, entry.entry);
      if (entry.n !== count + 1 || toHex(head) !== entry.hash)
        throw refused(`the access log does not follow from what was received (entry ${entry.n})`);
      if (entry.n === log.begins && goesOnOf(entry.entry) !== log.id)
        throw refused(`entry ${entry.n} does not say that a further log begins`);
      count = entry.n;
      fresh.push(entry);
    }
    await tx.query(
      'INSERT INTO audit_entry SELECT $1, n, hash, entry, $2 FROM json_to_recordset($3::json) AS v (n bigint, hash text, entry text)',
      [log.id, at, JSON.stringify(fresh)],
    );
    for (const seal of request.seals) await keepSeal(tx, device, log, request, seal);
    if (count === 0) return { entries: 0, receipts: [] };
    const former = await formerOf(tx, identity, log);
    return {
      entries: count,
      receipts: [await receipt(tx, identity, log.id, count, toHex(head), at)],
      ...(former === undefined ? {} : { former }),
    };
  });
}

/** The last entry of a log; of one that was only begun, the last that it shares. */
async function endOf(tx: Queries, log: KeptLog): Promise<{ n: number; hash: string }> {
  const last = await one<{ n: number; hash: string }>(
    tx,
    'SELECT n, hash FROM audit_entry WHERE log = $1 ORDER BY n DESC LIMIT 1',
    [log.id],
  );
  return last ?? { n: log.last, hash: log.head };
}

function goesOnOf(text: string): string | undefined {
  return entryShape.pick({ goesOn: true }).safeParse(readJson(text)).data?.goesOn?.log;
}

/** What is here of the log before: the last receipt that was given for it. */
async function formerOf(tx: Queries, identity: Identity, log: KeptLog) {
  if (log.former === undefined) return undefined;
  const last = await one<{ count: number; head: string; at: string; signature: string }>(
    tx,
    'SELECT count, head, at, signature FROM audit_receipt WHERE log = $1 ORDER BY count DESC LIMIT 1',
    [log.former],
  );
  if (last === undefined) return undefined;
  return {
    log: log.former,
    sharedTo: log.last,
    receipt: { ...last, server: identity.id, publicKey: toHex(identity.publicKey) },
  };
}

/** How many entries the server has of a device: where the next upload begins. */
export async function auditCount(queries: Queries, device: string): Promise<number> {
  return (await one<{ n: number }>(queries, 'SELECT coalesce(max(n), 0) AS n FROM audit_entry WHERE log = $1', [device]))?.n ?? 0;
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

async function keepSeal(
  tx: Queries,
  device: string,
  log: KeptLog,
  { publicKey, further = [] }: z.output<typeof auditRequest>,
  seal: { count: number; head: string; at: string; signature: string },
): Promise<void> {
  // What a vault sealed before it came back is sealed in the name of the log before.
  const names = seal.count < log.begins ? [device, ...further.map((one) => one.log)] : [log.id];
  const signed = names.some((id) =>
    chainPorts.verify(fromHex(publicKey), sealMessage(id, seal.count, seal.head, seal.at), fromHex(seal.signature)),
  );
  if ((await hashAt(tx, device, log, seal.count)) !== seal.head || !signed)
    throw refused(`a seal of the access log is broken (at entry ${seal.count})`);
  await tx.query('INSERT INTO audit_seal (log, count, head, at, signature) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING', [
    log.id,
    seal.count,
    seal.head,
    seal.at,
    seal.signature,
  ]);
}

/** One receipt for each length of the log; asked again, the same one is given. */
async function receipt(tx: Queries, identity: Identity, log: string, count: number, head: string, at: string) {
  const signature = toHex(signEd25519(identity.privateKey, receiptMessage(log, count, head, at, identity.id)));
  await tx.query(
    'INSERT INTO audit_receipt (log, count, head, at, signature) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
    [log, count, head, at, signature],
  );
  const kept = await one<{ at: string; signature: string }>(
    tx,
    'SELECT at, signature FROM audit_receipt WHERE log = $1 AND count = $2',
    [log, count],
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
