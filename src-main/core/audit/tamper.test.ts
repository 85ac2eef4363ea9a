/** What a hospital would lose if one of these was not found: the proof of who has seen what. On a log that was really written and exported; the database has a file of its own. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chainPorts, newEd25519 } from '../../../src-node/chain-ports.ts';
import { GENESIS, link } from '../../../src-shared/audit/chain.ts';
import { fromHex, toHex } from '../../../src-shared/hex.ts';
import { runs } from '../../../tests/fixtures/runs.ts';
import {
  at,
  change,
  type Entry,
  lastEntry,
  nth,
  otherServer,
  parse,
  put,
  receipts,
  removeLog,
  rewritten,
  rewrittenWithout,
  sealCount,
  server,
  sign,
  swap,
  verify,
  whole,
  without,
  writeLog,
} from '../../../tests/fixtures/tampered-log.ts';

beforeAll(writeLog, 60_000);
afterAll(removeLog);

describe('an exported log', () => {
  test('that is whole is found whole, with the receipts that the server keeps too', () => {
    expect(verify(whole, receipts)).toMatchObject({ ok: true, receipts: 3 });
  });

  test.each<[string, () => string[], number | (() => number), RegExp]>([
    [
      'an edited entry',
      () =>
        change(at(5), (line) => {
          if (line.kind === 'entry') line.entry.outcome = 'denied';
        }),
      5,
      /^edited/,
    ],
    [
      'an edited entry with its own hash',
      () =>
        change(at(5), (line) => {
          if (line.kind === 'entry') {
            line.entry.reason = 'x';
            line.hash = 'ab'.repeat(32);
          }
        }),
      5,
      /^edited/,
    ],
    [
      'an edited line that says the same',
      () => whole.map((line, index) => (index === at(5) ? line.replace(',', ', ') : line)),
      5,
      /^edited/,
    ],
    ['a removed entry', () => without(at(4)), 4, /^removed/],
    ['the first entry removed', () => without(at(1)), 1, /^removed/],
    ['two entries in another order', () => swap(at(4), at(5)), 4, /^reordered/],
    [
      'an entry moved to the end',
      () => [...without(at(4), whole.length - 1), whole[at(4)] ?? '', whole.at(-1) ?? ''],
      4,
      /^reordered/,
    ],
    ['a duplicated entry', () => put(at(5), whole[at(4)] ?? ''), 5, /^duplicated/],
    ['a duplicate far behind', () => put(at(9), whole[at(3)] ?? ''), 9, /^duplicated/],
    [
      'an inserted entry',
      () =>
        put(
          at(5),
          chainPorts.canonical({
            ...parse(whole[at(5)]),
            entry: { ...(parse(whole[at(5)]) as Entry).entry, procedure: 'chart.list' },
          }),
        ),
      5,
      /^edited/,
    ],
    [
      'an inserted entry that is chained on',
      () => {
        const before = parse(whole[at(4)]) as Entry;
        const entry = { ...(parse(whole[at(5)]) as Entry).entry, procedure: 'chart.list' };
        return put(
          at(5),
          chainPorts.canonical({
            kind: 'entry',
            entry,
            hash: toHex(link(chainPorts, fromHex(before.hash), chainPorts.canonical(entry))),
          }),
        );
      },
      5,
      /^inserted/,
    ],
    ['a log without its end', () => whole.slice(0, -1), () => lastEntry(), /^cut off/],
    ['a log without its last entries', () => whole.slice(0, at(9)), 8, /^cut off/],
    ['a log without its last entries, with its end', () => [...whole.slice(0, at(9)), whole.at(-1) ?? ''], 8, /^cut off/],
    ['a log without its beginning', () => whole.slice(1), null as unknown as number, /^cut off/],
    ['a line behind the end', () => [...whole, whole[at(2)] ?? ''], () => lastEntry() + 1, /^inserted/],
    [
      'a replaced seal',
      () =>
        change(nth('seal', 0), (line) => {
          if (line.kind === 'seal') line.signature = '00'.repeat(64);
        }),
      () => sealCount(0),
      /^seal broken: it was replaced/,
    ],
    [
      'a seal in the place of another',
      () => whole.map((line, index) => (index === nth('seal', 1) ? (whole[nth('seal', 0)] ?? '') : line)),
      () => sealCount(0),
      /^seal broken: it is out of its place/,
    ],
    ['a removed seal', () => without(nth('seal', 0)), () => lastEntry(), /^removed: a seal/],
    ['a removed receipt', () => without(nth('receipt', 0)), () => lastEntry(), /^removed: a receipt/],
    [
      'mixed-up receipts',
      () => swap(nth('receipt', 0), nth('receipt', 1)),
      () => receipts[0]?.count ?? 0,
      /^(cut off: a receipt|receipt contradicts)/,
    ],
    [
      'a receipt of another log',
      () =>
        change(nth('receipt', 0), (line) => {
          if (line.kind === 'receipt') Object.assign(line, sign(line.count, line.head, server, 'another-device'));
        }),
      () => receipts[0]?.count ?? 0,
      /^receipt broken/,
    ],
    [
      'a receipt that another server signed in the name of this one',
      () =>
        change(nth('receipt', 1), (line) => {
          if (line.kind === 'receipt') Object.assign(line, sign(line.count, line.head, otherServer));
        }),
      () => receipts[1]?.count ?? 0,
      /^receipt forged/,
    ],
    [
      'a forged public key',
      () =>
        change(0, (line) => {
          if (line.kind === 'log') line.publicKey = toHex(otherServer.publicKey);
        }),
      1,
      /^forged key/,
    ],
    [
      'an end that states another time',
      () =>
        change(whole.length - 1, (line) => {
          if (line.kind === 'end') line.at = '2020-01-01T00:00:00.000Z';
        }),
      () => lastEntry(),
      /^forged end/,
    ],
    ['a chain rewritten without the key', () => rewrittenWithout(), () => sealCount(0), /^seal broken/],
    [
      'a chain rewritten under another key',
      () =>
        rewritten(
          change(at(6), (line) => {
            if (line.kind === 'entry') line.entry.procedure = 'chart.list';
          }),
        ),
      () => receipts[0]?.count ?? 0,
      /^receipt contradicts/,
    ],
  ])('%s is found and the first bad entry is named', (_name, tampered, index, what) => {
    const verdict = verify(tampered());
    expect(verdict).toMatchObject({ ok: false, firstBad: { what: expect.stringMatching(what) } });
    expect(verdict.firstBad?.index).toBe(typeof index === 'function' ? index() : index);
  });

  test('a log that was rewritten whole and stripped of its receipts contradicts those that the server keeps', () => {
    const forged = rewritten(without(at(6)), newEd25519(), ['receipt']);
    expect(verify(forged)).toMatchObject({ ok: true });
    const first = receipts.find((receipt) => receipt.count >= 1);
    expect(verify(forged, receipts)).toMatchObject({
      ok: false,
      firstBad: { index: first?.count, what: expect.stringContaining('receipt') },
    });
    // Only cut, and sealed under a key of one's own.
    expect(verify(rewritten(whole.slice(0, at(9)), newEd25519(), ['receipt']), receipts.slice(-1))).toMatchObject({
      ok: false,
      firstBad: { index: 8, what: expect.stringContaining('cut off') },
    });
  });

  test('tampered with at random is found, or is byte for byte what it was', () => {
    const lines = fc.nat(whole.length - 1);
    const tampering = fc.oneof(
      fc.record({ do: fc.constant('byte' as const), line: lines, place: fc.nat(4000), to: fc.integer({ min: 32, max: 126 }) }),
      fc.record({ do: fc.constant('remove' as const), line: lines }),
      fc.record({ do: fc.constant('move' as const), line: lines, to: lines }),
      fc.record({ do: fc.constant('copy' as const), line: lines, to: lines }),
      fc.record({
        do: fc.constant('field' as const),
        line: lines,
        field: fc.constantFrom('n', 'at', 'person', 'patient', 'outcome', 'procedure', 'reason'),
        value: fc.oneof(fc.string(), fc.nat(100)),
      }),
      fc.record({ do: fc.constant('rechain' as const), line: lines }),
      fc.record({ do: fc.constant('cut' as const), line: lines }),
    );
    fc.assert(
      fc.property(fc.array(tampering, { minLength: 1, maxLength: 4 }), (steps) => {
        let log = [...whole];
        for (const step of steps) {
          const text = log[step.line % Math.max(1, log.length)] ?? '';
          const index = step.line % Math.max(1, log.length);
          if (step.do === 'byte')
            log[index] =
              text.slice(0, step.place % (text.length + 1)) +
              String.fromCharCode(step.to) +
              text.slice((step.place % (text.length + 1)) + 1);
          if (step.do === 'remove') log.splice(index, 1);
          if (step.do === 'move') log.splice(step.to, 0, ...log.splice(index, 1));
          if (step.do === 'copy') log.splice(step.to, 0, text);
          if (step.do === 'cut') log = log.slice(0, index);
          try {
            const line = parse(text);
            if (step.do === 'field' && line.kind === 'entry')
              log[index] = chainPorts.canonical({ ...line, entry: { ...line.entry, [step.field]: step.value } });
            if (step.do === 'rechain' && line.kind === 'entry') {
              const before = log
                .slice(0, index)
                .map(parse)
                .findLast((one) => one.kind === 'entry');
              const head = before?.kind === 'entry' ? fromHex(before.hash) : GENESIS;
              log[index] = chainPorts.canonical({
                ...line,
                hash: toHex(link(chainPorts, head, chainPorts.canonical(line.entry))),
              });
            }
          } catch {
            // Lines that are no lines any more stay as they are.
          }
        }
        const same = log.join('\n') === whole.join('\n');
        const verdict = verify(log);
        expect(verdict.ok).toBe(same);
        if (!same) expect(verdict.firstBad?.what).toBeTruthy();
      }),
      { numRuns: runs(400) },
    );
  });
});
