/**
 * `vault.keys`: the vault key, sealed once for each way to open it (slots.ts), and what must be known before the vault is open. The whole file carries a MAC under
 * the vault key. Written beside and renamed, so that a power cut leaves the old or the new file.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { AppError } from '../../../src-shared/errors/index.ts';
import { deriveKey } from './aead.ts';
import { databasePath } from './database.ts';
import { replaceFile } from './disk.ts';

const FORMAT = 2;
/** A hospital has hundreds of people, not millions; checked before anything is parsed. */
const BYTES_MAX = 16 * 1024 * 1024;

const hex = z.string().regex(/^([0-9a-f]{2})+$/);
const key32 = z.string().regex(/^[0-9a-f]{64}$/);
// Upper limits hold what a hostile file could make a sign-in cost.
const argon2 = z.object({
  memoryKib: z
    .number()
    .int()
    .min(65536)
    .max(1024 * 1024),
  passes: z.number().int().min(3).max(64),
  lanes: z.number().int().min(1).max(16),
});
const generation = z.number().int().min(1).max(1_000_000);

const user1 = z.strictObject({ kind: z.literal('user'), user: z.string(), who: hex, argon2, salt: hex });
const recovery1 = z.strictObject({ kind: z.literal('recovery'), salt: hex });
const user2 = user1.extend({ device: hex, publicKey: key32, anchor: generation });
const recovery2 = recovery1.extend({ publicKey: key32, anchor: generation });
const escrow = z.strictObject({
  kind: z.literal('escrow'),
  id: z.string(),
  name: z.string(),
  publicKey: key32,
  addedAt: z.string(),
});

/** Of the first format: the vault key itself under a key from password or code. */
const slot1 = z.strictObject({ header: z.discriminatedUnion('kind', [user1, recovery1]), sealed: hex });
/** `holder`: private key and anchor, under a key from password or code. `sealed`: the vault key, for the public key of the header. */
const heldSlot = z.strictObject({ header: z.discriminatedUnion('kind', [user2, recovery2]), holder: hex, sealed: hex });
const escrowSlot = z.strictObject({ header: escrow, sealed: hex });

const shared = {
  vaultId: z.string(),
  deviceKey: z.enum(['keychain', 'file']),
  /** Hash of the machine's key, so that a wrong key is told from a wrong password. The key is 32 random bytes: its hash tells nobody anything. */
  deviceKeyHash: hex.optional(),
  sample: z.boolean(),
};
const format1 = z.object({ format: z.literal(1), ...shared, slots: z.array(slot1) });
const format2 = z.strictObject({
  format: z.literal(FORMAT),
  ...shared,
  /** Size of the database's pages; vaults of the first format have 4096. */
  pageBytes: z.literal([4096, 16384]),
  /** How often the vault key was made: 1, and one more at each rotation. */
  generation,
  /** From the anchor of a generation to that of the next, for slots that were last opened before. */
  links: z.array(z.strictObject({ from: generation, sealed: hex })),
  slots: z.array(z.union([heldSlot, escrowSlot, slot1])),
  mac: key32,
});

export type KeyFile = Omit<z.output<typeof format2>, 'format' | 'mac'> & { mac?: string };
export type Slot = KeyFile['slots'][number];
export type FirstSlot = z.output<typeof slot1>;
export type HeldSlot = z.output<typeof heldSlot>;
export type EscrowSlot = z.output<typeof escrowSlot>;

export function keyFilePath(dir: string): string {
  return join(dir, 'vault.keys');
}

/** Whether a folder holds a vault, be it one that has lost its key file: nobody is to make a new one there. */
export function vaultIsIn(dir: string): boolean {
  return existsSync(keyFilePath(dir)) || existsSync(databasePath(dir));
}

/** Throws `vault-missing`, `vault-newer`, `key-file-missing` or `key-file-damaged`. */
export function readKeyFile(dir: string): KeyFile {
  if (!vaultIsIn(dir)) throw new AppError('vault-missing');
  if (!existsSync(keyFilePath(dir))) throw new AppError('key-file-missing', { folder: dir });
  return parseKeyFile(readFileSync(keyFilePath(dir)));
}

/** Throws `vault-newer` or `key-file-damaged`. */
export function parseKeyFile(bytes: Uint8Array): KeyFile {
  if (bytes.byteLength > BYTES_MAX) throw new AppError('key-file-damaged');
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new AppError('key-file-damaged', {}, { cause });
  }
  const found = z.object({ format: z.number().int().min(1) }).safeParse(parsed).data?.format;
  if (found !== undefined && found > FORMAT) throw new AppError('vault-newer', { found: `key file ${found}`, known: FORMAT });
  const result = found === 1 ? format1.safeParse(parsed) : format2.safeParse(parsed);
  if (!result.success) throw new AppError('key-file-damaged', {}, { cause: result.error });
  const { format: _format, ...file } = result.data;
  return 'generation' in file ? file : { ...file, pageBytes: 4096, generation: 1, links: [] };
}

/** @param vaultKey makes the MAC over all of it */
export function writeKeyFile(dir: string, file: KeyFile, vaultKey: Uint8Array): KeyFile {
  const signed = { ...file, mac: macOf(file, vaultKey) };
  replaceFile(keyFilePath(dir), Buffer.from(canonicalize({ format: FORMAT, ...signed }) ?? ''));
  return signed;
}

/** False where somebody without the vault key has changed the file. The first format had no MAC: its slots cannot be made without the vault key. */
export function isWhole(file: KeyFile, vaultKey: Uint8Array): boolean {
  if (file.mac === undefined)
    return file.generation === 1 && file.slots.every((slot) => !('holder' in slot) && slot.header.kind !== 'escrow');
  return timingSafeEqual(Buffer.from(file.mac, 'hex'), Buffer.from(macOf(file, vaultKey), 'hex'));
}

function macOf({ mac: _mac, ...file }: KeyFile, vaultKey: Uint8Array): string {
  return createHmac('sha256', deriveKey(vaultKey, 'key-file'))
    .update(canonicalize(file) ?? '')
    .digest('hex');
}

export function deviceKeyHash(vaultId: string, deviceKey: Uint8Array): string {
  return createHash('sha256').update(`device-key\n${vaultId}\n`).update(deviceKey).digest('hex');
}

/** A user name however it was typed: composed or not, in capitals or not. */
export function oneSpelling(userName: string): string {
  return userName.normalize('NFC').toLowerCase();
}

/** The name a slot is found by, without the name itself lying in the clear. */
export function whoHash(vaultId: string, userName: string): string {
  return createHash('sha256')
    .update(`${vaultId}\n${oneSpelling(userName)}`)
    .digest('hex');
}
