/** Scanning a letter: from the file to a line in the chart, and back to the letter by its words. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { go, look, register, setUpClinic, tab } from './clinic.ts';
import { type Application, launch } from './harness.ts';

let application: Application;

beforeAll(async () => {
  application = await launch();
  application.page.setDefaultTimeout(20_000);
  await setUpClinic(application.page);
  await register(application.page, { family: 'Achieng', given: 'Grace', birthDate: '1972-04-09', sex: 'female' });
});

afterAll(async () => {
  await application.close();
});

test('a photographed prescription is taken for a letter and read word by word', async () => {
  const { page } = application;
  await tab(page, 'Letters');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(join(root, 'resources', 'sample-letters', 'prescription-photo.jpg'));
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Taken for: Letter').waitFor();
  await dialog.getByRole('button', { name: 'Take it' }).click();
  await dialog.getByRole('link', { name: 'Open the letter' }).click({ timeout: 120_000 });
  await page.getByText('Page 1 of 1').waitFor();
  await page.getByRole('img', { name: 'Page 1 of the letter, straightened' }).waitFor();
  await expect.poll(() => page.getByRole('main').locator('svg rect').count()).toBeGreaterThan(20);
  expect(await look(application, 'letter')).toEqual([]);
});

test('a word on the page is put right, and the letter keeps it', async () => {
  const { page } = application;
  const words = page.getByRole('region', { name: 'Words' });
  const field = words.getByLabel('Word as read');
  await page.getByRole('main').locator('svg rect').nth(1).click();
  const read = await field.inputValue();
  expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
  expect(await look(application, 'letter-word')).toEqual([]);
  await field.fill(`${read}x`);
  await field.press('Enter');
  await page.getByRole('region', { name: 'Text of the page' }).getByText(`${read}x`).first().waitFor();
});

test('a letter that names somebody else says so, and nothing is taken before somebody has looked', async () => {
  const { page } = application;
  const warning = page.getByRole('alert').filter({ hasText: 'This letter may be of another patient' });
  await warning.getByText('Oliver Placeholder', { exact: false }).waitFor();
  expect(await look(application, 'letter-other')).toEqual([]);
  await page
    .getByRole('region', { name: 'Offered for the chart' })
    .getByRole('button')
    .filter({ hasText: 'Medicine' })
    .first()
    .click();
  expect(await page.getByRole('button', { name: /^Take/ }).count()).toBe(0);
  await warning.getByRole('button', { name: 'It is of this patient' }).press('Enter');
  await warning.waitFor({ state: 'hidden' });
});

test('an offered line is shown in its place and taken into the chart by key', async () => {
  const { page } = application;
  await page.getByRole('heading', { level: 1 }).click();
  const offered = page.getByRole('region', { name: 'Offered for the chart' });
  const medicine = offered.getByRole('button').filter({ hasText: 'Medicine' }).first();
  await medicine.click();
  await expect.poll(() => medicine.getAttribute('aria-pressed')).toBe('true');
  expect(await look(application, 'letter-offered')).toEqual([]);
  await page.keyboard.press('a');
  await offered.getByText('In the chart').first().waitFor();
  await tab(page, 'Medicines');
  await page.getByRole('table').getByRole('row').nth(1).waitFor();
});

test('the letter is found by its words', async () => {
  const { page } = application;
  await go(page, 'Letters');
  await page.getByLabel('Find letters by their words').fill('tablet');
  const found = page.getByRole('region', { name: /^Letters found/ });
  await found.getByRole('link').filter({ hasText: 'ACHIENG' }).first().waitFor();
  expect(await look(application, 'letters')).toEqual([]);
  await found.getByRole('link').first().click();
  await page.getByText('Page 1 of 1').waitFor();
});

test('at twice the size nothing is cut', async () => {
  const { app, page } = application;
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(683, 600));
  await page.waitForFunction(() => window.innerWidth < 700);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await application.screenshot('narrow-letter');
});
