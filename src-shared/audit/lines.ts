/**
 * The exported log: one canonical JSON a line. First `log` (device, public key), then entries with their seals and receipts behind them, last `end`, which the
 * device signs over everything before it. Anybody can verify the file; who has receipts kept elsewhere can also tell whether it is the log that the server saw.
 */
import { z } from 'zod';
import { fromHex, toHex } from '../hex.ts';
import {
  type ChainChecker,
  type ChainPorts,
  chainChecker,
  type Fault,
  GENESIS,
  type GoesOn,
  hex,
  link,
  type Receipt,
  receiptShape,
  sealShape,
} from './chain.ts';
import { entryShape } from './entry.ts';

const headerShape = z.object({ kind: z.literal('log'), format: z.literal(2), device: z.string(), publicKey: hex });
/** `lines` is a chain of hashes over all lines before, made like that of the entries. */
const endShape = z.object({
  kind: z.literal('end'),
  entries: z.number().int(),
  seals: z.number().int(),
  receipts: z.number().int(),
  head: hex,
  at: z.string(),
  lines: hex,
  signature: hex,
});

const lineShape = z.discriminatedUnion('kind', [
  headerShape,
  z.object({ kind: z.literal('entry'), hash: hex, entry: entryShape }),
  sealShape,
  receiptShape,
  endShape,
]);
export type LogLine = z.output<typeof lineShape>;
type End = z.output<typeof endShape>;

export type Verdict = {
  ok: boolean;
  entries: number;
  seals: number;
  receipts: number;
  sealedTo: number;
  receiptTo: number;
  firstBad?: { index: number | null; what: string };
  /** Where the log goes on from a restored copy. */
  goesOn?: GoesOn[];
};

/** Writes the lines of an export in order; `end` needs what the device signs. */
export function exportedLog(ports: ChainPorts, device: string, publicKey: Uint8Array) {
  let digest: Uint8Array = GENESIS;
  const write = (line: LogLine): string => {
    const text = ports.canonical(line);
    digest = link(ports, digest, text);
    return `${text}\n`;
  };
  return {
    begin: () => write({ kind: 'log', format: 2, device, publicKey: toHex(publicKey) }),
    line: (line: Exclude<LogLine, { kind: 'log' } | { kind: 'end' }>) => write(line),
    end(totals: Pick<End, 'entries' | 'seals' | 'receipts' | 'head'>, at: string, sign: (message: Uint8Array) => Uint8Array) {
      const unsigned = { ...totals, at, lines: toHex(digest) };
      return write({ kind: 'end', ...unsigned, signature: toHex(sign(endMessage(ports, device, unsigned))) });
    },
  };
}

function endMessage(
  ports: ChainPorts,
  device: string,
  { entries, seals, receipts, head, at, lines }: Omit<End, 'kind' | 'signature'>,
): Uint8Array {
  return new TextEncoder().encode(`lamplight-export\n${ports.canonical({ device, entries, seals, receipts, head, at, lines })}`);
}

export interface LineVerifier {
  /** @returns false when nothing more needs to be read */
  line(text: string): boolean;
  verdict(): Verdict;
}

/**
 * Takes a file line by line. Every line must be exactly its own canonical form, so any changed byte shows.
 * @param extra receipts kept elsewhere
 */
export function lineVerifier(ports: ChainPorts, extra: readonly Receipt[] = []): LineVerifier {
  let checker: ChainChecker | null = null;
  let header: z.output<typeof headerShape> | null = null;
  let ended = false;
  let digest: Uint8Array = GENESIS;
  let fault: Fault | null = null;

  function read(text: string): Fault | null {
    const index = (checker?.count ?? 0) + 1;
    const line = parseLine(ports, text);
    if (line === null) return { index, what: 'edited: the line is not what was written' };
    if (ended) return { index, what: 'inserted: there is a line after the end' };
    if (line.kind === 'log') {
      if (checker) return { index, what: 'inserted: a second beginning' };
      header = line;
      checker = chainChecker(ports, { device: line.device, publicKey: fromHex(line.publicKey), extra });
    } else if (!checker || !header) return { index: null, what: 'cut off: the beginning of the log is missing' };
    else if (line.kind === 'entry') return checker.entry(ports.canonical(line.entry), line.entry, line.hash) ?? next(text);
    else if (line.kind === 'seal') return checker.seal(line) ?? next(text);
    else if (line.kind === 'receipt') return checker.receipt(line) ?? next(text);
    else return end(line, header, checker);
    return next(text);
  }

  function next(text: string): null {
    digest = link(ports, digest, text);
    return null;
  }

  function end(
    line: End,
    { device, publicKey }: z.output<typeof headerShape>,
    { count, seals, receipts, head }: ChainChecker,
  ): Fault | null {
    ended = true;
    if (line.entries !== count || line.head !== head)
      return { index: count, what: `cut off: the end states ${line.entries} entries` };
    if (line.seals !== seals)
      return { index: count, what: `removed: a seal was taken out or added, the end states ${line.seals}, there are ${seals}` };
    if (line.receipts !== receipts)
      return {
        index: count,
        what: `removed: a receipt was taken out or added, the end states ${line.receipts}, there are ${receipts}`,
      };
    if (line.lines !== toHex(digest)) return { index: count, what: 'edited: the lines are not those that the end covers' };
    if (!ports.verify(fromHex(publicKey), endMessage(ports, device, line), fromHex(line.signature)))
      return { index: count, what: 'forged end: the device did not sign it' };
    return null;
  }

  /** After a gap the missing entry is looked for: where it comes later, the log was reordered. */
  function comesLater(text: string, gap: number): boolean {
    const line = parseLine(ports, text);
    return line?.kind === 'entry' && line.entry.n === gap;
  }

  return {
    line(text) {
      if (fault === null) fault = read(text);
      else if (fault.gap !== undefined && comesLater(text, fault.gap))
        fault = { index: fault.index, what: 'reordered: the entry stands later' };
      return fault === null || fault.gap !== undefined;
    },
    verdict() {
      const found: Fault | null =
        fault ??
        (checker === null
          ? { index: null, what: 'the log is empty' }
          : (checker.finish() ?? (ended ? null : { index: checker.count, what: 'cut off: the end is missing' })));
      const { count = 0, seals = 0, receipts = 0, sealedTo = 0, receiptTo = 0 } = checker ?? {};
      const goesOn = checker?.goesOn ?? [];
      const totals = {
        entries: count,
        seals,
        receipts,
        sealedTo,
        receiptTo,
        ...(goesOn.length > 0 ? { goesOn: [...goesOn] } : {}),
      };
      return found === null
        ? { ok: true, ...totals }
        : { ok: false, ...totals, firstBad: { index: found.index, what: found.what } };
    },
  };
}

/** Verifies an exported log held in memory. */
export function verifyLines(ports: ChainPorts, lines: readonly string[], extra: readonly Receipt[] = []): Verdict {
  const verifier = lineVerifier(ports, extra);
  for (const line of lines) if (!verifier.line(line)) break;
  return verifier.verdict();
}

function parseLine(ports: ChainPorts, text: string): LogLine | null {
  try {
    const parsed = lineShape.safeParse(JSON.parse(text));
    return parsed.success && ports.canonical(parsed.data) === text ? parsed.data : null;
  } catch {
    // No JSON, or half a surrogate pair, which no canonical text can hold.
    return null;
  }
}
