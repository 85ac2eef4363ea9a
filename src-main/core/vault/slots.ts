/**
 * The ways to open a vault. A slot of a user (password and this machine's key) or of the recovery code holds an X25519 key pair whose private half lies under that
 * secret; the vault key is sealed for the public half. So whoever has the vault open can give everybody a new vault key without their passwords. Each part is bound
 * to the vault and to the slot's own header: slots cannot be edited, swapped, or carried to another vault.
 *
 * A public key lets anybody seal, so an opened slot also proves that the vault key came from the one before: beside the private key lies the anchor, derived from
 * the vault key of its time, and links in the key file lead from each anchor to the next.
 */
import { timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance, Clock } from '../context.ts';
import { deriveKey, seal, unseal } from './aead.ts';
import { deviceKeyHash, type EscrowSlot, type FirstSlot, type HeldSlot, type KeyFile, type Slot, whoHash } from './key-file.ts';
import { type Argon2Parameters, raised, stretch, tune } from './password.ts';
import { type BoxKeys, newBoxKeys, openBox, sealBox } from './sealed-box.ts';

export interface NewUser {
  id: string;
  userName: string;
  password: string;
}

/** What a slot is made from. */
export interface Maker {
  chance: Chance;
  clock: Clock;
  vaultId: string;
  vaultKey: Uint8Array;
  generation: number;
}

const KEY_BYTES = 32;

export async function userSlot(
  maker: Maker,
  user: NewUser,
  deviceKey: Uint8Array,
  kept?: { argon2: Argon2Parameters; salt: string },
): Promise<HeldSlot> {
  const { chance, vaultId } = maker;
  const argon2 = kept?.argon2 ?? (await tune(maker.clock, chance));
  const salt = kept?.salt ?? hexOf(chance.bytes(16));
  const first = { kind: 'user' as const, user: user.id, who: whoHash(vaultId, user.userName), argon2, salt };
  return await held(maker, { ...first, device: deviceMark(vaultId, deviceKey) }, await userKek(first, user.password, deviceKey));
}

export async function recoverySlot(maker: Maker, secret: Uint8Array): Promise<HeldSlot> {
  const salt = hexOf(maker.chance.bytes(16));
  return await held(maker, { kind: 'recovery', salt }, recoveryKek(salt, secret));
}

export async function escrowSlot(
  maker: Maker,
  escrow: { name: string; publicKey: Uint8Array; addedAt: string },
): Promise<EscrowSlot> {
  const header = {
    kind: 'escrow' as const,
    id: maker.chance.id(),
    name: escrow.name,
    publicKey: hexOf(escrow.publicKey),
    addedAt: escrow.addedAt,
  };
  return { header, sealed: await sealed(maker, header) };
}

/** The same slot for another vault key; null for a slot of the first format, which only its own secret can carry over. */
export async function resealed(slot: Slot, maker: Maker): Promise<Slot | null> {
  return 'publicKey' in slot.header ? { ...slot, sealed: await sealed(maker, slot.header) } : null;
}

export interface Opened {
  user: string;
  vaultKey: Buffer;
  /** The slot as it should be now, where it has fallen behind (format, anchor, Argon2 parameters). */
  renew: ((ports: { chance: Chance; clock: Clock }) => Promise<HeldSlot>) | null;
}

/**
 * Null where name, password or machine do not fit. With a clock it also sees whether the password should be stretched longer. Takes as long for an unknown name as for a wrong password.
 * Throws `password-of-other-machine` and `key-file-damaged`.
 */
export async function openUserSlot(
  file: KeyFile,
  userName: string,
  password: string,
  deviceKey: Uint8Array,
  clock?: Clock,
): Promise<Opened | null> {
  const who = whoHash(file.vaultId, userName);
  const slots = file.slots.filter((slot) => slot.header.kind === 'user');
  const slot = slots.find((candidate) => candidate.header.kind === 'user' && candidate.header.who === who);
  const tried = slot ?? slots[0];
  if (tried?.header.kind !== 'user') return null;
  const { header } = tried;
  const startedMs = clock?.now() ?? 0;
  const kek = await userKek(header, password, deviceKey);
  const better = raised(header.argon2, (clock?.now() ?? 0) - startedMs);
  if (!slot) return null;
  const vaultKey = await open(file, tried as HeldSlot | FirstSlot, kek);
  if (!vaultKey) {
    // Nobody's password opens a slot that was made with the key of another machine.
    if ('device' in header && header.device !== deviceMark(file.vaultId, deviceKey))
      throw new AppError('password-of-other-machine');
    return null;
  }
  const behind = !('anchor' in header) || Number(header.anchor) < file.generation;
  const renew = async (ports: { chance: Chance; clock: Clock }) => {
    const maker = { ...ports, vaultId: file.vaultId, vaultKey, generation: file.generation };
    const { kind, user, argon2, salt } = header;
    // The salt stays as long as the password does: the database knows a one-time code by it.
    if (better) return await userSlot(maker, { id: user, userName, password }, deviceKey, { argon2: better, salt });
    return await held(maker, { kind, user, who, argon2, salt, device: deviceMark(file.vaultId, deviceKey) }, kek);
  };
  return { user: header.user, vaultKey, renew: behind || better ? renew : null };
}

