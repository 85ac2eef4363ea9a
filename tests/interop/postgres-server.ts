/** A PostgreSQL of its own on loopback, in a folder of its own. It refuses to run as root: then it runs as the user that its package has made. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export interface PostgresServer {
  /** An ordinary role that owns its database, as an administrator gives it to the server of Lamplight. */
  url: string;
  /** Tables, indexes and catalogues, without the write-ahead log. */
  tables: string;
  /** A connection of PostgreSQL's administrator, to the same database. */
  administrator(): Promise<pg.Client>;
  stop(): void;
}

const ADMINISTRATOR = 'administrator';
/** Where Debian has them, one folder a version. */
const DEBIAN = '/usr/lib/postgresql';

export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-postgres-'));
  const [data, passwordFile] = [join(folder, 'data'), join(folder, 'password')];
  const password = randomBytes(16).toString('hex');
  writeFileSync(passwordFile, password);
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (user.uid !== undefined) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);
  const run = (program: string, ...args: string[]) => {
    const { status, error } = spawnSync(programPath(program), args, { ...user, cwd: folder, stdio: 'ignore' });
    if (status !== 0) throw new Error(`${program} ended with ${status ?? error?.message}`);
  };
  const port = await freePort();
  const ours = ['-D', data, '-w'];
  run('initdb', '-D', data, '-U', ADMINISTRATOR, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C');
  run(
    'pg_ctl',
    ...ours,
    '-l',
    join(folder, 'log'),
    '-o',
    `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`,
    'start',
  );
  const stop = () => {
    run('pg_ctl', ...ours, '-m', 'immediate', 'stop');
    rmSync(folder, { recursive: true, force: true });
  };
  const address = (role: string, database: string) => `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;
  const connected = async (database: string) => {
    const client = new pg.Client({ connectionString: address(ADMINISTRATOR, database) });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  try {
    const client = await connected('postgres');
    await client.query(`CREATE ROLE lamplight LOGIN PASSWORD '${password}'`);
    await client.query('CREATE DATABASE lamplight OWNER lamplight');
    await client.query('CREATE DATABASE door OWNER lamplight');
    await client.end();
  } catch (thrown) {
    stop();
    throw thrown;
  }
  return {
    url: address('lamplight', 'lamplight'),
    tables: join(data, 'base'),
    administrator: () => connected('lamplight'),
    stop,
  };
}

function programPath(program: string): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one)) : [];
  const found = versions.map((version) => join(DEBIAN, version, 'bin', program)).find((path) => existsSync(path));
  if (found === undefined && spawnSync('which', [program]).status !== 0)
    throw new Error(`${program} is needed: install Debian's postgresql`);
  return found ?? program;
}

function idOf(which: '-u' | '-g'): number {
  const { status, stdout } = spawnSync('id', [which, 'postgres'], { encoding: 'utf8' });
  if (status !== 0) throw new Error("the user postgres is needed: install Debian's postgresql");
  return Number(stdout);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
