/** `node keychain-vault.ts make|open|forget|change FOLDER`: a vault whose machine's key is wherever this session keeps it. Prints what came of it as JSON. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemChance } from '../../src-main/core/ports.ts';
import { createVault, openDeviceKeys, openVault, readKeyFile } from '../../src-main/core/vault/index.ts';
import { AppError } from '../../src-shared/errors/index.ts';

const USER = { userName: 'amina', displayName: 'Amina', password: 'correct horse battery', roles: ['it-admin'] as const };
const [act = '', folder = ''] = process.argv.slice(2);
const dir = join(folder, 'vault');
const deviceKeys = await openDeviceKeys({ ...process.env, XDG_DATA_HOME: folder, LAMPLIGHT_DEVICE_KEY_DIR: undefined });
const ports = { clock: { now: () => Date.parse('2026-11-22T08:00:00Z') }, chance: systemChance, deviceKeys };

async function run(): Promise<string> {
  if (act === 'make') (await createVault(ports, { dir, sample: false, user: USER })).vault.close();
  else if (act === 'forget') await deviceKeys.remove(readKeyFile(dir).vaultId);
  else if (act === 'change') await deviceKeys.store(readKeyFile(dir).vaultId, systemChance.bytes(32));
  else (await openVault(ports, dir, USER.userName, USER.password)).vault.close();
  return 'ok';
}

const code = await run().catch((thrown: unknown) => (thrown instanceof AppError ? thrown.code : String(thrown)));
process.stdout.write(
  `${JSON.stringify({ code, here: deviceKeys.place, vault: readKeyFile(dir).deviceKey, file: existsSync(join(folder, 'lamplight', 'device-keys')) })}\n`,
);
process.exit();
