/** What a clinic would lose with its keys: a vault that cannot be moved to a new machine, a machine whose key is gone and says nothing, a hospital that cannot get in. */
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newBoxKeys, pemOf } from '../../src-main/core/vault/index.ts';
import { go, look, person, register, setUpClinic } from './clinic.ts';
import { type Application, launch } from './harness.ts';

const patient = { family: 'Wanjiru', given: 'Esther', birthDate: '1959-06-02', sex: 'female' } as const;
const escrow = pemOf(newBoxKeys());
const home = mkdtempSync(join(tmpdir(), 'lamplight-keys-'));
/** The stick that carries the vault. */
const stick = mkdtempSync(join(tmpdir(), 'lamplight-stick-'));
let here: Application;
let there: Application | undefined;
let code: string;

beforeAll(async () => {
  here = await opened({ home });
  code = await setUpClinic(here.page);
  await register(here.page, patient);
});
afterAll(async () => {
  await here.close();
  await there?.close();
  for (const folder of [home, stick]) rmSync(folder, { recursive: true, force: true });
});

async function opened(options: Parameters<typeof launch>[0]): Promise<Application> {
  const application = await launch(options);
  application.page.setDefaultTimeout(30_000);
  return application;
}

/** The system's own dialog cannot be driven: it answers as somebody would who chose this path. */
async function dialogsAnswer({ app }: Application, path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, path);
}

const panel = (page: Page) => page.getByRole('region', { name: 'Vault and keys' });

async function isThere(page: Page): Promise<void> {
  await go(page, 'Patients');
  await page.getByRole('combobox', { name: /^Name, number/ }).fill('wanjiru');
  await page.getByText(/^1 patient found/).waitFor();
}

describe('the keys in the settings', () => {
  test('the hospital’s escrow key is added by keyboard, after a wrong one was refused', async () => {
    const { page } = here;
    await go(page, 'Settings');
    await panel(page).getByRole('button', { name: 'Add an escrow key …' }).press('Enter');
    await page.keyboard.type('Safe of the county hospital');
    await page.keyboard.press('Tab');
    await page.keyboard.type('not a key');
    await panel(page).getByRole('button', { name: 'Add this key' }).press('Enter');
    await page.getByText('This is not an X25519 key.').waitFor();
    expect(await look(here, 'escrow-add')).toEqual([]);
    await panel(page).getByLabel('Public key').fill(escrow.publicKey);
    await panel(page).getByRole('button', { name: 'Add this key' }).press('Enter');
    await panel(page).getByText('Safe of the county hospital').waitFor();
  });

  test('the vault key is made anew, and what was open goes on', async () => {
    const { page } = here;
    await panel(page).getByRole('button', { name: 'New vault key …' }).press('Enter');
    await page.getByText('Make a new vault key?').waitFor();
    expect(await look(here, 'rotate')).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText('The vault has a new key.', { exact: false }).waitFor();
    await panel(page).getByText('number 2', { exact: false }).waitFor();
    expect(await look(here, 'rotated')).toEqual([]);
    await isThere(page);
  });
});

