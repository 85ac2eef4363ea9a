/** A log that was really written and exported, and the ways to tamper with it. For tests. */
import { expect } from 'vitest';
import { chainPorts, newEd25519, signEd25519 } from '../../../src-node/chain-ports.ts';
import { fromHex, GENESIS, link, type Receipt, receiptMessage, sealMessage, toHex } from '../../../src-shared/audit/chain.ts';
import { exportedLog, type LogLine, verifyLines } from '../../../src-shared/audit/lines.ts';
import type { Client } from '../../../src-shared/contract/client.ts';
import { ADMIN, type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import type { Db } from '../context.ts';

export const server = newEd25519();
export const otherServer = newEd25519();
export let made: TestCore;
export let client: Client;
export let db: Db;
export let device: string;
export let whole: string[];
export let receipts: Receipt[];

export type Entry = Extract<LogLine, { kind: 'entry' }>;

/** Writes and exports a log. */
export async function writeLog(): Promise<void> {
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
}

export async function removeLog(): Promise<void> {
  expect(made.bugs).toEqual([]);
  await made.remove();
}

export function sign(count: number, head: string, key = server, of = device): Receipt {
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

export const parse = (line: string | undefined): LogLine => JSON.parse(line ?? '') as LogLine;
export const at = (n: number) => whole.findIndex((line) => parse(line).kind === 'entry' && (parse(line) as Entry).entry.n === n);
export const nth = (kind: LogLine['kind'], place: number) =>
  whole.flatMap((line, index) => (parse(line).kind === kind ? [index] : []))[place] ?? -1;
export const without = (...indexes: number[]) => whole.filter((_line, index) => !indexes.includes(index));
export const swap = (one: number, other: number) =>
  whole.map((line, index) => (index === one ? (whole[other] ?? '') : index === other ? (whole[one] ?? '') : line));
export const put = (index: number, line: string) => [...whole.slice(0, index), line, ...whole.slice(index)];
export const change = (index: number, how: (line: LogLine) => void) =>
  whole.map((text, place) => {
    if (place !== index) return text;
    const line = parse(text);
    how(line);
    return chainPorts.canonical(line);
  });
export const verify = (lines: readonly string[], extra: readonly Receipt[] = []) => verifyLines(chainPorts, lines, extra);

/** Chains, counts and seals everything anew, as somebody would who has the program and their own key, but neither the device's nor the server's. */
export function rewritten(lines: readonly string[], key = newEd25519(), drop: readonly LogLine['kind'][] = []): string[] {
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

export const lastEntry = () => (parse(whole.at(-1)) as Extract<LogLine, { kind: 'end' }>).entries;
export const sealCount = (place: number) => (parse(whole[nth('seal', place)]) as Extract<LogLine, { kind: 'seal' }>).count;

/** All hashes made anew after a change in the second entry; seals and receipts as they were. */
export function rewrittenWithout(): string[] {
  let head: Uint8Array = GENESIS;
  return whole.map((text) => {
    const line = parse(text);
    if (line.kind !== 'entry') return text;
    const entry = line.entry.n === 2 ? { ...line.entry, procedure: 'chart.list' } : line.entry;
    head = link(chainPorts, head, chainPorts.canonical(entry));
    return chainPorts.canonical({ ...line, entry, hash: toHex(head) });
  });
}
