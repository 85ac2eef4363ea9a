/** What a workstation remembers of its server, in the vault. The private key is sealed once more. */
import { z } from 'zod';
import { AppError } from '../../../src-shared/errors/index.ts';
import { fromHex, toHex } from '../../../src-shared/hex.ts';
import type { Cursor } from '../../../src-shared/sync/replica.ts';
import type { Db, Vault } from '../context.ts';

const KEY_LABEL = 'sync-device-key';

const stored = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  /** SHA-256 of the certificate, hex. */
  fingerprint: z.string(),
  /** The key that signs receipts, hex. */
  publicKey: z.string(),
  deviceKey: z.string(),
  pairedBy: z.string(),
});

export interface PairedServer extends Omit<z.output<typeof stored>, 'deviceKey'> {
  /** Ed25519 seed that requests are signed with. */
  devicePrivateKey: Uint8Array;
}

export function pairedServer(vault: Vault): PairedServer | null {
  const text = readMeta(vault.db, 'sync-server');
  if (text === null) return null;
  const { deviceKey, ...rest } = stored.parse(JSON.parse(text));
  return { ...rest, devicePrivateKey: vault.unseal(KEY_LABEL, fromHex(deviceKey)) };
}

/** Throws `not-paired`. */
export function mustBePaired(vault: Vault): PairedServer {
  const server = pairedServer(vault);
  if (server === null) throw new AppError('not-paired');
  return server;
}

/** Remembers the server. What was exchanged with another one before does not count with this one. */
export function rememberServer(vault: Vault, db: Db, { devicePrivateKey, ...server }: PairedServer): void {
  if (readMeta(db, 'sync-server-id') !== server.id) {
    for (const table of ['sync_item', 'sync_known', 'sync_set_aside']) db.exec(`DELETE FROM ${table}`);
    db.exec("DELETE FROM sync_file WHERE state <> 'wanted'");
    for (const key of ['sync-cursor', 'ledger-cursor', 'sync-audit-sent', 'sync-seal-sent', 'sync-pulled']) forget(db, key);
  }
  writeMeta(db, 'sync-server-id', server.id);
  writeMeta(db, 'sync-server', JSON.stringify({ ...server, deviceKey: toHex(vault.seal(KEY_LABEL, devicePrivateKey)) }));
}

export function forgetServer(db: Db): void {
  forget(db, 'sync-server');
}

const cursorShape = z.object({ top: z.number(), bottom: z.number() });

export function readCursor(db: Db): Cursor | null {
  const text = readMeta(db, 'sync-cursor');
  return text === null ? null : cursorShape.parse(JSON.parse(text));
}

export function writeCursor(db: Db, cursor: Cursor): void {
  writeMeta(db, 'sync-cursor', JSON.stringify(cursor));
}

export function readNumber(db: Db, key: string): number {
  return Number(readMeta(db, key) ?? 0);
}

export function readMeta(db: Db, key: string): string | null {
  return db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE key = ?').get(key)?.value ?? null;
}

export function writeMeta(db: Db, key: string, value: string): void {
  db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(key, value);
}

function forget(db: Db, key: string): void {
  db.prepare('DELETE FROM meta WHERE key = ?').run(key);
}
