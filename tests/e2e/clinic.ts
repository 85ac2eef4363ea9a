/** What several end-to-end tests do before their own subject begins, and how each screen is looked at. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import type { Application } from './harness.ts';

export const person = {
  clinic: 'Lakeside Health Centre',
  displayName: 'Amina Otieno',
  userName: 'amina',
  password: 'river stone candle mango',
};

/** Sets a clinic up as its first administrator would; ends on Today. Answers with the recovery code. */
export async function setUpClinic(page: Page): Promise<string> {
  await createVault(page);
  return confirmCode(page);
}

/** Ends where the recovery code is shown. */
export async function createVault(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Create the vault' }).click();
  await page.getByLabel('Name of the clinic').fill(person.clinic);
  await page.getByLabel('Your name').fill(person.displayName);
  await page.getByLabel('User name').fill(person.userName);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByLabel('Password again').fill(person.password);
  await page.getByRole('button', { name: 'Create the vault' }).click();
  await page.getByRole('heading', { name: 'Print the recovery code' }).waitFor();
}

/** Types what was asked of the code back; ends on Today. Answers with the code. */
export async function confirmCode(page: Page): Promise<string> {
  const groups = await page.getByRole('list', { name: 'Lamplight recovery code' }).locator('code').allTextContents();
  await page.getByRole('button', { name: 'It is on paper: go on' }).click();
  await page
    .getByLabel(/^Group \d+$/)
    .first()
    .waitFor();
  for (const field of await page.getByLabel(/^Group \d+$/).all()) {
    const label = await field.evaluate((input) => (input as HTMLInputElement).labels?.[0]?.textContent ?? '');
    await field.fill(groups[Number(/\d+/.exec(label)?.[0]) - 1] ?? '');
  }
  await page.getByRole('button', { name: 'Check and open Lamplight' }).click();
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  return groups.join('-');
}

/** Types the password wherever the page asks for it again: in what takes longer than a password holds. */
export async function answerPassword(page: Page, password = person.password): Promise<void> {
  const question = page.getByRole('dialog', { name: 'Your password again' });
  await page.addLocatorHandler(question, async () => {
    await question.getByLabel(/^Password of /).fill(password);
    await question.getByLabel(/^Password of /).press('Enter');
  });
}

export interface NewPatient {
  family: string;
  given: string;
  birthDate: string;
  sex: 'female' | 'male';
}

/** Types the form of registration; does not send it. */
export async function fillRegistration(page: Page, { family, given, birthDate, sex }: NewPatient): Promise<void> {
  await page.getByRole('heading', { name: 'Register a patient' }).waitFor();
  await page.getByLabel('Family name').fill(family);
  await page.getByLabel('Given names').fill(given);
  await page.getByLabel('Birth date').fill(birthDate);
  await page.getByLabel('Sex').selectOption(sex);
}

/** Registers somebody whom nobody resembles; ends on the summary of the new chart. */
export async function register(page: Page, patient: NewPatient): Promise<void> {
  await go(page, 'Today');
  await page.getByRole('button', { name: 'Register a patient' }).click();
  await fillRegistration(page, patient);
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await page.getByRole('heading', { name: 'Summary' }).waitFor();
}

/** By the rail. */
export async function go(page: Page, screen: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click();
}

/** By the tabs of the chart. */
export async function tab(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Chart' }).getByRole('link', { name }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Keeps a picture of the screen in both themes, and answers with the faults that axe calls serious or critical. */
export async function look(application: Application, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const theme of ['dark', 'light'] as const) {
    await application.theme(theme);
    await application.page.waitForFunction((scheme) => document.documentElement.dataset.mantineColorScheme === scheme, theme);
    // Colours fade; a contrast measured half way means nothing. What turns while something is under way turns on.
    await application.page.evaluate(async (patienceMs) => {
      const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
      const ended = Promise.all(ending.map((animation) => animation.finished.catch(() => {})));
      await Promise.race([ended, new Promise((enough) => setTimeout(enough, patienceMs))]);
    }, 10_000);
    await application.screenshot(`${name}-${theme}`);
    faults.push(...(await seriousFaults(application.page)).map((fault) => `${theme}: ${fault}`));
  }
  return faults;
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rule and element of each fault that axe calls serious or critical. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    // The script above has put it there.
    const { axe } = globalThis as unknown as {
      axe: {
        run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`),
      );
  });
}
