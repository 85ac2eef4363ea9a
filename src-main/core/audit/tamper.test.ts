/** What a hospital would lose if one of these was not found: the proof of who has seen what. On a log that was really written and exported, and on the database itself. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chainPorts, newEd25519, signEd25519 } from '../../../src-node/chain-ports.ts';
import { fromHex, GENESIS, link, type Receipt, receiptMessage, sealMessage, toHex } from '../../../src-shared/audit/chain.ts';
import { exportedLog, type LogLine, verifyLines } from '../../../src-shared/audit/lines.ts';
import type { Client } from '../../../src-shared/contract/client.ts';
import { ADMIN, type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { runs } from '../../../tests/fixtures/runs.ts';
import type { Db } from '../context.ts';

const server = newEd25519();
const otherServer = newEd25519();
let made: TestCore;
let client: Client;
let db: Db;
let device: string;
let whole: string[];
let receipts: Receipt[];

type Entry = Extract<LogLine, { kind: 'entry' }>;

beforeAll(async () => {
  made = await testCore();
  client = await made.create();
  const clinic = made.core.clinic();
  if (!clinic) throw new Error('no vault');
  db = clinic.vault.db;
  device = clinic.contextOf({ id: 'x', userName: 'x', displayName: 'x', roles: [] }).device;
  const { id } = await client.call('patients.register', {
    family: 'Otieno',
    given: 'Grace',
    birthDate: '1961-05-02',
    sex: 'female',
  });
  for (let round = 0; round < 4; round++) {
    await client.call('patients.banner', { patient: id });
    await client.call('chart.summary', { patient: id });
    await client.call('session.signOut', {});
    await client.call('session.signIn', ADMIN);
    // As the server does after each upload.
    receipts = [...(receipts ?? []), keepReceipt(round === 3 ? 'later' : 'now')];
  }
  clinic.transactions.seal();
  whole = (await client.call('audit.export', {})).document.trimEnd().split('\n');
}, 60_000);
afterAll(async () => {
  expect(made.bugs).toEqual([]);
  await made.remove();
});

function sign(count: number, head: string, key = server, of = device): Receipt {
  const at = '2026-11-22T09:00:00.000Z';
  return {
    kind: 'receipt',
    count,
    head,
    at,
    server: 's1',
    publicKey: toHex(key.publicKey),
    signature: toHex(signEd25519(key.privateKey, receiptMessage(of, count, head, at, 's1'))),
  };
}

/** Signs what is there now; `later` keeps it out of the workstation, as a receipt that only the server has. */
function keepReceipt(when: 'now' | 'later'): Receipt {
  const last = db.prepare<[], { n: number; hash: Uint8Array }>('SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1').get();
  const receipt = sign(last?.n ?? 0, toHex(last?.hash ?? GENESIS));
  if (when === 'now')
    db.prepare('INSERT INTO audit_receipt (count, head, at, server, public_key, signature) VALUES (?, ?, ?, ?, ?, ?)').run(
      receipt.count,
      fromHex(receipt.head),
      receipt.at,
      receipt.server,
      fromHex(receipt.publicKey),
      fromHex(receipt.signature),
    );
  return receipt;
}

const parse = (line: string | undefined): LogLine => JSON.parse(line ?? '') as LogLine;
const at = (n: number) => whole.findIndex((line) => parse(line).kind === 'entry' && (parse(line) as Entry).entry.n === n);
const nth = (kind: LogLine['kind'], place: number) =>
  whole.flatMap((line, index) => (parse(line).kind === kind ? [index] : []))[place] ?? -1;
const without = (...indexes: number[]) => whole.filter((_line, index) => !indexes.includes(index));
const swap = (one: number, other: number) =>
  whole.map((line, index) => (index === one ? (whole[other] ?? '') : index === other ? (whole[one] ?? '') : line));
const put = (index: number, line: string) => [...whole.slice(0, index), line, ...whole.slice(index)];
const change = (index: number, how: (line: LogLine) => void) =>
  whole.map((text, place) => {
    if (place !== index) return text;
    const line = parse(text);
    how(line);
    return chainPorts.canonical(line);
  });