export async function openRecoverySlot(file: KeyFile, secret: Uint8Array): Promise<Buffer | null> {
  for (const slot of file.slots) {
    if (slot.header.kind !== 'recovery') continue;
    // Its kind was asked the line before.
    const vaultKey = await open(file, slot as HeldSlot | FirstSlot, recoveryKek(slot.header.salt, secret));
    if (vaultKey) return vaultKey;
  }
  return null;
}

/** Opens with the hospital's private key. */
export async function openEscrowSlot(file: KeyFile, keys: BoxKeys): Promise<Buffer | null> {
  for (const slot of file.slots) {
    if (slot.header.kind !== 'escrow' || slot.header.publicKey !== hexOf(keys.publicKey)) continue;
    return await openBox(keys, Buffer.from(slot.sealed, 'hex'), boxBound(file, slot.header));
  }
  return null;
}

/** A link from the anchor of one vault key to that of the next. */
export function linkTo(chance: Chance, file: KeyFile, from: Uint8Array, to: Uint8Array): KeyFile['links'][number] {
  return { from: file.generation, sealed: hexOf(seal(chance, anchorOf(from), anchorOf(to), linkBound(file, file.generation))) };
}

/** Which machine's key a slot was made with. */
export function deviceMark(vaultId: string, deviceKey: Uint8Array): string {
  return deviceKeyHash(vaultId, deviceKey).slice(0, 16);
}

type NewHeader = HeldSlot['header'] extends infer Header
  ? Header extends unknown
    ? Omit<Header, 'publicKey' | 'anchor'>
    : never
  : never;

async function held(maker: Maker, first: NewHeader, kek: Uint8Array): Promise<HeldSlot> {
  const box = newBoxKeys();
  // The two parts that `first` lacks.
  const header = { ...first, publicKey: hexOf(box.publicKey), anchor: maker.generation } as HeldSlot['header'];
  const inside = Buffer.concat([box.privateKey, anchorOf(maker.vaultKey)]);
  return { header, holder: hexOf(seal(maker.chance, kek, inside, bound(maker, header))), sealed: await sealed(maker, header) };
}

async function sealed(maker: Maker, header: HeldSlot['header'] | EscrowSlot['header']): Promise<string> {
  return hexOf(await sealBox(Buffer.from(header.publicKey, 'hex'), maker.vaultKey, boxBound(maker, header)));
}

async function open(file: KeyFile, slot: HeldSlot | FirstSlot, kek: Uint8Array): Promise<Buffer | null> {
  if (!('holder' in slot)) return unseal(kek, Buffer.from(slot.sealed, 'hex'), bound(file, slot.header));
  const inside = unseal(kek, Buffer.from(slot.holder, 'hex'), bound(file, slot.header));
  if (inside?.byteLength !== 2 * KEY_BYTES) return null;
  const box = { privateKey: inside.subarray(0, KEY_BYTES), publicKey: Buffer.from(slot.header.publicKey, 'hex') };
  const vaultKey = await openBox(box, Buffer.from(slot.sealed, 'hex'), boxBound(file, slot.header));
  // The secret was right; so what does not fit was changed by somebody who does not know it.
  if (!vaultKey || !leadsTo(file, slot.header.anchor, inside.subarray(KEY_BYTES), vaultKey))
    throw new AppError('key-file-damaged');
  return vaultKey;
}

function leadsTo(file: KeyFile, from: number, anchor: Uint8Array, vaultKey: Uint8Array): boolean {
  let reached: Uint8Array | null = anchor;
  for (let generation = from; generation < file.generation && reached; generation++) {
    const link = file.links.find((candidate) => candidate.from === generation);
    reached = link ? unseal(reached, Buffer.from(link.sealed, 'hex'), linkBound(file, generation)) : null;
  }
  return reached?.byteLength === KEY_BYTES && timingSafeEqual(reached, anchorOf(vaultKey));
}

const anchorOf = (vaultKey: Uint8Array) => deriveKey(vaultKey, 'anchor');
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bound = (file: { vaultId: string }, header: Slot['header']) => `${file.vaultId}\n${canonicalize(header)}`;
const boxBound = (file: { vaultId: string; generation: number }, header: Slot['header']) =>
  `${file.generation}\n${bound(file, header)}`;
const linkBound = (file: { vaultId: string }, from: number) => `${file.vaultId}\nlink ${from}`;

async function userKek(
  header: { salt: string; argon2: Argon2Parameters },
  password: string,
  deviceKey: Uint8Array,
): Promise<Buffer> {
  const stretched = await stretch(password, Buffer.from(header.salt, 'hex'), header.argon2);
  return deriveKey(Buffer.concat([stretched, deviceKey]), 'slot/user');
}

function recoveryKek(salt: string, secret: Uint8Array): Buffer {
  return deriveKey(Buffer.concat([Buffer.from(salt, 'hex'), secret]), 'slot/recovery');
}
