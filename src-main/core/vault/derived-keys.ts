/**
 * Keys derived from the vault key, a label each. `database`, `files`, `backup` and `key-file` change with the vault key. The others lie under what is stored for
 * good (keyed hashes, sealed secrets), so they outlive it: at a rotation they go into the new database, sealed under the new vault key.
 */
import { z } from 'zod';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance, Db } from '../context.ts';
import { deriveKey, seal, unseal } from './aead.ts';

const WITH_THE_VAULT_KEY = ['database', 'files', 'backup', 'key-file'];
/** In use before the vault key could be rotated: from the first vault key itself. Any other comes from `kept`. */
const FROM_THE_FIRST: Readonly<Record<string, (vaultKey: Uint8Array) => Buffer>> = {
  audit: (vaultKey) => deriveKey(vaultKey, 'audit'),
  sync: (vaultKey) => deriveKey(vaultKey, 'sync'),
  search: (vaultKey) => deriveKey(vaultKey, 'search'),
  'content-hash': (vaultKey) => deriveKey(deriveKey(vaultKey, 'files'), 'content-hash'),
  kept: (vaultKey) => deriveKey(vaultKey, 'kept'),
};
const ROW = 'kept-keys';
const stored = z.record(z.string(), z.string().regex(/^[0-9a-f]+$/));

export type Derive = (label: string) => Buffer;

/** Throws `vault-damaged` where a kept key does not open. */
export function derivedKeys(db: Db, vaultKey: Uint8Array): Derive {
  const kept = new Map(Object.entries(FROM_THE_FIRST).map(([label, make]) => [label, make(vaultKey)]));
  const row = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(ROW);
  for (const [label, sealed] of Object.entries(row === undefined ? {} : stored.parse(JSON.parse(row)))) {
    const key = unseal(deriveKey(vaultKey, 'kept-keys'), Buffer.from(sealed, 'hex'), `kept:${label}`);
    if (!key) throw new AppError('vault-damaged', { what: 'a kept key does not open' });
    kept.set(label, key);
  }
  return (label) => {
    if (WITH_THE_VAULT_KEY.includes(label)) return deriveKey(vaultKey, label);
    const known = kept.get(label);
    return known ? Buffer.from(known) : deriveKey(kept.get('kept') ?? vaultKey, label);
  };
}

/** Writes the kept keys for another vault key into the database that it will open. */
export function keepKeys(db: Db, derive: Derive, nextVaultKey: Uint8Array, chance: Chance): void {
  const under = deriveKey(nextVaultKey, 'kept-keys');
  const sealed = Object.keys(FROM_THE_FIRST).map((label) => [
    label,
    Buffer.from(seal(chance, under, derive(label), `kept:${label}`)).toString('hex'),
  ]);
  db.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(
    ROW,
    JSON.stringify(Object.fromEntries(sealed)),
  );
}
