/** A study from files dropped to a signed report, by keyboard: paging, window, measuring, key image, report; and all of it there again later. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPdf } from '../fixtures/read-pdf.ts';
import { go, look, person, register, setUpClinic } from './clinic.ts';
import { type Application, launch } from './harness.ts';
import { dropSlices } from './made-dicom.ts';

const SLICES = 12;
let application: Application;

beforeAll(async () => {
  application = await launch();
  application.page.setDefaultTimeout(60_000);
  await setUpClinic(application.page);
  await register(application.page, { family: 'Njoroge', given: 'Samuel', birthDate: '1961-11-30', sex: 'male' });
});

afterAll(async () => {
  await application.close();
});

test('dropped slices come in, and wait where it is in doubt whose they are', async () => {
  const { page } = application;
  await go(page, 'Images');
  await page.getByText('No imaging studies of patients in your care.', { exact: false }).waitFor();
  const wanted = {
    slices: SLICES,
    size: 128,
    spacing: 0.8,
    name: 'NJOROGE^SAMUEL',
    birthDate: '19611130',
    study: '1.2.826.0.1.3680043.10.511.1',
  };
  await dropSlices(page, 'main h1 ~ *, main section', wanted);
  await page.getByText(`${SLICES} files were taken in`).or(page.getByText('1 study waits for its patient.')).waitFor();
  await page.keyboard.press('Escape');
  const choose = page
    .getByRole('button', { name: 'It is this one' })
    .or(page.getByRole('button', { name: 'Register as somebody new' }));
  const study = page.getByRole('list', { name: 'Studies' }).getByRole('link').filter({ hasText: 'Made-up chest' });
  await choose.first().or(study).first().waitFor();
  if ((await choose.count()) > 0) {
    expect(await look(application, 'imaging-review')).toEqual([]);
    await choose.first().click();
  }
  await study.waitFor();
  await expect.poll(() => study.textContent()).toContain('Not reported');
  expect(await look(application, 'imaging-worklist')).toEqual([]);
});

test('the study opens by key and is paged, windowed, turned and measured by key', async () => {
  const { page } = application;
  await page.getByRole('list', { name: 'Studies' }).getByRole('link').first().focus();
  await page.keyboard.press('Enter');
  await page.getByText(`1 of ${SLICES}`).first().waitFor();
  await page.keyboard.press('PageDown');
  await page.getByText(`11 of ${SLICES}`).first().waitFor();
  await page.keyboard.press('2');
  await page.getByText('W 1500 C -600').waitFor();
  await page.keyboard.press('h');
  expect(await letters()).toEqual(['L', 'R']);
  await page.keyboard.press('Space');
  await page.getByText('W 400 C 40').waitFor();
  expect(await letters()).toEqual(['R', 'L']);
  await page.keyboard.press('d');
  await page.keyboard.press('x');
  await page.getByText('Point 1 of 2').waitFor();
  await page.keyboard.press('Enter');
  for (let step = 0; step < 3; step++) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  await page.keyboard.press('k');
  await page.keyboard.press('s');
  // Thirty pixels of 0.8 mm.
  const mark = page
    .getByRole('complementary')
    .getByRole('button', { name: /Length 24\.0 mm/ })
    .first();
  await mark.waitFor();
  await page.getByLabel('In the record').waitFor();
  await page.getByRole('complementary').getByText(person.displayName).waitFor();
  expect(await look(application, 'imaging-viewer')).toEqual([]);
});

test('other cuts stand at the place of the first, with lines where they cut', async () => {
  const { page } = application;
  await page.keyboard.press('s');
  await page.keyboard.press('m');
  await page.getByText('64 of 128').or(page.getByText('65 of 128')).first().waitFor();
  await expect.poll(() => page.locator('main svg line').count()).toBeGreaterThan(0);
  expect(await look(application, 'imaging-cuts')).toEqual([]);
  await page.keyboard.press('m');
  await page.getByText(`of ${SLICES}`).first().waitFor();
  // What was measured once stands there once.
  await page.keyboard.press('s');
  await page.getByLabel('In the record').first().waitFor();
  await expect.poll(() => page.getByLabel('In the record').count()).toBe(1);
  await page.keyboard.press('s');
});

test('a report is written and signed by key, and can be added to', async () => {
  const { page } = application;
  await page.keyboard.press('f');
  const findings = page.getByLabel('Findings');
  await findings.waitFor();
  await page.getByLabel('Technique').fill('Slices without contrast.');
  await page.getByLabel('Comparison').fill('None.');
  await findings.fill('Both lungs are clear.');
  await page.getByLabel('Impression').fill('No acute finding.');
  expect(await look(application, 'imaging-report')).toEqual([]);
  await page.getByLabel('Impression').press('Control+Enter');
  const report = page.getByRole('article').filter({ hasText: 'Both lungs are clear.' });
  await report.getByText(`Signed by ${person.displayName}`).first().waitFor();
  await report.getByRole('button', { name: 'Add to it' }).click();
  await page.getByLabel('Addendum').fill('Seen again: a nodule of 4 mm.');
  await page.getByRole('button', { name: 'Sign the addendum' }).click();
  await report.getByText('Seen again: a nodule of 4 mm.').waitFor();
  expect(await look(application, 'imaging-report-signed')).toEqual([]);
});

test('the signed report prints with its key image and whose it is, and nothing of the window around it', async () => {
  const { page, app } = application;
  await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    // A printer is not at hand: that the shell was asked is noted instead.
    if (window) window.webContents.print = () => window.setTitle('asked to print');
  });
  await page.getByRole('article').getByRole('button', { name: 'Print' }).press('Enter');
  const asked = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle());
  await expect.poll(asked).toBe('asked to print');
  const pdf = Buffer.from(
    await app.evaluate(
      async ({ BrowserWindow }) =>
        (await BrowserWindow.getAllWindows()[0]?.webContents.printToPDF({ pageSize: 'A4' }))?.toString('base64') ?? '',
    ),
    'base64',
  );
  const { pages, text, pictures } = await readPdf(pdf);
  expect([pages, pictures]).toEqual([1, 1]);
  for (const part of [
    'NJOROGE, Samuel',
    'born 30 Nov 1961',
    'Both lungs are clear.',
    'CT 1, 11/12',
    'Seen again: a nodule of 4 mm.',
    `Signed by ${person.displayName}`,
    `Printed by ${person.displayName}`,
  ])
    expect(text).toContain(part);
  for (const part of ['Today', 'Sign the addendum', 'W 400', 'Save as PDF']) expect(text).not.toContain(part);
});

test('an earlier examination begins at the same place of the body', async () => {
  const { page } = application;
  await go(page, 'Images');
  // Every 5 mm from 14 mm below: 22 mm, where the twelfth slice lies, is nearest to its eighth.
  await dropSlices(page, 'main h1 ~ *, main section', {
    slices: 9,
    size: 64,
    spacing: 1.6,
    name: 'NJOROGE^SAMUEL',
    birthDate: '19611130',
    study: '1.2.826.0.1.3680043.10.511.2',
    date: '20260210',
    step: 5,
    from: -14,
  });
  await page.getByText('9 files were taken in').or(page.getByText('1 study waits for its patient.')).waitFor();
  await page.keyboard.press('Escape');
  const studies = page.getByRole('list', { name: 'Studies' }).getByRole('link');
  const choose = page.getByRole('button', { name: 'It is this one' });
  await choose.or(studies.nth(1)).first().waitFor();
  if ((await choose.count()) > 0) await choose.first().click();
  await studies.nth(1).waitFor();
  const newest = page.getByRole('list', { name: 'Studies' }).getByRole('link').first();
  await newest.getByText('Reported', { exact: true }).waitFor();
  await newest.click();
  await page.getByText(`1 of ${SLICES}`).first().waitFor();
  await page.keyboard.press('End');
  await page.getByText(`${SLICES} of ${SLICES}`).first().waitFor();
  await page.keyboard.press('b');
  await page.getByText('8 of 9').first().waitFor();
  await page.getByText('Place 21.0 mm').or(page.getByText('Place 21 mm')).first().waitFor();
  expect(await look(application, 'imaging-prior')).toEqual([]);
  // They go on together: 4 mm back lies nearest to the slice before.
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.getByText('7 of 9').first().waitFor();
});

test('measurement, key image and report are there when the study is opened again', async () => {
  const { page } = application;
  await go(page, 'Images');
  const study = page.getByRole('list', { name: 'Studies' }).getByRole('link').first();
  await study.getByText('Reported', { exact: true }).waitFor();
  await study.click();
  await page.getByText(`of ${SLICES}`).first().waitFor();
  await page.getByRole('button', { name: 'Measurements and key images' }).click();
  await page
    .getByRole('complementary')
    .getByRole('button', { name: /Length 24\.0 mm/ })
    .first()
    .click();
  await page.getByText(`11 of ${SLICES}`).first().waitFor();
});

/** At the left and right edge of the picture. */
async function letters(): Promise<(string | null)[]> {
  const { page } = application;
  return Promise.all(['left', 'right'].map((edge) => page.locator(`[class*="_${edge}_"]`).first().textContent()));
}
