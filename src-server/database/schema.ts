/** Forward-only steps of the server's database; each in a transaction of its own. */
import { AppError } from '../../src-shared/errors/index.ts';
import type { Database } from './index.ts';
import { one } from './queries.ts';

const first = [
  `CREATE TABLE device (id text PRIMARY KEY, name text NOT NULL, public_key text NOT NULL, audit_key text, enrolled_at text NOT NULL, last_seen text, revoked_at text)`,
  `CREATE TABLE person (device text NOT NULL, id text NOT NULL, name text NOT NULL, seen_at text NOT NULL, PRIMARY KEY (device, id))`,
  `CREATE TABLE enrolment (secret_hash text PRIMARY KEY, made_at text NOT NULL, expires_at text NOT NULL, used_at text, device text)`,
  `CREATE TABLE nonce (device text NOT NULL, nonce text NOT NULL, created bigint NOT NULL, PRIMARY KEY (device, nonce))`,

  // The counter's row is locked while a push is written: feed numbers become visible in their order.
  `CREATE TABLE feed (last bigint NOT NULL)`,
  `INSERT INTO feed VALUES (0)`,
  `CREATE TABLE resource (type text, id text, patient text, version bigint NOT NULL, hash text NOT NULL, body text, file text, origin text, hlc text NOT NULL, author text NOT NULL, device text NOT NULL, at text NOT NULL, feed bigint NOT NULL UNIQUE, PRIMARY KEY (type, id))`,
  `CREATE TABLE resource_history (type text, id text, patient text, version bigint, hash text NOT NULL, body text, file text, origin text, hlc text NOT NULL, author text NOT NULL, device text NOT NULL, at text NOT NULL, PRIMARY KEY (type, id, version))`,
  `CREATE TABLE received (device text, seq bigint, hash text, status text NOT NULL, version bigint, PRIMARY KEY (device, seq, hash))`,
  // What lost a conflict is kept too.
  `CREATE TABLE beside (device text, seq bigint, hash text, type text NOT NULL, id text NOT NULL, body text, author text NOT NULL, hlc text NOT NULL, at text NOT NULL, PRIMARY KEY (device, seq, hash))`,

  `CREATE TABLE file (id text PRIMARY KEY, patient text NOT NULL, sha256 text NOT NULL, size bigint NOT NULL, media_type text NOT NULL, name text NOT NULL, device text NOT NULL, at text NOT NULL)`,
  `CREATE INDEX file_by_content ON file (sha256)`,

  `CREATE TABLE audit_entry (device text, n bigint, hash text NOT NULL, entry text NOT NULL, at text NOT NULL, PRIMARY KEY (device, n))`,
  `CREATE TABLE audit_seal (device text, count bigint, head text NOT NULL, at text NOT NULL, signature text NOT NULL, PRIMARY KEY (device, count))`,
  `CREATE TABLE audit_receipt (device text, count bigint, head text NOT NULL, at text NOT NULL, signature text NOT NULL, PRIMARY KEY (device, count))`,
];

const ledger = [
  `CREATE TABLE ledger (feed bigint PRIMARY KEY, device text NOT NULL, seq bigint NOT NULL, hash text NOT NULL, text text NOT NULL, signature text NOT NULL, public_key text NOT NULL, at text NOT NULL, UNIQUE (device, seq))`,
  // Locked while notices are written, as the feed of records is.
  `CREATE TABLE ledger_feed (last bigint NOT NULL)`,
  `INSERT INTO ledger_feed VALUES (0)`,
  `CREATE TABLE legal_hold (id text PRIMARY KEY, patient text NOT NULL, lifted boolean NOT NULL DEFAULT false)`,
  `CREATE TABLE hold_lift (hold text PRIMARY KEY)`,
  // waiting: a legal hold stands, or nobody has come to it yet; rows-gone: files and pages are still to be cleaned
  `CREATE TABLE erasure (id text PRIMARY KEY, patient text NOT NULL, state text NOT NULL CHECK (state IN ('waiting', 'rows-gone', 'done')), at text NOT NULL, versions bigint NOT NULL DEFAULT 0, files bigint NOT NULL DEFAULT 0, contents text NOT NULL DEFAULT '[]', done_at text)`,
  `CREATE INDEX erasure_by_patient ON erasure (patient)`,
  `CREATE TABLE erasure_target (type text, id text, erasure text NOT NULL, PRIMARY KEY (type, id))`,
];

/** The first log of a workstation is called as the workstation is; a further one goes on from where it shares with the former (decision 0019). */
const logs = [
  `ALTER TABLE audit_entry RENAME COLUMN device TO log`,
  `ALTER TABLE audit_seal RENAME COLUMN device TO log`,
  `ALTER TABLE audit_receipt RENAME COLUMN device TO log`,
  // begins: the entry that says so; last, head: what both have alike
  `CREATE TABLE audit_log (id text PRIMARY KEY, device text NOT NULL, former text NOT NULL, begins bigint NOT NULL, last bigint NOT NULL, head text NOT NULL, begun_at text NOT NULL)`,
];

/** Samples that PostgreSQL's planner keeps of these columns would outlive the rows, for good where a table becomes empty. Altering the type drops those of before. */
const unsampled = [
  ['resource', 'body'],
  ['resource_history', 'body'],
  ['beside', 'body'],
  ['file', 'name'],
].map(([table, column]) => `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE text, ALTER COLUMN ${column} SET STATISTICS 0`);

const steps: readonly (readonly string[])[] = [first, ledger, logs, unsampled];

export async function bringUpToDate(database: Database): Promise<void> {
  await database.query('CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL)');
  const found = (await one<{ version: number }>(database, 'SELECT max(version) AS version FROM schema_version'))?.version ?? 0;
  if (found > steps.length) throw new AppError('vault-newer', { found, known: steps.length });
  for (let version = found + 1; version <= steps.length; version++) {
    await database.transaction(async (tx) => {
      for (const sql of steps[version - 1] ?? []) await tx.query(sql);
      await tx.query('INSERT INTO schema_version VALUES ($1)', [version]);
    });
  }
}
