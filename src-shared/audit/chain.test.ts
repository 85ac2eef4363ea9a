import { describe, expect, test } from 'vitest';
import { chainPorts, newEd25519, signEd25519 } from '../../src-node/chain-ports.ts';
import { type LogLine, type Receipt, GENESIS, link, receiptMessage, sealMessage, toHex, verifyLines } from './chain.ts';

const device = newEd25519();
const server = newEd25519();
const AT = '2026-11-22T08:00:00.000Z';

/** A log of `count` entries with a seal at the end and after every third. */
function log(count: number): string[] {
  const lines: LogLine[] = [{ kind: 'log', format: 1, device: 'd1', publicKey: toHex(device.publicKey) }];
  let head: Uint8Array = GENESIS;
  let seals = 0;
  for (let n = 1; n <= count; n++) {
    const entry = { n, at: AT, roles: ['clinician'], device: 'd1', action: 'R' as const, procedure: 'chart.summary', patient: `p${n}`, resources: [], outcome: 'ok' as const };
    head = link(chainPorts, head, chainPorts.canonical(entry));
    lines.push({ kind: 'entry', hash: toHex(head), entry });
    if (n % 3 !== 0 && n !== count) continue;
    seals += 1;
    lines.push({ kind: 'seal', count: n, head: toHex(head), at: AT, signature: toHex(signEd25519(device.privateKey, sealMessage('d1', n, toHex(head), AT))) });
  }
  lines.push({ kind: 'end', entries: count, seals, head: toHex(head) });
  return lines.map((line) => chainPorts.canonical(line));
}

function receiptFor(lines: readonly string[], count: number): Receipt {
  const line = lines.map((text) => JSON.parse(text) as LogLine).find((one) => one.kind === 'entry' && one.entry.n === count);
  const head = line?.kind === 'entry' ? line.hash : '';
  return { kind: 'receipt', count, head, at: AT, server: 's1', publicKey: toHex(server.publicKey), signature: toHex(signEd25519(server.privateKey, receiptMessage('d1', count, head, AT, 's1'))) };
}

const whole = log(8);
const entryAt = (n: number) => whole.findIndex((line) => line.includes(`"n":${n},`));
const without = (index: number) => whole.filter((_line, at) => at !== index);

describe('an exported log', () => {
  test('that is whole is found whole', () => {
    expect(verifyLines(chainPorts, whole)).toEqual({ ok: true, entries: 8, seals: 3 });
  });

  test.each([
    ['edited', whole.map((line) => line.replace('"p5"', '"p6"')), 5],
    ['removed', without(entryAt(4)), 4],
    ['reordered', whole.map((line, at) => (at === entryAt(4) ? (whole[entryAt(5)] ?? '') : at === entryAt(5) ? (whole[entryAt(4)] ?? '') : line)), 4],
    ['duplicated', [...whole.slice(0, entryAt(5)), whole[entryAt(4)] ?? '', ...whole.slice(entryAt(5))], 5],
    ['cut off', whole.slice(0, -3), 7],
    ['replaced seal', whole.map((line) => (line.includes('"count":6') ? line.replace(/"signature":"../, '"signature":"00') : line)), 6],
  ])('%s is found and the place is named', (_name, lines, index) => {
    const verdict = verifyLines(chainPorts, lines);
    expect(verdict.ok).toBe(false);
    expect(verdict.firstBad?.index).toBe(index);
  });

  test('with any one byte changed is found', () => {
    const text = whole.join('\n');
    for (let at = 0; at < text.length; at += 7) {
      const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
      expect(verifyLines(chainPorts, changed.split('\n')).ok, `byte ${at}`).toBe(false);
    }
  });

  test('cut off or rewritten whole is found by a receipt of the server', () => {
    const receipt = receiptFor(whole, 8);
    expect(verifyLines(chainPorts, whole, [receipt]).ok).toBe(true);
    expect(verifyLines(chainPorts, log(6), [receipt])).toMatchObject({ ok: false, firstBad: { what: expect.stringContaining('receipt') } });
    const forged = { ...receipt, head: '00'.repeat(32) };
    expect(verifyLines(chainPorts, whole, [forged])).toMatchObject({ ok: false, firstBad: { index: 8 } });
  });
});
