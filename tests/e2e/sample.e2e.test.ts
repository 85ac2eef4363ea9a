/** What somebody who only looks around would lose: a clinic to look at, the mark that nobody in it is real, and the way back in. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { go, look, tab } from './clinic.ts';
import { type Application, launch } from './harness.ts';

let application: Application;

beforeAll(async () => {
  application = await launch();
  application.page.setDefaultTimeout(20_000);
});

afterAll(async () => {
  await application.close();
});

test('a sample clinic makes itself, with progress, and opens', async () => {
  const { page } = application;
  await page.getByRole('button', { name: 'Open a sample clinic' }).click();
  await page.getByRole('progressbar').waitFor();
  await page.getByRole('heading', { name: 'Today' }).waitFor({ timeout: 120_000 });
  await page.getByText('SAMPLE CLINIC', { exact: true }).waitFor();
  expect(await look(application, 'sample-today')).toEqual([]);
});

test('its readings lead to the chart, where the mark stays', async () => {
  const { page } = application;
  await page
    .getByRole('region', { name: /^Readings to decide/ })
    .getByRole('link')
    .first()
    .press('Enter');
  await page.getByRole('region', { name: 'Patient' }).waitFor();
  await tab(page, 'Images');
  await page
    .getByRole('link', { name: /eye photograph/i })
    .first()
    .waitFor();
  await page.getByText('SAMPLE CLINIC', { exact: true }).waitFor();
  expect(await look(application, 'sample-images')).toEqual([]);
});

test('locks from the menu, and tells how to come back', async () => {
  const { app, page } = application;
  await app.evaluate(({ Menu }) => {
    const items = Menu.getApplicationMenu()?.items.flatMap((menu) => menu.submenu?.items ?? []) ?? [];
    items.find((item) => item.label === 'Lock')?.click();
  });
  await page.getByRole('heading', { name: 'Locked' }).waitFor();
  const hint = await page.getByText(/^This is the sample clinic/).textContent();
  await page.getByLabel('Password', { exact: true }).fill(/“(.+)”/.exec(hint ?? '')?.[1] ?? '');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByRole('heading', { level: 1, name: 'Images' }).waitFor();
  await go(page, 'Today');
});
