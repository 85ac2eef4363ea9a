/** Opens the data folder and everything in it. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { root } from '../src-node/root.ts';
import { serverCertificate } from './certificate.ts';
import { openCoach } from './coaching/index.ts';
import { openDatabase } from './database/index.ts';
import { newCode, tidyNonces } from './devices/index.ts';
import { FileRoom } from './files/index.ts';
import type { House } from './house.ts';
import { type App, buildApp } from './http/app.ts';
import { serverIdentity } from './identity.ts';
import { openErasures, openNews } from './ledger/index.ts';
import type { Options } from './options.ts';
import { writePrivate } from './private-file.ts';

const TIDY_EVERY_MS = 600_000;

export interface OpenHouse extends House {
  close(): Promise<void>;
}

export async function openHouse(options: Options, now: () => Date, log: (line: string) => void): Promise<OpenHouse> {
  const { folder } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const certificate = await serverCertificate(folder, options.own, now());
  const identity = serverIdentity(folder);
  const database = await openDatabase(folder, options.databaseUrl);
  const coach = openCoach(folder, process.env);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const rooms = {
    version,
    folder,
    database,
    certificate,
    identity,
    files: new FileRoom(folder, database),
    news: openNews(),
    now,
    log,
  };
  const erasures = openErasures(rooms);
  return {
    ...rooms,
    coach,
    erasures,
    async close() {
      await erasures.settle();
      await coach.close();
      await database.close();
    },
  };
}

export interface RunningServer {
  url: string;
  code: string;
  stop(): Promise<void>;
}

/** Listens, and answers when `/health/ready` does. */
export async function startServer(house: OpenHouse, options: Options): Promise<RunningServer> {
  const app = await buildApp(house);
  await app.listen({ port: options.port, host: options.host });
  const url = `https://${isIPv6(options.host) ? `[${options.host}]` : options.host}:${portOf(app, options.port)}`;
  const ready = await app.inject({ method: 'GET', url: '/health/ready' });
  if (ready.statusCode !== 200) throw new Error('The server does not get ready.');
  void house.erasures.settle();
  writePrivate(addressFile(house.folder), url);
  const { code } = await newCode(house.database, house.certificate.fingerprint, house.now());
  const tidy = setInterval(() => {
    void tidyNonces(house.database, house.now());
    // What could not be cleaned up because somebody else held a table.
    void house.erasures.settle();
  }, TIDY_EVERY_MS);
  return {
    url,
    code,
    async stop() {
      clearInterval(tidy);
      rmSync(addressFile(house.folder), { force: true });
      await app.close();
      await house.close();
    },
  };
}

/** Where an `admin` command finds the running server. */
export function addressFile(folder: string): string {
  return join(folder, 'address');
}

function portOf(app: App, wanted: number): number {
  const [address] = app.addresses();
  return typeof address === 'object' ? address.port : wanted;
}
