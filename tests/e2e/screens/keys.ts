/** Keys of the vault: one that comes from another computer, what an administrator does about them, and a machine that has lost its own. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBackup } from '../../../src-main/core/backup/write.ts';
import { systemChance, systemClock } from '../../../src-main/core/ports.ts';
import { createVault, newBoxKeys, openDeviceKeys, pemOf } from '../../../src-main/core/vault/index.ts';
import { person } from '../clinic.ts';
import type { Camera, Picture } from './camera.ts';

/** So much that somebody sees it come in. */
const PICTURES = 120;
const PICTURE_BYTES = 1_000_000;

/** From the choice of set-up and back to it. */
export async function bringingPictures(camera: Camera): Promise<{ pictures: Picture[]; remove: () => void }> {
  const { app, page, button, freeze, thaw } = camera;
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-screens-'));
  const ports = {
    clock: systemClock,
    chance: systemChance,
    deviceKeys: await openDeviceKeys({ LAMPLIGHT_DEVICE_KEY_DIR: join(folder, 'device-keys') }),
  };
  const { vault, recoveryCode } = await createVault(ports, {
    dir: join(folder, 'clinic'),
    sample: false,
    user: { ...person, roles: ['it-admin', 'clinician'] },
  });
  for (let n = 0; n < PICTURES; n++) {
    const written = await vault.files.write('somebody', 'a picture', 'image/jpeg', randomBytes(PICTURE_BYTES));
    vault.db.transaction(() => vault.files.record(vault.db, written, new Date().toISOString()))();
  }
  const backup = join(folder, 'clinic.lamplight-backup');
  await writeBackup(vault, ports, { path: backup }, { signal: new AbortController().signal, progress: () => {} });
  vault.close();
  const answers = (path: string) =>
    app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
    }, path);
  const choose = async (path: string) => {
    await answers(path);
    await button('Choose the folder …').click();
  };
  const pictures: Picture[] = [
    ['setup-bring', () => button('Bring a vault').click()],
    ['setup-bring-nothing', () => choose(join(folder, 'device-keys')).then(() => page.getByRole('alert').waitFor())],
    ['setup-bring-found', () => choose(folder).then(() => page.getByText(/^There is a vault here/).waitFor())],
    [
      'setup-bring-wrong',
      async () => {
        await page.getByLabel('Recovery code').fill('AAAA-BBBB');
        await page.getByLabel('Your user name').fill(person.userName);
        await page.getByLabel('New password').fill(person.password);
        await button('Copy and open').click();
        await page.getByRole('alert').waitFor();
      },
    ],
    ['setup-bring-escrow', () => button('Use the escrow key of the hospital instead').click()],
    [
      'setup-choose-after-bring',
      () =>
        button('Back')
          .click()
          .then(() => button('Bring a vault').waitFor()),
    ],
    ['setup-restore', () => button('Restore a backup').click()],
    ['setup-restore-nothing', () => button('Restore').click()],
    [
      'setup-restore-running',
      async () => {
        await answers(backup);
        await button('Choose the backup …').click();
        await page.getByLabel('Recovery code').fill(recoveryCode);
        await page.getByLabel('Your user name').fill(person.userName);
        await page.getByLabel('New password').fill(person.password);
        await button('Restore').click();
        await button('Cancel').waitFor();
        freeze();
      },
    ],
    [
      'setup-restore-cancelled',
      async () => {
        await button('Cancel').click();
        thaw();
        await page.getByText(/^It was cancelled/).waitFor();
      },
    ],
    [
      'setup-choose-after-restore',
      () =>
        button('Back')
          .click()
          .then(() => button('Bring a vault').waitFor()),
    ],
  ];
  return { pictures, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** On the settings. */
export function keyPictures({ page, button }: Camera): Picture[] {
  const { publicKey } = pemOf(newBoxKeys());
  const panel = page.getByRole('region', { name: 'Vault and keys' });
  return [
    ['settings-escrow-add', () => button('Add an escrow key …').click()],
    [
      'settings-escrow',
      async () => {
        await panel.getByLabel('Who keeps the private key').fill('Safe of the county hospital');
        await panel.getByLabel('Public key').fill(publicKey);
        await button('Add this key').click();
        await button('Add an escrow key …').waitFor();
      },
    ],
    ['settings-rotate', () => button('New vault key …').click()],
    [
      'settings-rotated',
      async () => {
        await button('Make a new vault key').click();
        await page.getByText(/^The vault has a new key/).waitFor();
      },
    ],
    ['settings-recovery-code', () => button('New recovery code …').click()],
    [
      'settings-password',
      () =>
        panel
          .getByRole('button', { name: 'Cancel' })
          .click()
          .then(() => button('Change the password …').click()),
    ],
  ];
}

/** At the door of a core that has just started: the machine's key is gone, and comes back. */
export function lostKeyPictures({ page, home }: Camera, password: string): Picture[] {
  const [keys, away] = [join(home, 'device-keys'), join(home, 'keys-away')];
  return [
    [
      'sign-in-key-missing',
      async () => {
        renameSync(keys, away);
        await page.getByLabel('Password', { exact: true }).fill(password);
        await page.getByRole('button', { name: 'Unlock' }).click();
        await page.getByText("This machine's key for the vault is missing.").waitFor();
        renameSync(away, keys);
      },
    ],
  ];
}