describe('on a new computer', () => {
  beforeAll(async () => {
    await here.close();
    cpSync(home, stick, { recursive: true, filter: (path) => !path.includes('device-keys') });
    there = await opened({});
  });
  const page = () => {
    if (!there) throw new Error('the new computer is not there');
    return there.page;
  };

  test('a folder without a vault is said to be one', async () => {
    await page().getByRole('button', { name: 'Bring a vault' }).press('Enter');
    await dialogsAnswer(there as Application, tmpdir());
    await page().keyboard.press('Enter');
    await page().getByText('There is no vault in this folder.').waitFor();
  });

  test('the vault comes by the escrow key of the hospital, when code and passwords are lost', async () => {
    const vault = readdirSync(stick, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('vault.keys')) ?? '';
    await dialogsAnswer(there as Application, join(stick, vault, '..'));
    await page().getByRole('button', { name: 'Choose the folder …' }).press('Enter');
    await page().getByText('There is a vault here', { exact: false }).waitFor();
    await page().getByLabel('Recovery code').fill('AAAA-BBBB');
    await page().getByLabel('Your user name').fill(person.userName);
    await page().getByLabel('New password').fill('quite another river stone');
    await page().getByRole('button', { name: 'Copy and open' }).press('Enter');
    await page().getByText('The recovery code is not right.').waitFor();
    expect(await look(there as Application, 'bring-wrong')).toEqual([]);
    await page().getByRole('button', { name: 'Use the escrow key of the hospital instead' }).press('Enter');
    await page().setInputFiles('input[type=file]', {
      name: 'county-hospital.pem',
      mimeType: 'application/x-pem-file',
      buffer: Buffer.from(escrow.privateKey),
    });
    await page().getByText('county-hospital.pem').waitFor();
    expect(await look(there as Application, 'bring-escrow')).toEqual([]);
    await page().getByRole('button', { name: 'Copy and open' }).press('Enter');
    await page().getByText('This machine has a new key for the vault').waitFor();
    await page().getByRole('list', { name: 'Lamplight recovery code' }).waitFor();
    expect(await look(there as Application, 'brought')).toEqual([]);
    await page().getByRole('button', { name: 'The new code is printed' }).press('Enter');
    await page().getByRole('heading', { name: 'Today' }).waitFor();
    await isThere(page());
  });
});

describe('a machine whose key for the vault', () => {
  const keys = join(home, 'device-keys');
  async function signIn(application: Application, password: string): Promise<void> {
    await application.page.getByLabel('User name').fill(person.userName);
    await application.page.getByLabel('Password', { exact: true }).fill(password);
    await application.page.keyboard.press('Enter');
  }

  test('is missing says so and leads to the recovery code, by keyboard; the records are there and still encrypted', async () => {
    for (const name of readdirSync(keys)) rmSync(join(keys, name));
    here = await opened({ home });
    await signIn(here, person.password);
    const { page } = here;
    await page.getByText("This machine's key for the vault is missing.").waitFor();
    await page.getByText('The records are intact and encrypted.', { exact: false }).waitFor();
    expect(await look(here, 'key-missing')).toEqual([]);
    // Nothing was made in silence.
    expect(readdirSync(keys)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Open with the recovery code' }).waitFor();
    await page.getByLabel('User name').fill(person.userName);
    await page.getByLabel('Recovery code').fill(code.toLowerCase());
    await page.getByLabel('New password').fill('meadow lantern copper nine');
    await page.keyboard.press('Enter');
    await page.getByText('This machine has a new key for the vault').waitFor();
    // No way leads past the new code.
    expect(await page.getByRole('button', { name: 'Sign in with the password instead' }).count()).toBe(0);
    code = (await page.getByRole('list', { name: 'Lamplight recovery code' }).locator('code').allTextContents()).join('-');
    await page.getByRole('button', { name: 'The new code is printed' }).press('Enter');
    await page.getByRole('heading', { name: 'Today' }).waitFor();
    await isThere(page);
    await here.close();
  });

  test('is another one than the vault was set up with says so, and nothing is changed by it', async () => {
    const [file = ''] = readdirSync(keys);
    writeFileSync(join(keys, file), 'ab'.repeat(32));
    here = await opened({ home });
    await signIn(here, 'meadow lantern copper nine');
    await here.page.getByText('The key that this machine keeps for the vault is another one', { exact: false }).waitFor();
    expect(await look(here, 'key-changed')).toEqual([]);
    expect(existsSync(join(keys, file))).toBe(true);
    await here.page.keyboard.press('Enter');
    await here.page.getByRole('heading', { name: 'Open with the recovery code' }).waitFor();
    await here.page.getByRole('button', { name: 'Sign in with the password instead' }).press('Enter');
    await here.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});
