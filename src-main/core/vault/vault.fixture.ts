/** A vault in a folder of its own, for tests of keys. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../src-shared/errors/index.ts';
import { systemChance } from '../ports.ts';
import { openDeviceKeys } from './device-key.ts';
import type { OpenVault, VaultPorts } from './open-vault.ts';
import { createVault, openVault } from './vault.ts';

export const AMINA = {
  userName: 'amina',
  displayName: 'Amina',
  password: 'correct horse battery',
  roles: ['it-admin', 'clinician'] as const,
};
export const JOSEPH = { id: 'person-joseph', userName: 'joseph', password: 'quite another phrase' };

export interface VaultFixture {
  root: string;
  dir: string;
  ports: VaultPorts;
  create(): Promise<{ vault: OpenVault; recoveryCode: string; user: string }>;
  open(userName?: string, password?: string): Promise<OpenVault>;
  /** As another computer: the same folder, another keychain. */
  elsewhere(): Promise<VaultPorts>;
  remove(): void;
}

/** The clock stands still, so that Argon2 stays at its floor. */
export async function vaultFixture(): Promise<VaultFixture> {
  const root = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  const dir = join(root, 'vault');
  const portsAt = async (name: string): Promise<VaultPorts> => ({
    clock: { now: () => Date.parse('2026-11-22T08:00:00Z') },
    chance: systemChance,
    deviceKeys: await openDeviceKeys({ LAMPLIGHT_DEVICE_KEY_DIR: join(root, name) }),
  });
  const ports = await portsAt('device-keys');
  return {
    root,
    dir,
    ports,
    create: () => createVault(ports, { dir, sample: false, user: AMINA }),
    open: async (userName = AMINA.userName, password = AMINA.password) => (await openVault(ports, dir, userName, password)).vault,
    elsewhere: () => portsAt('other-device-keys'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** The code of a failure, `ok`, or the bug itself. */
export const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`),
  );
