/** Steps 2 to 6 and 8, by mouse and keys as a clinician would. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { generateClinic } from '../../src-main/core/sample/generate.ts';
import { resourcesDir } from '../../src-node/places.ts';
import { characterErrors, squeezed } from '../accuracy/edit-distance.ts';
import { go, person, register, setUpClinic, tab } from '../e2e/clinic.ts';
import type { Application } from '../e2e/harness.ts';

type Facts = Promise<Record<string, unknown> | undefined>;

/** As the sample letter names her, so that it is hers. */
const PATIENT = { family: 'Samplewell', given: 'Harriet', birthDate: '1952-03-14', sex: 'female' } as const;
const TYPED = 'Sees less on the right since spring. Diabetes for twelve years.';

export async function setUp({ page }: Application): Facts {
  await page.getByRole('button', { name: 'Open a sample clinic' }).waitFor();
  await setUpClinic(page);
  return undefined;
}

export async function lockAndComeBack({ page }: Application): Facts {
  await register(page, PATIENT);
  await page.keyboard.press('n');
  await page.getByLabel('Text').fill(TYPED);
  await page
    .getByText(/^Draft saved/)
    .first()
    .waitFor();
  await page.keyboard.press('Control+l');
  await page.getByRole('heading', { name: 'Locked' }).waitFor();
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'New note' }).waitFor();
  await page.waitForFunction((text) => document.querySelector('textarea')?.value === text, TYPED);
  await page.getByLabel('Text').press('Control+Enter');
  await page.getByRole('heading', { name: `Signed by ${person.displayName}` }).waitFor();
  return undefined;
}

export async function findAPatient({ page, screenshot }: Application, out: string): Facts {
  const [made] = generateClinic({ patients: 1, seed: 7 }, Date.now()).patients;
  if (!made) throw new Error('no patient was generated');
  const bundle = { resourceType: 'Bundle', type: 'collection', entry: made.resources.map((resource) => ({ resource })) };
  const path = join(out, 'sample-bundle.json');
  writeFileSync(path, JSON.stringify(bundle));
  await go(page, 'Today');
  await page.keyboard.press('Control+o');
  const dialog = page.getByRole('dialog');
  await dialog.locator('input[type=file]').setInputFiles(path);
  await dialog.getByRole('button', { name: 'Take it' }).click();
  await dialog.getByRole('link', { name: 'Open the chart' }).click();
  await page.getByRole('heading', { name: 'Summary' }).waitFor();
  await screenshot('4-imported-chart');
  await go(page, 'Patients');
  const field = page.getByRole('searchbox').or(page.getByRole('combobox')).or(page.getByRole('textbox')).first();
  await field.fill(`${PATIENT.family.slice(0, 4)} ${PATIENT.birthDate.slice(0, 4)}`);
  await page.getByText('SAMPLEWELL, Harriet').first().waitFor();
  await page.getByText('SAMPLEWELL, Harriet').first().click();
  await page.getByRole('heading', { name: 'Summary' }).waitFor();
  return { imported: bundle.entry.length };
}

export async function readAnEye({ page }: Application): Facts {
  const folder = join(resourcesDir, 'sample-images', 'fundus');
  const photograph = readdirSync(folder).find((name) => name.includes('grade-3'));
  if (!photograph) throw new Error('no sample photograph');
  const started = performance.now();
  await give(page, 'Images', join(folder, photograph));
  const result = page.getByRole('region', { name: 'Reading', exact: true });
  await result.getByText(/^Grade \d: /).waitFor();
  const readingMs = Math.round(performance.now() - started);
  await page.getByLabel('Where the model looked').fill('60');
  const grade = await result.getByText(/^Grade \d: /).textContent();
  const referable = await result.getByText('Refer to an eye doctor').isVisible();
  await page.getByRole('button', { name: /^Accept/ }).click();
  await page.getByText(`Accepted by ${person.displayName}`).waitFor();
  return { reading: { photograph, grade, referable, msFromFileToScreen: readingMs } };
}

export async function scanALetter({ page }: Application): Facts {
  const folder = join(resourcesDir, 'sample-letters');
  const letter = readdirSync(folder)
    .filter((name) => /\.(pdf|jpe?g|png|tiff?)$/.test(name))
    .sort()[0];
  if (!letter) throw new Error('no sample letter');
  await give(page, 'Letters', join(folder, letter));
  await page.getByRole('region', { name: 'Offered for the chart' }).waitFor();
  const text = page.getByRole('region', { name: 'Text of the page' }).last();
  let read = await text.innerText();
  const next = page.getByRole('button', { name: 'Next page' });
  while (await next.isEnabled()) {
    const before = await text.innerText();
    await next.click();
    await page.waitForFunction(
      (was) => [...document.querySelectorAll('section[aria-label="Text of the page"]')].at(-1)?.textContent !== was,
      before,
    );
    read += `\n${await text.innerText()}`;
  }
  const truth = readFileSync(join(folder, letter.replace(/\.\w+$/, '.txt')), 'utf8');
  const offered = page.getByRole('region', { name: 'Offered for the chart' }).getByRole('listitem');
  const count = await offered.count();
  await offered.first().getByRole('button').first().click();
  await page.getByRole('button', { name: /^Take/ }).click();
  await page.getByText('In the chart').first().waitFor();
  return {
    letter: {
      file: letter,
      characterErrorRate: Math.round(characterErrors(squeezed(read), squeezed(truth)) * 10_000) / 10_000,
      offered: count,
    },
  };
}

export async function askTheCoach({ page }: Application): Facts {
  await go(page, 'Coach');
  const question = 'What are the early signs of diabetic retinopathy?';
  await page.getByLabel('Your question').fill(question);
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  const cited = page.getByRole('button', { name: /^Passage \d+: / });
  await cited.first().waitFor();
  const citations = await cited.count();
  const server = await page.getByText('Answered by the hospital server').isVisible();
  return { coaching: { question, citations, answeredBy: server ? 'server' : 'local' } };
}

/** Hands a file over on a tab of the open chart and follows it to its review. */
async function give(page: Page, tabName: string, path: string): Promise<void> {
  await tab(page, tabName);
  await page.locator('main input[type=file], input[type=file]').first().setInputFiles(path);
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^Taken for: /).waitFor();
  await dialog.getByRole('button', { name: 'Take it' }).click();
  await dialog.getByRole('link', { name: /^Open the/ }).click({ timeout: 180_000 });
}
