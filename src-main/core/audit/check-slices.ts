/** Checks slices of the log, in order. */
import { chainPorts } from '../../../src-node/chain-ports.ts';
import { type ChainChecker, chainChecker, type Fault } from '../../../src-shared/audit/chain.ts';
import type { ChainEntry } from '../../../src-shared/audit/entry.ts';
import type { Verdict } from '../../../src-shared/audit/lines.ts';
import type { EntryRow, Slice } from './rows.ts';

export interface LogToCheck {
  device: string;
  /** Of the seals. */
  publicKey: Uint8Array;
  /** Public keys in hex of servers by id, where they are known. */
  serverKeys: Record<string, string>;
  /** The highest entry that a seal or receipt names. */
  covered: number;
}

export function sliceChecker(log: LogToCheck) {
  const checker = chainChecker(chainPorts, log);
  let fault: Fault | null = null;
  return {
    /** @returns whether something bad was found, so that nothing more needs to be read */
    check(slice: Slice): boolean {
      fault ??= firstFault(checker, slice);
      return fault !== null;
    },
    verdict: () => verdict(checker, fault, log.covered),
  };
}

function firstFault(check: ChainChecker, { entries, seals, receipts, formerReceipts }: Slice): Fault | null {
  const sealAt = new Map(seals.map((seal) => [seal.count, seal]));
  const receiptAt = new Map(receipts.map((receipt) => [receipt.count, receipt]));
  for (const row of entries) {
    const seal = sealAt.get(row.n);
    const receipt = receiptAt.get(row.n);
    let found = entryFault(check, row) ?? (seal ? check.seal(seal) : null) ?? (receipt ? check.receipt(receipt) : null);
    for (const { n, receipt: former } of formerReceipts) if (n === row.n) found ??= check.receipt(former);
    if (found) return found;
  }
  return null;
}

function entryFault(check: ChainChecker, row: EntryRow): Fault | null {
  let entry: ChainEntry;
  try {
    // Written by this program in this shape; where it is not, the hash says so.
    entry = JSON.parse(row.entry) as ChainEntry;
  } catch {
    return { index: row.n, what: 'edited: the entry is not what was chained' };
  }
  const { n } = row;
  // The number beside the entry decides the order; a changed number inside it changes the hash.
  const found = check.entry(row.entry, { n, key: entry.key, goesOn: entry.goesOn }, row.hash);
  if (found && entry.n !== n) return { index: n, what: `reordered: entry ${entry.n} stands here` };
  if (found) return found;
  const same =
    entry.n === n &&
    (entry.patient ?? null) === row.patient &&
    (entry.person ?? null) === row.person &&
    entry.procedure === row.procedure &&
    entry.outcome === row.outcome &&
    entry.at === row.at &&
    row.listed === 1 &&
    (entry.ai?.model ?? null) === row.ai;
  return same ? null : { index: n, what: 'edited beside the entry: what the log is searched by says something else' };
}

function verdict(
  { count: entries, seals, receipts, sealedTo, receiptTo, goesOn, finish }: ChainChecker,
  fault: Fault | null,
  covered: number,
): Verdict {
  const totals = { entries, seals, receipts, sealedTo, receiptTo, ...(goesOn.length > 0 ? { goesOn: [...goesOn] } : {}) };
  const found =
    fault ?? (covered > entries ? { index: entries, what: `cut off: a seal or receipt covers ${covered} entries` } : finish());
  return found ? { ok: false, ...totals, firstBad: { index: found.index, what: found.what } } : { ok: true, ...totals };
}
