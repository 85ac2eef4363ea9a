/** Making and opening a vault. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../../src-shared/access/permissions.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { isoTime } from '../ports.ts';
import { PAGE_BYTES } from './database.ts';
import { diskError, makeFolder } from './disk.ts';
import { deviceKeyHash, type KeyFile, readKeyFile, vaultIsIn, writeKeyFile } from './key-file.ts';
import { assemble, type OpenVault, renewQuietly, type VaultPorts } from './open-vault.ts';
import { checkPassword } from './password.ts';
import { RECOVERY_BYTES, readRecoveryCode, writeRecoveryCode } from './recovery-code.ts';
import { readPrivateKey } from './sealed-box.ts';
import { openEscrowSlot, openRecoverySlot, openUserSlot, recoverySlot, userSlot } from './slots.ts';

export interface NewVault {
  dir: string;
  sample: boolean;
  user: { userName: string; displayName: string; password: string; roles: readonly Role[] };
}

/** A way in that needs neither password nor this machine's key. */
export type WayIn = { recoveryCode: string } | { /** PEM or hex. */ escrowKey: string };

/** What a vault puts into its folder. */
const OWN_NAMES = /^(vault\.(db|keys|tries)(\b.*)?|files|uploads)$/;

/**
 * Makes a vault with its first user. Nothing is left behind when it fails.
 * Throws `vault-exists`, `password-too-weak`, `disk-full`.
 */
export async function createVault(
  ports: VaultPorts,
  wanted: NewVault,
): Promise<{ vault: OpenVault; recoveryCode: string; user: string; undo: () => Promise<void> }> {
  const { dir } = wanted;
  if (vaultIsIn(dir)) throw new AppError('vault-exists');
  checkPassword(wanted.user.password, wanted.user.userName, ports.deviceKeys.place);
  const wasThere = existsSync(dir);
  const vaultId = ports.chance.id();
  let made: OpenVault | undefined;
  const undo = async () => {
    if (made?.db.open) made.close();
    await ports.deviceKeys.remove(vaultId);
    if (!wasThere) rmSync(dir, { recursive: true, force: true });
    else for (const name of readdirSync(dir)) if (OWN_NAMES.test(name)) rmSync(join(dir, name), { recursive: true, force: true });
  };
  try {
    makeFolder(dir);
    const vaultKey = Buffer.from(ports.chance.bytes(32));
    const deviceKey = ports.chance.bytes(32);
    const place = await ports.deviceKeys.store(vaultId, deviceKey);
    const secret = ports.chance.bytes(RECOVERY_BYTES);
    const user = ports.chance.id();
    const maker = { chance: ports.chance, clock: ports.clock, vaultId, vaultKey, generation: 1 };
    const slots = [await userSlot(maker, { id: user, ...wanted.user }, deviceKey), await recoverySlot(maker, secret)];
    const hash = deviceKeyHash(vaultId, deviceKey);
    const keys: KeyFile = {
      vaultId,
      deviceKey: place,
      deviceKeyHash: hash,
      sample: wanted.sample,
      pageBytes: PAGE_BYTES,
      generation: 1,
      links: [],
      slots,
    };
    const vault = assemble(ports, { dir, keys, vaultKey, deviceKey, create: true });
    made = vault;
    vault.db
      .prepare("INSERT INTO user (id, user_name, display_name, roles, state, created_at) VALUES (?, ?, ?, ?, 'active', ?)")
      .run(user, wanted.user.userName, wanted.user.displayName, JSON.stringify(wanted.user.roles), isoTime(ports.clock));
    // The key file comes last: a folder without one is not yet a vault.
    writeKeyFile(dir, keys, vaultKey);
    return { vault, recoveryCode: writeRecoveryCode(secret), user, undo };
  } catch (thrown) {
    await undo();
    throw diskError(thrown);
  }
}

/** Opens with name and password. Throws `vault-missing`, `sign-in-failed`, `device-key-missing`, `vault-in-use`, `vault-newer` ... */
export async function openVault(
  ports: VaultPorts,
  dir: string,
  userName: string,
  password: string,
): Promise<{ vault: OpenVault; user: string }> {
  const keys = readKeyFile(dir);
  const deviceKey = await ports.deviceKeys.fetch(keys.vaultId, keys.deviceKey);
  if (keys.deviceKeyHash !== undefined && keys.deviceKeyHash !== deviceKeyHash(keys.vaultId, deviceKey))
    throw new AppError('device-key-wrong');
  const opened = await openUserSlot(keys, userName, password, deviceKey, ports.clock);
  if (!opened) throw new AppError('sign-in-failed');
  const vault = assemble(ports, { dir, keys, vaultKey: opened.vaultKey, deviceKey });
  await renewQuietly(opened, ports, (slot) => vault.replaceSlot(slot));
  return { vault, user: opened.user };
}

/**
 * Opens with the recovery code or the hospital's escrow key. Where this machine has no key for the vault it gets one; `renewAccess` stores it.
 * Throws `recovery-code-wrong`, `escrow-key-wrong`, `escrow-key-unreadable`, `key-file-not-accepted`.
 * @param acceptKeyFile a machine without a keychain may keep its key in a file, though the vault had it in a keychain
 */
export async function recoverVault(ports: VaultPorts, dir: string, way: WayIn, acceptKeyFile: boolean): Promise<OpenVault> {
  const keys = readKeyFile(dir);
  const vaultKey = await openWay(dir, way);
  const known = await ports.deviceKeys.fetch(keys.vaultId, keys.deviceKey).catch(() => null);
  if (!known && keys.deviceKey === 'keychain' && ports.deviceKeys.place === 'file' && !acceptKeyFile)
    throw new AppError('key-file-not-accepted');
  const newDevice = !known || (keys.deviceKeyHash !== undefined && keys.deviceKeyHash !== deviceKeyHash(keys.vaultId, known));
  return assemble(ports, { dir, keys, vaultKey, deviceKey: known ?? ports.chance.bytes(32), recovered: true, newDevice });
}

/** The vault key by recovery code or escrow key. */
export async function openWay(dir: string, way: WayIn): Promise<Buffer> {
  const keys = readKeyFile(dir);
  if ('escrowKey' in way) {
    const vaultKey = await openEscrowSlot(keys, readPrivateKey(way.escrowKey));
    if (!vaultKey) throw new AppError('escrow-key-wrong');
    return vaultKey;
  }
  const secret = readRecoveryCode(way.recoveryCode);
  const vaultKey = secret && (await openRecoverySlot(keys, secret));
  if (!vaultKey) throw new AppError('recovery-code-wrong');
  return vaultKey;
}
