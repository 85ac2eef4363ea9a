/** Reading an eye: from a dropped photograph to an accepted reading in the chart, by key. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { go, look, person, register, setUpClinic, tab } from './clinic.ts';
import { type Application, launch } from './harness.ts';

let application: Application;

beforeAll(async () => {
  application = await launch();
  application.page.setDefaultTimeout(30_000);
  await setUpClinic(application.page);
  await register(application.page, { family: 'Njoroge', given: 'Samuel', birthDate: '1961-11-30', sex: 'male' });
});

afterAll(async () => {
  await application.close();
});

test('a dropped photograph is encrypted, read, and leads to its reading', async () => {
  const { page } = application;
  const photograph = readFileSync(join(root, 'resources', 'sample-images', 'fundus', 'idrid-train-339-grade-3.jpg'));
  const dataTransfer = await page.evaluateHandle((base64) => {
    const transfer = new DataTransfer();
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    transfer.items.add(new File([bytes], 'right-eye.jpg', { type: 'image/jpeg' }));
    return transfer;
  }, photograph.toString('base64'));
  const heading = page.getByRole('heading', { level: 1 });
  await heading.dispatchEvent('dragenter', { dataTransfer });
  await heading.dispatchEvent('drop', { dataTransfer });
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Taken for: Photograph').waitFor();
  await dialog.getByText('Right eye').click();
  await dialog.getByRole('button', { name: 'Take it' }).click();
  await dialog.getByRole('link', { name: 'Open the reading' }).click();
  await page.getByRole('heading', { level: 1, name: 'Eye photograph' }).waitFor();
  await page.getByText(/^Grade \d: /).waitFor();
  await page.getByRole('img', { name: 'Eye photograph of the patient' }).waitFor();
});

test('what the model said stands apart until a person has decided', async () => {
  const { page } = application;
  await page.getByRole('group', { name: /^Said by .*, not yet by a person$/ }).waitFor();
  expect(await look(application, 'reading')).toEqual([]);
  // The photograph and the decision are on screen together, without scrolling.
  const [height, status, accept] = await Promise.all([
    page.evaluate(() => window.innerHeight),
    page.getByRole('contentinfo').boundingBox(),
    page.getByRole('button', { name: /^Accept/ }).boundingBox(),
  ]);
  expect((accept?.y ?? height) + (accept?.height ?? 0)).toBeLessThan(status?.y ?? height);
});

test('the heat map lies on the photograph', async () => {
  const { page } = application;
  await page.keyboard.press('h');
  const slider = page.getByRole('slider', { name: 'Where the model looked' });
  await expect.poll(() => slider.inputValue()).not.toBe('0');
  await slider.press('End');
  await expect.poll(() => slider.inputValue()).toBe('100');
  const canvas = await page.locator('canvas').boundingBox();
  const picture = await page.getByRole('img', { name: 'Eye photograph of the patient' }).boundingBox();
  expect(canvas && picture && canvas.x < picture.x + picture.width && canvas.x + canvas.width > picture.x).toBe(true);
  expect(await look(application, 'reading-heat')).toEqual([]);
});

test('a change wants a reason, and can be left again', async () => {
  const { page } = application;
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('e');
  await page.getByLabel('Reason').waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Save the changed grade' }).isDisabled()).toBe(true);
  expect(await look(application, 'reading-change')).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByLabel('Reason').waitFor({ state: 'detached' });
});

test('it is accepted by key, and the chart says by whom', async () => {
  const { page } = application;
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('a');
  await page.getByText(`Accepted by ${person.displayName}`).waitFor();
  expect(await page.getByRole('group', { name: /not yet by a person$/ }).count()).toBe(0);
  expect(await look(application, 'reading-accepted')).toEqual([]);
  await tab(page, 'Images');
  await page.getByRole('link').filter({ hasText: 'Accepted' }).waitFor();
});

test('nothing waits on Today afterwards', async () => {
  await go(application.page, 'Today');
  await application.page.getByText('No reading waits for your decision.').waitFor();
});

test('at twice the size nothing is cut', async () => {
  const { app, page } = application;
  await page.goBack();
  await page.getByRole('region', { name: 'Patient' }).waitFor();
  await tab(page, 'Images');
  await page.getByRole('link').filter({ hasText: 'Accepted' }).click();
  await page.getByText(/^Grade \d: /).waitFor();
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(683, 600));
  await page.waitForFunction(() => window.innerWidth < 700);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await application.screenshot('narrow-reading');
});
