/** A whole study laid on an open chart: asked before it is taken, and what names somebody else waits. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { go, look, register, setUpClinic, tab } from './clinic.ts';
import { type Application, launch } from './harness.ts';
import { dropSlices } from './made-dicom.ts';

/** More than are asked about one by one. */
const SLICES = 24;
let application: Application;

beforeAll(async () => {
  application = await launch();
  application.page.setDefaultTimeout(60_000);
  await setUpClinic(application.page);
  await register(application.page, { family: 'Njoroge', given: 'Samuel', birthDate: '1961-11-30', sex: 'male' });
  await tab(application.page, 'Images');
  await application.page.getByRole('heading', { level: 1, name: 'Images' }).waitFor();
});

afterAll(async () => {
  await application.close();
});

const lay = (name: string, birthDate: string, study: string) =>
  dropSlices(application.page, 'main h1', { slices: SLICES, size: 64, spacing: 1.6, name, birthDate, study });

test('the page says where it will go, and takes it when told', async () => {
  const { page } = application;
  await lay('NJOROGE^SAMUEL', '19611130', '1.2.826.0.1.3680043.10.511.5');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('They go into this chart.', { exact: false }).waitFor();
  expect(await look(application, 'lay-on-chart')).toEqual([]);
  await dialog.getByRole('button', { name: `Take all ${SLICES} files in` }).press('Enter');
  await dialog.getByText(`${SLICES} files were taken in`).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link').filter({ hasText: 'Made-up chest' }).waitFor();
  await page.getByRole('button', { name: 'Export the study' }).waitFor();
});

test("what names somebody else is in nobody's chart until a person decides", async () => {
  const { page } = application;
  await lay('PETROV^IVAN', '19510101', '1.2.826.0.1.3680043.10.511.6');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: `Take all ${SLICES} files in` }).press('Enter');
  await dialog.getByText('1 study waits for its patient.').waitFor();
  expect(await look(application, 'lay-on-chart-waits')).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => page.getByRole('link').filter({ hasText: 'Made-up chest' }).count()).toBe(1);
  await go(page, 'Images');
  await page.getByText('PETROV', { exact: false }).first().waitFor();
  // The chart it was laid on is offered, with what speaks against it.
  await page.getByText('laid on this chart').waitFor();
  await page.getByText('other name', { exact: true }).waitFor();
  expect(await look(application, 'lay-on-chart-review')).toEqual([]);
});