const verify = (lines: readonly string[], extra: readonly Receipt[] = []) => verifyLines(chainPorts, lines, extra);

/** Chains, counts and seals everything anew, as somebody would who has the program and their own key, but neither the device's nor the server's. */
function rewritten(lines: readonly string[], key = newEd25519(), drop: readonly LogLine['kind'][] = []): string[] {
  const writer = exportedLog(chainPorts, device, key.publicKey);
  const out = [writer.begin()];
  let head: Uint8Array = GENESIS;
  const totals = { entries: 0, seals: 0, receipts: 0 };
  for (const line of lines.map(parse)) {
    if (drop.includes(line.kind)) continue;
    if (line.kind === 'entry') {
      totals.entries += 1;
      const entry = { ...line.entry, n: totals.entries, ...(totals.entries === 1 ? { key: toHex(key.publicKey) } : {}) };
      head = link(chainPorts, head, chainPorts.canonical(entry));
      out.push(writer.line({ kind: 'entry', hash: toHex(head), entry }));
    } else if (line.kind === 'seal') {
      totals.seals += 1;
      out.push(
        writer.line({
          ...line,
          count: totals.entries,
          head: toHex(head),
          signature: toHex(signEd25519(key.privateKey, sealMessage(device, totals.entries, toHex(head), line.at))),
        }),
      );
    } else if (line.kind === 'receipt') {
      totals.receipts += 1;
      out.push(writer.line(line));
    }
  }
  out.push(
    writer.end({ ...totals, head: toHex(head) }, '2026-11-22T10:00:00.000Z', (message) => signEd25519(key.privateKey, message)),
  );
  return out.map((line) => line.trimEnd());
}

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

const lastEntry = () => (parse(whole.at(-1)) as Extract<LogLine, { kind: 'end' }>).entries;
const sealCount = (place: number) => (parse(whole[nth('seal', place)]) as Extract<LogLine, { kind: 'seal' }>).count;

/** All hashes made anew after a change in the second entry; seals and receipts as they were. */
function rewrittenWithout(): string[] {
  let head: Uint8Array = GENESIS;
  return whole.map((text) => {
    const line = parse(text);
    if (line.kind !== 'entry') return text;
    const entry = line.entry.n === 2 ? { ...line.entry, procedure: 'chart.list' } : line.entry;
    head = link(chainPorts, head, chainPorts.canonical(entry));
    return chainPorts.canonical({ ...line, entry, hash: toHex(head) });
  });
}

