/** A clinic whose disk broke: backed up by the screen on one machine, restored by the screen on another; and what the compliance officer prints. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { go, look, person, register, setUpClinic } from './clinic.ts';
import { type Application, launch } from './harness.ts';

let here: Application;
let there: Application | undefined;
let away: string;
let code: string;
const patient = { family: 'Wanjiru', given: 'Esther', birthDate: '1959-06-02', sex: 'female' } as const;

beforeAll(async () => {
  away = mkdtempSync(join(tmpdir(), 'lamplight-away-'));
  here = await launch();
  here.page.setDefaultTimeout(30_000);
  code = await setUpClinic(here.page);
  await register(here.page, patient);
});
afterAll(async () => {
  await here.close();
  await there?.close();
  rmSync(away, { recursive: true, force: true });
});

/** The system's own dialog cannot be driven: it answers as somebody would who chose this path. */
async function dialogsAnswer({ app }: Application, path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, path);
}

describe('backups in the settings', () => {
  test('there is none: the panel says what that means', async () => {
    const { page } = here;
    await go(page, 'Settings');
    await page.getByText('There is no backup').waitFor();
    expect(await look(here, 'backup-none')).toEqual([]);
  });

  test('a folder is chosen, and a backup is made and restored for a test, by keyboard', async () => {
    const { page } = here;
    await dialogsAnswer(here, away);
    await page.getByRole('button', { name: 'Choose a folder …' }).press('Enter');
    await page.getByText(away, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Back up now' }).press('Enter');
    await page.getByText(/^One was last restored for a test on/).waitFor();
    const made = page.getByRole('table', { name: 'Backups that were made' });
    await made.getByRole('row').filter({ hasText: 'Patients: 1, files: 0' }).waitFor();
    await page.getByLabel('Keep', { exact: true }).selectOption('the last 7');
    expect(await look(here, 'backup')).toEqual([]);
    await made.getByRole('button', { name: /^Restore the backup of/ }).press('Enter');
    await page.getByText('Restoring a backup for a test').waitFor();
  });
});

test('the check of compliance names what does not hold, and can be printed', async () => {
  const { page } = here;
  await go(page, 'Compli\u00ADance');
  await page.getByRole('button', { name: 'Check now' }).press('Enter');
  await page.getByRole('alert').getByText('1 thing does not hold').waitFor();
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  await row('Second factor of administrators').getByText('Does not hold').waitFor();
  await row('A backup that came back').getByText('Holds').waitFor();
  await row('Database encrypted').getByText('45 CFR 164.312(a)(2)(iv)').waitFor();
  await page.getByRole('button', { name: 'Print' }).waitFor();
  expect(await look(here, 'compliance')).toEqual([]);
});

test('another machine takes the records from the backup with the recovery code', async () => {
  there = await launch();
  const { page } = there;
  page.setDefaultTimeout(30_000);
  const [folder = ''] = readdirSync(away);
  const backup = readdirSync(join(away, folder)).find((name) => name.endsWith('.lamplight-backup')) ?? '';
  await dialogsAnswer(there, join(away, folder, backup));
  await page.getByRole('button', { name: 'Restore a backup' }).click();
  expect(await look(there, 'restore')).toEqual([]);
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByText('Choose the file of the backup', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Choose the backup …' }).press('Enter');
  await page.getByText(backup, { exact: false }).waitFor();
  await page.getByLabel('Recovery code').fill(code);
  await page.getByLabel('Your user name').fill('nobody');
  await page.getByLabel('New password').fill('quite another river stone');
  await page.getByLabel('New password').press('Enter');
  await page.getByText('The records are restored. Patients: 1, files: 0.').waitFor();
  await page.getByText('only the password was not set', { exact: false }).waitFor();
  await page.getByLabel('Your user name').fill(person.userName);
  await page.getByLabel('Your user name').press('Enter');
  await page.getByRole('list', { name: 'Lamplight recovery code' }).waitFor();
  expect(await look(there, 'restored')).toEqual([]);
  await page.getByRole('button', { name: 'The new code is printed' }).click();
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  await go(page, 'Patients');
  await page.getByRole('combobox', { name: /^Name, number/ }).fill('wanjiru');
  await page.getByText(/^1 patient found/).waitFor();
});
