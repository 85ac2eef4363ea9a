/** Which log of a workstation an upload belongs to. A vault that came back from a backup or a copy goes on in a further log; the former one stays as it is. */
import type { z } from 'zod';
import { GENESIS } from '../../src-shared/audit/chain.ts';
import { toHex } from '../../src-shared/hex.ts';
import type { auditRequest } from '../../src-shared/sync/protocol.ts';
import { one, type Queries } from '../database/index.ts';
import { refused } from '../refused.ts';

type Request = z.output<typeof auditRequest>;

export interface KeptLog {
  id: string;
  /** Of a further log: the one it goes on from, up to where both are alike, and the entry that says so. */
  former?: string;
  begins: number;
  last: number;
  head: string;
}

/** The log as it was begun here, or null. The first one of a workstation needs no beginning. Throws `server-refused` where it is another workstation's. */
export async function keptLog(tx: Queries, device: string, id: string): Promise<KeptLog | null> {
  const row = await one<KeptLog & { device: string }>(
    tx,
    'SELECT id, device, former, begins, last, head FROM audit_log WHERE id = $1',
    [id],
  );
  if (row !== undefined && row.device !== device) throw refused('the access log is of another workstation');
  if (row !== undefined) return row;
  return id === device ? { id, begins: 0, last: 0, head: toHex(GENESIS) } : null;
}

/** The hash of an entry, in the log or in what it goes on from. */
export async function hashAt(tx: Queries, device: string, log: KeptLog, n: number): Promise<string | undefined> {
  if (n === 0) return toHex(GENESIS);
  if (n > log.last || log.former === undefined)
    return (await one<{ hash: string }>(tx, 'SELECT hash FROM audit_entry WHERE log = $1 AND n = $2', [log.id, n]))?.hash;
  const former = await keptLog(tx, device, log.former);
  return former === null ? undefined : hashAt(tx, device, former, n);
}

/**
 * The log that the request goes on with; a further one is begun at the first entry that differs from the log it names, or lies behind its end.
 * @returns null while everything is the same as in the former log. Throws `server-refused`
 */
export async function logFor(tx: Queries, device: string, request: Request, at: string): Promise<KeptLog | null> {
  const id = request.log ?? device;
  const known = await keptLog(tx, device, id);
  if (known !== null) return known;
  const { former, begins } = await nearest(tx, device, request, id);
  if ((await one(tx, 'SELECT id FROM device WHERE id = $1', [id])) !== undefined)
    throw refused('the access log is of another workstation');
  for (const { n, hash } of request.entries) {
    if ((await hashAt(tx, device, former, n)) === hash) continue;
    const head = await hashAt(tx, device, former, n - 1);
    if (head === undefined || begins < n) throw refused(`the access log does not follow from what was received (entry ${n})`);
    await tx.query(
      'INSERT INTO audit_log (id, device, former, begins, last, head, begun_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [id, device, former.id, begins, n - 1, head, at],
    );
    return { id, former: former.id, begins, last: n - 1, head };
  }
  return null;
}

/** The nearest log before this one that was ever sent: a vault may come back twice without having met the server. */
async function nearest(
  tx: Queries,
  device: string,
  { further = [] }: Request,
  id: string,
): Promise<{ former: KeptLog; begins: number }> {
  const begins = further.at(-1)?.log === id ? further.at(-1)?.n : undefined;
  if (begins === undefined) throw refused('the access log does not say what it goes on from');
  for (const one of [...further].reverse()) {
    const former = await keptLog(tx, device, one.former);
    if (former !== null) return { former, begins };
  }
  throw refused('the access log goes on from one that is not here');
}
