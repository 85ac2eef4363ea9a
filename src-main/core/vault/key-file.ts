/**
 * `vault.keys`: the vault key, wrapped once for each way to open it. Every slot is sealed with its own header as associated data, so that slots cannot be
 * swapped or edited. Written beside and renamed, so that a power cut leaves the old or the new file.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance } from '../context.ts';
import { deriveKey, seal, unseal } from './aead.ts';
import { replaceFile } from './disk.ts';
import { type Argon2Parameters, stretch } from './password.ts';

const hex = z.string().regex(/^([0-9a-f]{2})+$/);
const argon2 = z.object({ memoryKib: z.number().int().min(65536).max(4194304), passes: z.number().int().min(1).max(64), lanes: z.number().int().min(1).max(16) });

const userHeader = z.object({ kind: z.literal('user'), user: z.string(), who: hex, argon2, salt: hex });
const recoveryHeader = z.object({ kind: z.literal('recovery'), salt: hex });
const header = z.discriminatedUnion('kind', [userHeader, recoveryHeader]);
const keyFile = z.object({
  format: z.literal(1),
  vaultId: z.string(),
  deviceKey: z.enum(['keychain', 'file']),
  /** Hash of the machine's key, so that a wrong key is told from a wrong password. The key is 32 random bytes: its hash tells nobody anything. */
  deviceKeyHash: hex.optional(),
  sample: z.boolean(),
  slots: z.array(z.object({ header, sealed: hex })),
});

export type KeyFile = z.output<typeof keyFile>;
type Header = z.output<typeof header>;
type Slot = KeyFile['slots'][number];

export function deviceKeyHash(vaultId: string, deviceKey: Uint8Array): string {
  return createHash('sha256').update(`device-key\n${vaultId}\n`).update(deviceKey).digest('hex');
}

export function keyFilePath(dir: string): string {
  return join(dir, 'vault.keys');
}

/** Throws `vault-missing` or `key-file-damaged`. */
export function readKeyFile(dir: string): KeyFile {
  if (!existsSync(keyFilePath(dir))) throw new AppError('vault-missing');
  return parseKeyFile(readFileSync(keyFilePath(dir), 'utf8'));
}

/** Throws `key-file-damaged`. */
export function parseKeyFile(text: string): KeyFile {
  try {
    return keyFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('key-file-damaged', {}, { cause });
  }
}

export function writeKeyFile(dir: string, file: KeyFile): void {
  replaceFile(keyFilePath(dir), Buffer.from(canonicalize(file) ?? ''));
}

/** A slot that a user's password and this machine's key open together. */
export async function userSlot(chance: Chance, vaultId: string, vaultKey: Uint8Array, user: { id: string; userName: string; password: string }, deviceKey: Uint8Array, parameters: Argon2Parameters): Promise<Slot> {
  const slotHeader: Header = { kind: 'user', user: user.id, who: whoHash(vaultId, user.userName), argon2: parameters, salt: Buffer.from(chance.bytes(16)).toString('hex') };
  return wrap(chance, vaultId, slotHeader, await userKek(slotHeader, user.password, deviceKey), vaultKey);
}

export function recoverySlot(chance: Chance, vaultId: string, vaultKey: Uint8Array, secret: Uint8Array): Slot {
  const slotHeader: Header = { kind: 'recovery', salt: Buffer.from(chance.bytes(16)).toString('hex') };
  return wrap(chance, vaultId, slotHeader, recoveryKek(slotHeader.salt, secret), vaultKey);
}

/** The vault key, or null where name, password or machine do not fit. Takes as long for an unknown name as for a wrong password. */
export async function openUserSlot(file: KeyFile, userName: string, password: string, deviceKey: Uint8Array): Promise<{ user: string; vaultKey: Buffer } | null> {
  const who = whoHash(file.vaultId, userName);
  const slots = file.slots.filter((slot) => slot.header.kind === 'user');
  const slot = slots.find((candidate) => candidate.header.kind === 'user' && candidate.header.who === who);
  const tried = slot ?? slots[0];
  if (tried?.header.kind !== 'user') return null;
  const vaultKey = unwrap(file.vaultId, tried, await userKek(tried.header, password, deviceKey));
  return slot && vaultKey ? { user: tried.header.user, vaultKey } : null;
}

export function openRecoverySlot(file: KeyFile, secret: Uint8Array): Buffer | null {
  for (const slot of file.slots) {
    if (slot.header.kind !== 'recovery') continue;
    const vaultKey = unwrap(file.vaultId, slot, recoveryKek(slot.header.salt, secret));
    if (vaultKey) return vaultKey;
  }
  return null;
}

/** The name a slot is found by, without the name itself lying in the clear. */
export function whoHash(vaultId: string, userName: string): string {
  return createHash('sha256').update(`${vaultId}\n${userName.normalize('NFC').toLowerCase()}`).digest('hex');
}

async function userKek(slotHeader: z.output<typeof userHeader>, password: string, deviceKey: Uint8Array): Promise<Buffer> {
  const stretched = await stretch(password, Buffer.from(slotHeader.salt, 'hex'), slotHeader.argon2);
  return deriveKey(Buffer.concat([stretched, deviceKey]), 'slot/user');
}

function recoveryKek(salt: string, secret: Uint8Array): Buffer {
  return deriveKey(Buffer.concat([Buffer.from(salt, 'hex'), secret]), 'slot/recovery');
}

function bound(vaultId: string, slotHeader: Header): string {
  return `${vaultId}\n${canonicalize(slotHeader)}`;
}

function wrap(chance: Chance, vaultId: string, slotHeader: Header, kek: Uint8Array, vaultKey: Uint8Array): Slot {
  return { header: slotHeader, sealed: Buffer.from(seal(chance, kek, vaultKey, bound(vaultId, slotHeader))).toString('hex') };
}

function unwrap(vaultId: string, slot: Slot, kek: Uint8Array): Buffer | null {
  return unseal(kek, Buffer.from(slot.sealed, 'hex'), bound(vaultId, slot.header));
}
