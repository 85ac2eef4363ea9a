/** What a scanner sends and nobody can take in: seen in the settings and in the archive screen, tried again, and discarded by keyboard. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { go, look, setUpClinic } from './clinic.ts';
import { sendContradiction } from './contradicting-scanner.ts';
import { type Application, launch } from './harness.ts';

let application: Application;
beforeAll(async () => {
  application = await launch();
  application.page.setDefaultTimeout(20_000);
  await setUpClinic(application.page);
});
afterAll(() => application.close());

test('an object that contradicts one that is here is set aside, tried again and discarded', async () => {
  const { page } = application;
  await go(page, 'Settings');
  const archives = page.getByRole('region', { name: 'Archives (PACS)' });
  await sendContradiction(page);
  const setAside = archives.getByRole('region', { name: 'Set aside' });
  await setAside.getByText('1 object was sent here and could not be taken in.', { exact: false }).waitFor();
  await setAside.getByRole('button', { name: 'Discard what SCANNER sent' }).scrollIntoViewIfNeeded();
  expect(await look(application, 'set-aside-settings')).toEqual([]);

  await go(page, 'Images');
  await page.getByRole('link', { name: 'Archive and worklist' }).click();
  const list = page.getByRole('list', { name: 'Set aside' });
  await list.getByRole('button', { name: 'Take in again what SCANNER sent' }).focus();
  await page.keyboard.press('Enter');
  // It contradicts what is here still.
  await list.getByRole('button', { name: 'Discard what SCANNER sent' }).focus();
  await list.getByText('SCANNER').waitFor();
  expect(await look(application, 'set-aside-archive')).toEqual([]);
  await list.getByRole('button', { name: 'Discard what SCANNER sent' }).click();
  await page.getByRole('dialog', { name: 'Discard 1 object from SCANNER?' }).waitFor();
  expect(await look(application, 'set-aside-discard')).toEqual([]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await list.waitFor({ state: 'detached' });
});
