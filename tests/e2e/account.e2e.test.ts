/** Synchronising, accounting for it and setting it up: what each screen says, and its commonest task. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { go, look, person, register, setUpClinic } from './clinic.ts';
import { type Application, launch } from './harness.ts';

let application: Application;

beforeAll(async () => {
  application = await launch();
  application.page.setDefaultTimeout(20_000);
  await setUpClinic(application.page);
  await register(application.page, { family: 'Wanjiru', given: 'Esther', birthDate: '1959-06-02', sex: 'female' });
});

afterAll(async () => {
  await application.close();
});

async function screen(heading: string, link = heading): Promise<void> {
  await go(application.page, link);
  await application.page.getByRole('heading', { level: 1, name: heading }).waitFor();
}

describe('synchronisation', () => {
  test('lists what waits, item by item', async () => {
    const { page } = application;
    await screen('Synchronisation', 'Sync');
    await page.getByText('This workstation is not paired with a server.', { exact: false }).waitFor();
    const items = page.getByRole('table', { name: 'Item by item' });
    await items
      .getByRole('row')
      .filter({ hasText: 'Patient' })
      .filter({ hasText: 'WANJIRU' })
      .getByText('Waiting')
      .first()
      .waitFor();
    expect(await look(application, 'sync')).toEqual([]);
    await page.getByLabel('Show', { exact: true }).selectOption('Refused');
    await page.getByText('No item is in this state.').waitFor();
  });

  test('says what is wrong with an enrolment code, and keeps what was typed', async () => {
    const { page } = application;
    await page.getByLabel('Address of the server').fill('https://localhost:1');
    await page.getByLabel('Enrolment code').fill('NOT-A-CODE');
    await page.getByLabel('Enrolment code').press('Enter');
    const alert = page.getByRole('alert');
    await alert.getByText('Nothing was sent and nothing has changed.').waitFor();
    await alert.getByText('Code enrolment-code-wrong').waitFor();
    await expect.poll(() => page.getByLabel('Address of the server').inputValue()).toBe('https://localhost:1');
    expect(await look(application, 'sync-wrong-code')).toEqual([]);
  });
});

describe('settings', () => {
  test('add a person whose roles are explained', async () => {
    const { page } = application;
    await screen('Settings');
    await page.getByRole('button', { name: 'Add a person' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Joseph Kamau');
    await dialog.getByLabel('User name').fill('joseph');
    await dialog.getByLabel('First password').fill('short');
    await dialog.getByRole('button', { name: 'Add this person' }).click();
    await dialog.getByText('Choose at least one role.').waitFor();
    await dialog.getByText(/characters? more (is|are) needed/).waitFor();
    expect(await look(application, 'settings-add-person')).toEqual([]);
    await dialog.getByLabel('Nurse').check();
    await dialog.getByLabel('First password').fill('paper window garden bicycle');
    await dialog.getByLabel('First password').press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('row').filter({ hasText: 'Joseph Kamau' }).getByText('Nurse').waitFor();
  });

  test('name where the key of the machine lies, and keep the time of the idle lock', async () => {
    const { page } = application;
    await page.getByText('In a protected file, because there is no keychain here', { exact: true }).waitFor();
    await page.getByLabel('Lock after nobody has touched it for').selectOption('10 minutes');
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.getByText('diabetic-retinopathy', { exact: false }).first().waitFor();
    expect(await look(application, 'settings')).toEqual([]);
    await screen('Today');
    await screen('Settings');
    await expect.poll(() => page.getByLabel('Lock after nobody has touched it for').inputValue()).toBe('10');
  });
});

describe('the audit', () => {
  test('lists who did what, newest first, and can be narrowed', async () => {
    const { page } = application;
    await screen('Audit');
    const entries = page.getByRole('table', { name: 'Entries' });
    await entries.getByRole('row').filter({ hasText: person.displayName }).first().waitFor();
    await page.getByLabel('Act', { exact: true }).selectOption('users.add');
    await entries.getByRole('row').nth(1).getByText('Created: Add a person').waitFor();
    await expect.poll(() => entries.getByRole('row').count()).toBe(2);
    await page.getByRole('button', { name: 'Clear' }).click();
  });

  test('verifies itself', async () => {
    const { page } = application;
    await page.getByRole('button', { name: 'Verify' }).press('Enter');
    await page.getByText(/^The log is whole: \d+ entries/).waitFor();
    expect(await look(application, 'audit')).toEqual([]);
  });

  test('says who has seen one record', async () => {
    const { page } = application;
    await page.getByLabel('Act', { exact: true }).selectOption('chart.summary');
    await page
      .getByRole('table', { name: 'Entries' })
      .getByTitle(/^Show only patient/)
      .first()
      .click();
    const seen = page.getByRole('region', { name: 'Who has seen this record' });
    await seen.getByRole('row').filter({ hasText: person.displayName }).waitFor();
    expect(await look(application, 'audit-seen')).toEqual([]);
  });
});

describe('at twice the size', () => {
  test('nothing is cut', async () => {
    const { app, page } = application;
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(683, 600));
    await page.waitForFunction(() => window.innerWidth < 700);
    for (const [link, heading] of [
      ['Coach', 'Coach'],
      ['Sync', 'Synchronisation'],
      ['Audit', 'Audit'],
      ['Settings', 'Settings'],
    ] as const) {
      await screen(heading, link);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
      await application.screenshot(`narrow-${link.toLowerCase()}`);
    }
  });
});