describe('the database', () => {
  /** Tampers, verifies, and puts everything back. */
  async function tampered(statements: string): Promise<unknown> {
    const tables = ['audit', 'audit_seal', 'audit_receipt', 'meta'];
    for (const table of tables) db.exec(`CREATE TEMP TABLE kept_${table} AS SELECT * FROM ${table}`);
    try {
      db.exec(statements);
      // As after a restart: the log goes on from what lies there.
      made.core.clinic()?.log.rolledBack();
      return await client.call('audit.verify', {});
    } finally {
      for (const table of tables)
        db.exec(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept_${table}; DROP TABLE kept_${table}`);
      // The checks above were logged in between, on top of what was tampered with.
      made.core.clinic()?.log.rolledBack();
    }
  }

  const bad = (index: number | null, what: RegExp) => ({ ok: false, firstBad: { index, what: expect.stringMatching(what) } });

  test('that is whole is found whole, in one call and as a job', async () => {
    expect(await client.call('audit.verify', {})).toMatchObject({ ok: true, receipts: 3 });
    const { job } = await client.call('audit.startVerify', {});
    expect(await made.core.clinic()?.jobs.wait(job)).toMatchObject({ ok: true });
  });

  test.each<[string, string, number, RegExp]>([
    ['edited', 'UPDATE audit SET entry = replace(entry, \'"outcome":"ok"\', \'"outcome":"denied"\') WHERE n = 5', 5, /^edited/],
    ['edited beside the entry', "UPDATE audit SET patient = 'somebody-else' WHERE n = 5", 5, /^edited beside/],
    ['no text of an entry', "UPDATE audit SET entry = 'x' WHERE n = 5", 5, /^edited/],
    ['removed', 'DELETE FROM audit WHERE n = 4', 4, /^removed/],
    [
      'removed and closed up',
      'DELETE FROM audit WHERE n = 4; UPDATE audit SET n = -n WHERE n > 4; UPDATE audit SET n = -n - 1 WHERE n < 0',
      4,
      /^reordered/,
    ],
    [
      'reordered',
      'UPDATE audit SET n = -1 WHERE n = 4; UPDATE audit SET n = 4 WHERE n = 5; UPDATE audit SET n = 5 WHERE n = -1',
      4,
      /^reordered/,
    ],
    [
      'inserted',
      'UPDATE audit SET n = -n WHERE n > 4; UPDATE audit SET n = -n + 1 WHERE n < 0; INSERT INTO audit (n, hash, entry, procedure, outcome, at) SELECT 5, hash, entry, procedure, outcome, at FROM audit WHERE n = 4',
      5,
      /^reordered/,
    ],
    ['cut off', 'DELETE FROM audit WHERE n > 8', 8, /^cut off/],
    [
      'with a replaced seal',
      'UPDATE audit_seal SET signature = zeroblob(64) WHERE count = (SELECT min(count) FROM audit_seal)',
      -1,
      /^seal broken/,
    ],
    [
      'with a seal moved',
      'UPDATE audit_seal SET count = count - 1 WHERE count = (SELECT min(count) FROM audit_seal)',
      -2,
      /^seal broken/,
    ],
    [
      'with another public key',
      "UPDATE meta SET value = replace(value, substr(value, 1, 4), 'ffff') WHERE key = 'audit-public-key'",
      0,
      /./,
    ],
    [
      'with receipts mixed up',
      'UPDATE audit_receipt SET head = (SELECT head FROM audit_receipt ORDER BY count DESC LIMIT 1) WHERE count = (SELECT min(count) FROM audit_receipt)',
      -3,
      /^receipt contradicts/,
    ],
  ])('%s is found and the first bad entry is named', async (name, statements, index, what) => {
    const firstSeal = db.prepare<[], { n: number }>('SELECT min(count) AS n FROM audit_seal').get()?.n ?? 0;
    const firstReceipt = db.prepare<[], { n: number }>('SELECT min(count) AS n FROM audit_receipt').get()?.n ?? 0;
    const expected = index === -1 ? firstSeal : index === -2 ? firstSeal - 1 : index === -3 ? firstReceipt : index;
    const verdict = await tampered(statements);
    // The key of an open log is held in memory: it is checked when the vault is opened the next time.
    if (name === 'with another public key') expect(verdict).toMatchObject({ ok: true });
    else expect(verdict).toMatchObject(bad(expected, what));
  });

  test('rewritten from an entry on contradicts the receipt that is kept', async () => {
    const rows = db.prepare<[], { n: number; entry: string }>('SELECT n, entry FROM audit ORDER BY n').all();
    let head: Uint8Array = GENESIS;
    const updates = rows.map(({ n, entry }) => {
      const text = n === 6 ? entry.replace('"outcome":"ok"', '"outcome":"failed"') : entry;
      head = link(chainPorts, head, text);
      return `UPDATE audit SET entry = '${text.replaceAll("'", "''")}', hash = x'${toHex(head)}', outcome = json_extract(entry, '$.outcome') WHERE n = ${n};`;
    });
    const verdict = await tampered(
      `${updates.join('\n')} UPDATE audit SET outcome = json_extract(entry, '$.outcome'); DELETE FROM audit_seal;`,
    );
    const first = receipts.find((receipt) => receipt.count >= 6);
    expect(verdict).toMatchObject(bad(first?.count ?? 0, /receipt/));
  });
});
