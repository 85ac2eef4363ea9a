/** What the vault remembers of archives and of the receiver. Passwords are sealed once more. */
import { z } from 'zod';
import { type Peer, peer, type Receiver, receiver } from '../../../src-shared/contract/pacs.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Db, Vault } from '../context.ts';
import { sql } from '../records/index.ts';

const stored = z.array(peer.extend({ sealed: z.string().optional() }));
type Stored = z.output<typeof stored>;
const PASSWORD = 'pacs-password';
const PEERS_MAX = 50;

const DEFAULT_RECEIVER: Receiver = { on: false, host: '127.0.0.1', port: 11112, aeTitle: 'LAMPLIGHT', allowed: [] };

export function receiverOf(db: Db): Receiver {
  const text = read(db, 'pacs-receiver');
  return text === undefined ? DEFAULT_RECEIVER : receiver.parse(JSON.parse(text));
}

export function setReceiver(db: Db, wanted: Receiver): void {
  write(db, 'pacs-receiver', wanted);
}

export function peersOf(db: Db): Peer[] {
  return all(db).map(({ sealed: _, ...rest }) => rest);
}

/** @throws AppError pacs-unknown */
export function peerOf(vault: Vault, id: string): { peer: Peer; password: string | undefined } {
  const found = all(vault.db).find((one) => one.id === id || one.name === id);
  if (!found) throw new AppError('pacs-unknown');
  const { sealed, ...rest } = found;
  return {
    peer: rest,
    password:
      sealed === undefined ? undefined : Buffer.from(vault.unseal(PASSWORD, Buffer.from(sealed, 'base64'))).toString('utf8'),
  };
}

/** A password left out keeps the one of before, as long as it goes to the same place. */
export function savePeer(vault: Vault, db: Db, wanted: Peer, password: string | undefined): void {
  const others = all(db).filter((one) => one.id !== wanted.id);
  if (others.some((one) => one.name === wanted.name))
    throw new AppError('invalid-input', { what: 'another archive has this name' });
  if (wanted.address.kind === 'dicomweb' && /^https?:\/\/[^/]*@/i.test(wanted.address.url))
    throw new AppError('invalid-input', { what: 'user name and password have fields of their own' });
  if (others.length >= PEERS_MAX) throw new AppError('invalid-input', { what: `at most ${PEERS_MAX} archives` });
  const before = all(db).find((one) => one.id === wanted.id);
  const same = before && JSON.stringify(before.address) === JSON.stringify(wanted.address) ? before.sealed : undefined;
  const sealed =
    password === undefined ? same : Buffer.from(vault.seal(PASSWORD, Buffer.from(password, 'utf8'))).toString('base64');
  write(db, 'pacs-peers', [...others, { ...wanted, ...(sealed === undefined ? {} : { sealed }) }]);
}

export function removePeer(db: Db, id: string): void {
  const rest = all(db).filter((one) => one.id !== id);
  write(db, 'pacs-peers', rest);
}

function all(db: Db): Stored {
  const text = read(db, 'pacs-peers');
  return text === undefined ? [] : stored.parse(JSON.parse(text));
}

function read(db: Db, key: string): string | undefined {
  return sql<{ value: string }>(db, 'SELECT value FROM meta WHERE key = ?').get(key)?.value;
}

function write(db: Db, key: string, value: unknown): void {
  sql(db, 'INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(key, JSON.stringify(value));
}
