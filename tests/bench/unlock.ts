/** How long a vault takes to open, and how much of that is Argon2id by the parameters that this machine was given. */
import { join } from 'node:path';
import { systemChance, systemClock } from '../../src-main/core/ports.ts';
import { createVault, openDeviceKeys, openVault, readKeyFile } from '../../src-main/core/vault/index.ts';
import { stretch } from '../../src-main/core/vault/password.ts';
import { pairedAsync, type Row, timed } from './measure.ts';

const USER = { userName: 'amina', displayName: 'Amina', password: 'correct horse battery', roles: ['clinician'] as const };

export async function benchUnlock(dir: string, rounds: number): Promise<Row[]> {
  const ports = {
    clock: systemClock,
    chance: systemChance,
    deviceKeys: await openDeviceKeys({ LAMPLIGHT_DEVICE_KEY_DIR: join(dir, 'device-keys') }),
  };
  const at = join(dir, 'unlock-bench');
  (await createVault(ports, { dir: at, sample: false, user: USER })).vault.close();
  const open = () => timed(async () => (await openVault(ports, at, USER.userName, USER.password)).vault.close());
  await open();
  const header = readKeyFile(at).slots.flatMap((slot) => (slot.header.kind === 'user' ? [slot.header] : []))[0];
  if (!header) throw new Error('the vault has no user');
  const { ours, other, ratio } = await pairedAsync(rounds, open, () =>
    timed(() => stretch(USER.password, Buffer.from(header.salt, 'hex'), header.argon2)),
  );
  const { memoryKib, passes, lanes } = header.argon2;
  return [
    {
      name: `unlock, open and close; Argon2id ${memoryKib / 1024} MiB, t=${passes}, p=${lanes}`,
      ours: `${ours.toFixed(0)} ms`,
      other: `Argon2id ${other.toFixed(0)} ms (${((100 * other) / ours).toFixed(0)} %)`,
      ratio,
    },
  ];
}
