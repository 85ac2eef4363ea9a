/** The disk that a power cut could have left. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BLOCK_BYTES, type Entry, type Fact } from './log.ts';

/** Even numbers below `below`, from the trial's seed (mulberry32). */
export function dice(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

interface Content {
  bytes: Buffer;
  pending: Extract<Entry, { kind: 'data' }>[];
}

/** A drive writes sectors whole. */
const SECTOR_BYTES = 512;
/** What becomes of what was not synced: all of it came through, none, or anything. */
const FATES = ['all', 'none', 'any', 'any'] as const;

/**
 * Lays out under `to` what a cut after the first `upTo` entries leaves.
 * @returns what had been acknowledged by then, and what was still to come
 */
export function cutAt(
  entries: readonly Entry[],
  upTo: number,
  roll: (below: number) => number,
  to: string,
): { acknowledged: Fact[]; coming: Fact[] } {
  const files = new Map<number, Content>();
  const folders = new Map<string, { durable: [string, number][]; pending: [string, number][][] }>();
  const acknowledged: Fact[] = [];
  const fileOf = (file: number) => {
    const known = files.get(file) ?? { bytes: Buffer.alloc(0), pending: [] };
    files.set(file, known);
    return known;
  };
  for (const entry of entries.slice(0, upTo)) {
    if (entry.kind === 'data') fileOf(entry.file).pending.push(entry);
    else if (entry.kind === 'sync') settle(fileOf(entry.file));
    else if (entry.kind === 'folder') {
      const known = folders.get(entry.path) ?? { durable: [], pending: [] };
      known.pending.push(entry.names);
      folders.set(entry.path, known);
    } else if (entry.kind === 'sync-folder') {
      const known = folders.get(entry.path);
      const last = known?.pending.at(-1);
      if (known && last) folders.set(entry.path, { durable: last, pending: [] });
    } else acknowledged.push(entry.fact);
  }
  const fate = FATES[roll(FATES.length)] ?? 'any';
  const lay = (path: string) => {
    mkdirSync(join(to, path), { recursive: true });
    const known = folders.get(path) ?? { durable: [], pending: [] };
    const states = [known.durable, ...known.pending];
    const names = fate === 'all' ? states.at(-1) : fate === 'none' ? states[0] : states[roll(states.length)];
    for (const [name, file] of names ?? []) {
      const below = path === '' ? name : `${path}/${name}`;
      if (file === -1) lay(below);
      else {
        mkdirSync(dirname(join(to, below)), { recursive: true });
        writeFileSync(join(to, below), left(fileOf(file), fate, roll));
      }
    }
  };
  lay('');
  const coming = entries.slice(upTo).flatMap((entry) => (entry.kind === 'acknowledged' ? [entry.fact] : []));
  return { acknowledged, coming };
}

function settle(content: Content): void {
  for (const entry of content.pending) content.bytes = applied(content.bytes, entry, () => BLOCK_BYTES);
  content.pending = [];
}

function left(content: Content, fate: (typeof FATES)[number], roll: (below: number) => number): Buffer {
  if (fate === 'none') return content.bytes;
  let { bytes } = content;
  for (const entry of content.pending) bytes = applied(bytes, entry, fate === 'all' ? () => BLOCK_BYTES : () => tornTo(roll));
  return bytes;
}

/** How many bytes of a block came through. */
function tornTo(roll: (below: number) => number): number {
  const how = roll(5);
  return how < 2 ? 0 : how < 4 ? BLOCK_BYTES : roll(BLOCK_BYTES / SECTOR_BYTES) * SECTOR_BYTES;
}

function applied(before: Buffer, entry: Extract<Entry, { kind: 'data' }>, through: () => number): Buffer {
  const after = Buffer.alloc(entry.size);
  before.copy(after, 0, 0, Math.min(before.byteLength, entry.size));
  for (const { at, bytes } of entry.blocks) after.set(bytes.subarray(0, through()), at);
  return after;
}
