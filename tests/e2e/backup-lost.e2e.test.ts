/** What an administrator meets after a disk went bad: a file that is lost and put back, backups that the restored vault does not know of, and a key file that is gone. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { go, look, person } from './clinic.ts';
import { type Application, environment, launch } from './harness.ts';

let folder: string;
let home: string;
let vault: string;
let here: Application | undefined;

/** At the terminal of a machine whose home this is. */
async function lamplight(machine: string, dir: string, args: string[], secrets: Record<string, string> = {}): Promise<string> {
  const env = {
    ...(await environment(machine)),
    LAMPLIGHT_USER: person.userName,
    LAMPLIGHT_PASSWORD: person.password,
    ...secrets,
  };
  const cli = join(root, 'src-main', 'cli', 'main.ts');
  return execFileSync(process.execPath, [cli, '--vault', dir, ...args, '--json'], { env, encoding: 'utf8' });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-lost-'));
  home = join(folder, 'new machine');
  vault = join(home, 'vaults', 'clinic');
  const [before, old, away] = [join(folder, 'old machine'), join(folder, 'old clinic'), mkdtempSync(join(folder, 'away-'))];
  const created: { recoveryCode: string } = JSON.parse(
    await lamplight(before, old, ['vault', 'create', '--sample', '--patients', '2']),
  );
  await lamplight(before, old, ['backup', 'run', '--folder', away]);
  const [made = ''] = readdirSync(away).map((name) => join(away, name));
  const [first = ''] = readdirSync(made).filter((name) => name.endsWith('.lamplight-backup'));
  await lamplight(before, old, ['backup', 'run']);
  await lamplight(home, vault, ['backup', 'restore', join(made, first)], { LAMPLIGHT_RECOVERY_CODE: created.recoveryCode });
  const [lost] = readdirSync(join(vault, 'files'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  rmSync(join(lost?.parentPath ?? '', lost?.name ?? ''));
});
afterAll(async () => {
  await here?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('backups that the vault does not know of are taken into the list, and a lost file is put back, by keyboard', async () => {
  here = await launch({ home });
  const { page } = here;
  page.setDefaultTimeout(30_000);
  await page.getByLabel('User name').fill(person.userName);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByLabel('Password', { exact: true }).press('Enter');
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  await go(page, 'Settings');
  await page.getByRole('button', { name: 'Back up now' }).press('Enter');
  await page.getByText('1 file of the vault is missing or damaged').waitFor();
  // The one that it was restored from, and the one after that.
  await page.getByText('2 backups in the folder are not in the list of this vault').waitFor();
  await page.getByRole('button', { name: 'From another backup …' }).scrollIntoViewIfNeeded();
  expect(await look(here, 'backup-lost')).toEqual([]);
  const take = page.getByRole('button', { name: /^Take into the list/ });
  await take.first().press('Enter');
  await page.getByText('1 backup in the folder is not in the list of this vault').waitFor();
  expect(await look(here, 'backup-unlisted')).toEqual([]);
  await take.press('Enter');
  await take.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Put back from the backups' }).press('Enter');
  await page.getByText('1 file of the vault is missing or damaged').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Back up now' }).press('Enter');
  await page.getByText(/and everything was there\.$/).waitFor();
  expect(await look(here, 'backup-put-back')).toEqual([]);
  await here.close();
  here = undefined;
});

test('a vault without its key file says so, and offers no set-up', async () => {
  const keys = join(vault, 'vault.keys');
  await here?.close();
  renameSync(keys, join(folder, 'keys'));
  here = await launch({ home });
  await here.page.getByRole('alert').getByText('The key file of the vault is missing', { exact: false }).waitFor();
  await expect.poll(() => here?.page.getByRole('button', { name: 'Create the vault' }).count()).toBe(0);
  expect(await look(here, 'key-file-missing')).toEqual([]);
  renameSync(join(folder, 'keys'), keys);
  await here.page.getByRole('button', { name: 'Try again' }).press('Enter');
  await here.page.getByLabel('User name').waitFor();
});
