/** Removing and its way back, holding, and erasing with a proof: by keyboard, as a clinician would. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokenRules } from '../fixtures/ips-rules.ts';
import { readPdf } from '../fixtures/read-pdf.ts';
import { go, look, register, setUpClinic, tab } from './clinic.ts';
import { type Application, launch } from './harness.ts';

let application: Application;
const home = mkdtempSync(join(tmpdir(), 'lamplight-test-'));

beforeAll(async () => {
  application = await launch();
  application.page.setDefaultTimeout(20_000);
  await setUpClinic(application.page);
  await register(application.page, { family: 'Quibbleworth', given: 'Zora', birthDate: '1931-02-27', sex: 'female' });
});

afterAll(async () => {
  await application.close();
  rmSync(home, { recursive: true, force: true });
});

/** Presses Tab until the element with this name has the focus, as somebody without a mouse would. */
async function tabTo(name: RegExp): Promise<void> {
  const { page } = application;
  for (let steps = 0; steps < 120; steps++) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') || document.activeElement?.textContent || '',
    );
    if (name.test(here.trim())) return;
  }
  throw new Error(`nothing called ${name} can be reached by Tab`);
}

test('a note is removed with a reason, brought back at once, and removed again', async () => {
  const { page } = application;
  await page.keyboard.press('n');
  await page.getByLabel('Title').fill('Round of the morning');
  await page.getByLabel('Text', { exact: true }).fill('Walks again.');
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Round of the morning' }).waitFor();

  const remove = async () => {
    await tabTo(/^Remove Round of the morning/);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Remove Round of the morning' });
    await dialog.getByRole('textbox', { name: 'Why' }).waitFor();
    await page.keyboard.type('Written on the wrong chart');
    return dialog;
  };
  const dialog = await remove();
  expect(await look(application, 'lifetime-remove')).toEqual([]);
  await tabTo(/^Remove$/);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('No notes yet.').waitFor();
  await page.getByText('Removed: Round of the morning').waitFor();
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await page.getByRole('link', { name: 'Round of the morning' }).press('Enter');
  await page.getByText('Walks again.').waitFor();
  await remove();
  await tabTo(/^Remove$/);
  await page.keyboard.press('Enter');
  await page.getByText('No notes yet.').waitFor();
});

test('the record says what was removed, by whom and why, and brings it back', async () => {
  const { page } = application;
  await tab(page, 'Record');
  const removed = page.getByRole('region', { name: /^Removed/ });
  await removed.getByText('Written on the wrong chart').waitFor();
  expect(await look(application, 'lifetime-record')).toEqual([]);
  await removed.getByRole('button', { name: 'Bring back Round of the morning' }).press('Enter');
  await removed.getByText('Nothing was removed from this chart.').waitFor();
});

test('a legal hold stands in the way of an erasure', async () => {
  const { page } = application;
  await page.getByRole('button', { name: 'Hold this record …' }).press('Enter');
  await page.keyboard.type('Letter of a lawyer');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Letter of a lawyer').waitFor();
  await page.getByRole('button', { name: 'Erase this patient …' }).press('Enter');
  await page.getByText('A legal hold lies on this record.', { exact: false }).waitFor();
  expect(await look(application, 'lifetime-held')).toEqual([]);
  await expect.poll(() => page.getByRole('button', { name: 'Go on' }).isDisabled()).toBe(true);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Lift …' }).press('Enter');
  await page.keyboard.type('Case closed');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Not held.').waitFor();
});

test('everything for the patient is put together', async () => {
  const { page } = application;
  await page.getByRole('button', { name: 'Put it together' }).press('Enter');
  await page.getByText(/^Ready: /).waitFor();
  await page.getByRole('button', { name: 'Save it …' }).waitFor();
});

test('the summary for whoever treats next is saved as paper and as a document', async () => {
  const { page, app } = application;
  for (const [button, name] of [
    ['Save as PDF …', 'summary.pdf'],
    ['Save as FHIR document …', 'summary.json'],
  ] as const) {
    await app.evaluate(
      ({ dialog }, filePath) => {
        dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog;
      },
      join(home, name),
    );
    await page.getByRole('button', { name: button }).press('Enter');
    await page.getByText(`Saved as ${join(home, name)}.`).waitFor();
  }
  expect(await look(application, 'lifetime-summary')).toEqual([]);
  expect((await readPdf(readFileSync(join(home, 'summary.pdf')))).text).toContain('QUIBBLEWORTH, Zora');
  expect(brokenRules(readFileSync(join(home, 'summary.json'), 'utf8'))).toEqual([]);
});

test('an erasure wants the name typed, and ends with a proof that can be printed', async () => {
  const { page } = application;
  await page.getByRole('button', { name: 'Erase this patient …' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Erase the record of Zora Quibbleworth' });
  await dialog.getByLabel('Reason, without the name').waitFor();
  expect(await look(application, 'lifetime-erase')).toEqual([]);
  await page.keyboard.type('Asked for in writing');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('Name of the patient').waitFor();
  await page.keyboard.type('Zora Quibble');
  await page.keyboard.press('Enter');
  await dialog.getByText('The name that was typed is not the name of this patient.').waitFor();
  expect(await look(application, 'lifetime-erase-name')).toEqual([]);
  await dialog.getByLabel('Name of the patient').fill('');
  await page.keyboard.type('Zora Quibbleworth');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Proof of erasure' }).waitFor();
  await page.getByText('As it was signed.').waitFor();
  await expect.poll(() => page.getByRole('main').textContent()).not.toContain('Quibbleworth');
  expect(await look(application, 'lifetime-proof')).toEqual([]);
});

test('retention lists the erasure and the rules, and takes other years', async () => {
  const { page } = application;
  await page.keyboard.press('g');
  await page.keyboard.press('k');
  await page.getByRole('heading', { level: 1, name: 'Retention' }).waitFor();
  await page.getByRole('link', { name: /^Proof of the erasure/ }).waitFor();
  const years = page.getByLabel('Years: Records of adults');
  await years.fill('15');
  await years.press('Enter');
  await page.getByText(/^Set by Amina Otieno/).waitFor();
  await page.getByRole('button', { name: 'Look through all records' }).press('Enter');
  await page.getByText(/^Last looked through/).waitFor();
  expect(await look(application, 'lifetime-retention')).toEqual([]);
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.getByRole('heading', { level: 1, name: 'Patients' }).waitFor();
  expect(await page.getByText('QUIBBLEWORTH', { exact: false }).count()).toBe(0);
});

test('at twice the size nothing is cut', async () => {
  const { app, page } = application;
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(683, 600));
  await page.waitForFunction(() => window.innerWidth < 700);
  // Away from the field of the search, where letters are letters.
  await go(page, 'Today');
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('k');
  await page.getByRole('heading', { level: 1, name: 'Retention' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await application.screenshot('narrow-lifetime');
});
