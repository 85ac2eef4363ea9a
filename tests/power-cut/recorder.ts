/** Writes down what a process does to a folder. To be started before the work. */
import fs, { type BigIntStats } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { BLOCK_BYTES, type Entry, type Fact } from './log.ts';

interface Known {
  file: number;
  /** Never closed: closing any handle on a database lets SQLite's locks go. */
  handle: number;
  content: Buffer;
  stamp: string;
}

export interface Recorder {
  entries: Entry[];
  acknowledge(fact: Fact): void;
}

// The originals, because what is wrapped calls them.
const { fstatSync, fsyncSync, openSync, readSync, readdirSync, statSync } = fs;

export function record(root: string): Recorder {
  const entries: Entry[] = [];
  const files = new Map<string, Known>();
  const folders = new Map<string, string>();
  let observing = false;

  /** Notes everything that has changed since the last time. */
  function observe(): void {
    if (observing) return;
    observing = true;
    try {
      look('');
    } finally {
      observing = false;
    }
  }

  function look(path: string): void {
    let found: fs.Dirent[];
    try {
      found = readdirSync(join(root, path), { withFileTypes: true });
    } catch {
      return;
    }
    const names: [string, number][] = [];
    for (const entry of found.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) names.push([entry.name, -1]);
      else names.push([entry.name, lookAt(below)]);
    }
    const now = JSON.stringify(names);
    if (folders.get(path) !== now) {
      const before: [string, number][] = JSON.parse(folders.get(path) ?? '[]');
      // SQLite removes a log or a journal only when the database itself is synced.
      for (const [name] of before)
        if (/-(wal|journal)$/.test(name) && !names.some(([other]) => other === name))
          syncDatabase(before, name.replace(/-(wal|journal)$/, ''));
      folders.set(path, now);
      entries.push({ kind: 'folder', path, names });
    }
    for (const [name, file] of names) if (file === -1) look(path === '' ? name : `${path}/${name}`);
  }

  function syncDatabase(names: [string, number][], database: string): void {
    const file = names.find(([name]) => name === database)?.[1];
    if (file !== undefined) entries.push({ kind: 'sync', file });
  }

  /** @returns the file's number */
  function lookAt(path: string): number {
    const whole = join(root, path);
    const stats = statSync(whole, { bigint: true });
    const key = `${stats.dev}:${stats.ino}`;
    let known = files.get(key);
    if (!known) {
      known = { file: files.size, handle: openSync(whole, 'r'), content: Buffer.alloc(0), stamp: '' };
      files.set(key, known);
    }
    if (known.stamp !== stampOf(stats)) compare(known, Number(stats.size), path);
    known.stamp = stampOf(stats);
    return known.file;
  }

  function compare(known: Known, size: number, path: string): void {
    const content = Buffer.alloc(size);
    let read = 0;
    while (read < size) {
      const more = readSync(known.handle, content, read, size - read, read);
      if (more === 0) break;
      read += more;
    }
    const blocks: { at: number; bytes: Uint8Array }[] = [];
    for (let at = 0; at < size; at += BLOCK_BYTES) {
      const bytes = content.subarray(at, at + BLOCK_BYTES);
      if (!bytes.equals(known.content.subarray(at, at + BLOCK_BYTES))) blocks.push({ at, bytes: Uint8Array.from(bytes) });
    }
    if (blocks.length === 0 && size === known.content.byteLength) return;
    // SQLite begins its log anew only when the database has everything of it, synced.
    if (path.endsWith('-wal') && (size < known.content.byteLength || blocks[0]?.at === 0)) {
      const database = files.get(keyOf(join(root, path.replace(/-wal$/, ''))));
      if (database) entries.push({ kind: 'sync', file: database.file });
    }
    known.content = content;
    entries.push({ kind: 'data', file: known.file, size, blocks });
    // With synchronous = FULL a commit is synced before SQLite returns, and so before anything else is written.
    if (path.endsWith('-wal') && endsInCommit(content)) entries.push({ kind: 'sync', file: known.file });
  }

  function keyOf(path: string): string {
    try {
      const { dev, ino } = statSync(path, { bigint: true });
      return `${dev}:${ino}`;
    } catch {
      return '';
    }
  }

  function synced(handle: number): void {
    const stats = fstatSync(handle, { bigint: true });
    observe();
    if (stats.isDirectory()) {
      for (const path of folders.keys())
        if (keyOf(join(root, path)) === `${stats.dev}:${stats.ino}`) entries.push({ kind: 'sync-folder', path });
      return;
    }
    const known = files.get(`${stats.dev}:${stats.ino}`);
    if (known) entries.push({ kind: 'sync', file: known.file });
  }

  observe();
  for (const { file } of files.values()) entries.push({ kind: 'sync', file });
  for (const path of folders.keys()) entries.push({ kind: 'sync-folder', path });
  wrapAll(observe, synced);
  return {
    entries,
    acknowledge(fact) {
      observe();
      // A commit that was answered has synced SQLite's log, and with its first sync the name of it.
      for (const [path, names] of folders) {
        for (const [name, file] of JSON.parse(names)) {
          if (!name.endsWith('-wal')) continue;
          entries.push({ kind: 'sync', file }, { kind: 'sync-folder', path });
        }
      }
      entries.push({ kind: 'acknowledged', fact });
    },
  };
}

/** Before and after each call that changes something the folder is looked at. */
function wrapAll(observe: () => void, synced: (handle: number) => void): void {
  const around = (owner: object, name: string) => {
    // Each of them is a function of node:fs.
    const original = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
    Reflect.set(owner, name, (...args: unknown[]) => {
      observe();
      const result = original.apply(owner, args);
      if (result instanceof Promise) return result.finally(observe);
      observe();
      return result;
    });
  };
  for (const name of [
    'openSync',
    'writeSync',
    'renameSync',
    'rmSync',
    'unlinkSync',
    'mkdirSync',
    'writeFileSync',
    'copyFileSync',
    'ftruncateSync',
    'truncateSync',
    'rmdirSync',
  ])
    around(fs, name);
  for (const name of ['rename', 'rm', 'unlink', 'mkdir', 'writeFile', 'copyFile']) around(promises, name);
  fs.fsyncSync = (handle) => {
    fsyncSync(handle);
    synced(handle);
  };
  const { open } = promises;
  promises.open = async (...args) => {
    const handle = await open(...args);
    observe();
    const { sync, write, writeFile, writev } = handle;
    handle.sync = async () => {
      await sync.call(handle);
      synced(handle.fd);
    };
    // Their overloads are passed on as they came.
    handle.write = (async (...rest: Parameters<typeof write>) =>
      await write.apply(handle, rest).finally(observe)) as typeof write;
    handle.writeFile = async (...rest) => await writeFile.apply(handle, rest).finally(observe);
    handle.writev = (async (...rest: Parameters<typeof writev>) =>
      await writev.apply(handle, rest).finally(observe)) as typeof writev;
    return handle;
  };
  syncBuiltinESMExports();
}

/** The heads of the frames are not encrypted: https://sqlite.org/fileformat2.html#walformat */
function endsInCommit(log: Buffer): boolean {
  if (log.byteLength < 32) return false;
  const frameBytes = 24 + log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  let commit = false;
  // Frames of an earlier log may lie behind, under other salts.
  for (let at = 32; at + frameBytes <= log.byteLength && log.subarray(at + 8, at + 16).equals(salts); at += frameBytes)
    commit = log.readUInt32BE(at + 4) !== 0;
  return commit;
}

const stampOf = (stats: BigIntStats) => `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
