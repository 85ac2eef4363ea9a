/** Asking the knowledge base, on a chart and without one. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { go, look, register, setUpClinic } from './clinic.ts';
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

test('answers on a chart in cited sentences, and a citation opens its passage', async () => {
  const { page } = application;
  await page.keyboard.press('c');
  const panel = page.getByRole('complementary');
  await panel.getByText(/are replaced before anything leaves this machine/).waitFor();
  await panel.getByLabel('Your question').fill('How is diabetic retinopathy treated?');
  await page.keyboard.press('Control+Enter');
  await panel.getByText(/nothing left it/).waitFor();
  const citation = panel.getByRole('button', { name: /^Passage \d+:/ }).first();
  const number = /\[\d+\]/.exec((await citation.textContent()) ?? '')?.[0] ?? '';
  await citation.press('Enter');
  const passage = panel
    .getByRole('listitem')
    .filter({ hasText: number })
    .filter({ hasText: /https?:/ });
  await passage.getByText(/retrieved/).waitFor();
  expect(await passage.getByRole('button').evaluate((button) => button === document.activeElement)).toBe(true);
  expect(await look(application, 'coach-panel')).toEqual([]);
});

test('suggests what to ask next, and asks it by one press', async () => {
  const { page } = application;
  await go(page, 'Coach');
  await page.getByRole('heading', { level: 1, name: 'Coach' }).waitFor();
  await page.getByLabel('Your question').fill('How is diabetic retinopathy treated?');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  const next = page.getByRole('region', { name: 'Ask next' }).getByRole('button').first();
  const question = (await next.textContent()) ?? '';
  expect(await look(application, 'coach')).toEqual([]);
  await next.click();
  await page.getByText('You asked').locator('xpath=..').getByText(question, { exact: true }).waitFor();
});

test('says so when the question is not a clinical one', async () => {
  const { page } = application;
  await page.getByLabel('Your question').fill('Who won the football world cup?');
  await page.keyboard.press('Control+Enter');
  await page.getByText('No answer', { exact: true }).waitFor();
  expect(await look(application, 'coach-refused')).toEqual([]);
});
