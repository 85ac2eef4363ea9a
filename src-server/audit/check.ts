/** Verifies the access logs that workstations have sent: the same walk that a workstation makes over its own. */
import { chainPorts } from '../../src-node/chain-ports.ts';
import { type ChainChecker, chainChecker, entriesElsewhere, type Fault, type GoesOn } from '../../src-shared/audit/chain.ts';
import type { ChainEntry } from '../../src-shared/audit/entry.ts';
import { fromHex, toHex } from '../../src-shared/hex.ts';
import { type Database, one, type Queries } from '../database/index.ts';
import type { Identity } from '../identity.ts';
import { type KeptLog, keptLog } from './logs.ts';

const SLICE = 500;

export interface CheckedLog {
  workstation: string;
  name: string;
  log: string;
  entries: number;
  ok: boolean;
  firstBad?: { index: number | null; what: string };
  /** Where it goes on from a restored copy, and how many entries of the log before are in that one alone. */
  goesOn?: (GoesOn & { entriesElsewhere: number })[];
}

/** @param only of one workstation */
export async function checkLogs(database: Database, identity: Identity, only?: string): Promise<CheckedLog[]> {
  const devices = await database.query<{ id: string; name: string; audit_key: string }>(
    'SELECT id, name, audit_key FROM device WHERE audit_key IS NOT NULL ORDER BY enrolled_at, id',
  );
  const checked: CheckedLog[] = [];
  for (const { id, name, audit_key } of devices.filter((device) => only === undefined || device.id === only)) {
    const further = await database.query<{ id: string }>('SELECT id FROM audit_log WHERE device = $1 ORDER BY begun_at, begins', [
      id,
    ]);
    for (const log of [id, ...further.map((row) => row.id)]) {
      const found = await checkLog(database, identity, { device: id, key: audit_key, log });
      checked.push({ workstation: id, name, log, ...found });
    }
  }
  return checked;
}

async function checkLog(
  database: Database,
  identity: Identity,
  { device, key, log }: { device: string; key: string; log: string },
): Promise<Omit<CheckedLog, 'workstation' | 'name' | 'log'>> {
  const checker = chainChecker(chainPorts, {
    device,
    publicKey: fromHex(key),
    serverKeys: { [identity.id]: toHex(identity.publicKey) },
  });
  const path = await pathTo(database, device, log);
  let fault: Fault | null = null;
  for (const [place, part] of path.entries()) {
    const upTo = path[place + 1]?.last ?? (await lastOf(database, part));
    for (let last = part.last; last < upTo && fault === null; ) {
      const to = Math.min(upTo, last + SLICE);
      fault = await checkSlice(database, identity, checker, part, last, to);
      last = to;
    }
  }
  fault ??= checker.finish();
  const goesOn = [];
  for (const [place, at] of checker.goesOn.entries()) {
    const part = path[place + 1];
    const formerTo = part?.former === undefined ? undefined : await receiptedTo(database, part.former);
    const whole = { ...at, formerTo, sharedTo: part?.last };
    goesOn.push({ ...whole, entriesElsewhere: entriesElsewhere(whole) });
  }
  return {
    entries: checker.count,
    ok: fault === null,
    ...(fault === null ? {} : { firstBad: { index: fault.index, what: fault.what } }),
    ...(goesOn.length === 0 ? {} : { goesOn }),
  };
}

async function checkSlice(
  queries: Queries,
  identity: Identity,
  checker: ChainChecker,
  log: KeptLog,
  after: number,
  upTo: number,
): Promise<Fault | null> {
  const range = [log.id, after, upTo];
  type Mark = { count: number; head: string; at: string; signature: string };
  const entries = await queries.query<{ n: number; hash: string; entry: string }>(
    'SELECT n, hash, entry FROM audit_entry WHERE log = $1 AND n > $2 AND n <= $3 ORDER BY n',
    range,
  );
  const marks = async (table: 'audit_seal' | 'audit_receipt') =>
    new Map(
      (
        await queries.query<Mark>(
          `SELECT count, head, at, signature FROM ${table} WHERE log = $1 AND count > $2 AND count <= $3`,
          range,
        )
      ).map((mark) => [mark.count, mark]),
    );
  const [seals, receipts] = [await marks('audit_seal'), await marks('audit_receipt')];
  for (const { n, hash, entry } of entries) {
    const seal = seals.get(n);
    // Before a further log says that it is one, it was receipted in a name that its own entries do not know yet.
    const receipt = n < log.begins ? undefined : receipts.get(n);
    const fault =
      checker.entry(entry, entryOf(n, entry), hash) ??
      (seal ? checker.seal({ kind: 'seal', ...seal }) : null) ??
      (receipt
        ? checker.receipt({ kind: 'receipt', ...receipt, server: identity.id, publicKey: toHex(identity.publicKey) })
        : null);
    if (fault !== null) return fault;
  }
  return checker.count === upTo ? null : { index: checker.count + 1, what: 'removed: the entry is missing' };
}

/** The logs that lead to this one, the first one first. */
async function pathTo(queries: Queries, device: string, id: string): Promise<KeptLog[]> {
  const log = await keptLog(queries, device, id);
  if (log === null) return [];
  return log.former === undefined ? [log] : [...(await pathTo(queries, device, log.former)), log];
}

async function lastOf(queries: Queries, log: KeptLog): Promise<number> {
  const found = await one<{ n: number }>(
    queries,
    'SELECT greatest((SELECT coalesce(max(n), 0) FROM audit_entry WHERE log = $1), (SELECT coalesce(max(count), 0) FROM audit_receipt WHERE log = $1)) AS n',
    [log.id],
  );
  return Math.max(found?.n ?? 0, log.last);
}

async function receiptedTo(queries: Queries, log: string): Promise<number | undefined> {
  const found = await one<{ count: number | null }>(queries, 'SELECT max(count) AS count FROM audit_receipt WHERE log = $1', [
    log,
  ]);
  return found?.count ?? undefined;
}

/** Only what the walk reads; a text that is no entry has another hash. */
function entryOf(n: number, text: string): Pick<ChainEntry, 'n' | 'key' | 'goesOn'> {
  try {
    // Chained by a workstation in this shape.
    const { key, goesOn } = JSON.parse(text) as ChainEntry;
    return { n, key, goesOn };
  } catch {
    return { n };
  }
}
