/**
 * PGlite with commits that are on the disk. As it comes, it starts PostgreSQL with fsync switched off and its file layer ignores fsync: a commit would
 * be lost with the power. Here both are on; one commit is one fsync of the write-ahead log.
 */
import { fsyncSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import type { Database, Queries } from './index.ts';

/** `-F` is PostgreSQL's switch for fsync=off. fdatasync does nothing in the WebAssembly build: so `fsync` is the method. */
const startParams = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'fsync=on',
  '-c',
  'wal_sync_method=fsync',
  '-c',
  'synchronous_commit=on',
  // Past segments of the log are removed, not kept for writing over: they hold what was deleted.
  '-c',
  'wal_recycle=off',
];

export async function openPglite(folder: string): Promise<Database> {
  const pglite = await PGlite.create({ fs: new DurableFiles(join(folder, 'database')), relaxedDurability: false, startParams });
  return {
    ...queriesOf((sql, values) => pglite.query(sql, values)),
    async scrub(tables) {
      for (const table of tables) await pglite.query(`VACUUM FULL ${table}`);
      await pglite.query('CHECKPOINT');
      await pglite.query('SELECT pg_switch_wal()');
      await pglite.query('CHECKPOINT');
    },
    transaction: (body) => pglite.transaction((tx) => body(queriesOf((sql, values) => tx.query(sql, values)))),
    close: () => pglite.close(),
  };
}

class DurableFiles extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args);
    emscriptenOpts.preRun = [...hooks(emscriptenOpts.preRun), honourFsync];
    return { emscriptenOpts };
  }
}

type Hook = (module: unknown) => void;

function hooks(preRun: unknown): Hook[] {
  // Emscripten takes one function or a list; NodeFS hands over a list.
  return Array.isArray(preRun) ? (preRun as Hook[]) : [];
}

function honourFsync(module: unknown): void {
  // Emscripten's own module object; its types do not describe the file layers.
  const { FS } = module as { FS: { filesystems: { NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } } } } };
  FS.filesystems.NODEFS.stream_ops.fsync = ({ nfd }) => {
    fsyncSync(nfd);
    return 0;
  };
}

function queriesOf(run: (sql: string, values: unknown[]) => Promise<{ rows: unknown[] }>): Queries {
  return {
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      // The caller names the columns it asks for.
      return (await run(sql, [...values])).rows as Row[];
    },
  };
}
