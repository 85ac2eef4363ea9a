/** The sample clinic: every screen with data, and what models said on it. */
import { answerPassword, go } from '../clinic.ts';
import { archivePictures } from './archive.ts';
import type { Camera, Picture } from './camera.ts';
import { chartTabs, skeleton, tabAddress } from './places.ts';

/** Reading all sample photographs and letters. */
const sampleMs = 180_000;
const question = 'How is diabetic retinopathy treated?';

export async function pictureSampleClinic(camera: Camera): Promise<void> {
  const { page, take } = camera;
  await answerPassword(page, 'look around 2026');
  await take([
    [
      'setup-sample',
      async () => {
        await camera.button('Open a sample clinic').click();
        await page.getByRole('progressbar').waitFor();
        // It would be done before the last of the four.
        camera.freeze();
      },
    ],
    [
      'today-data',
      async () => {
        camera.thaw();
        await page.getByRole('heading', { name: 'Today' }).waitFor({ timeout: sampleMs });
      },
    ],
  ]);
  const reading = await firstAddress(camera, page.getByRole('region', { name: /^Readings to decide/ }));
  await go(page, 'Letters');
  await page.getByLabel('Find letters by their words').fill('tablet');
  const letter = await firstAddress(camera, page.getByRole('region', { name: /^Letters found/ }));
  await take([
    ['letters-found', () => Promise.resolve()],
    ...records(camera, reading, letter),
    ...models(camera, reading, letter),
    ...rest(camera, chartOf(reading)),
  ]);
}

function chartOf(address: string): string {
  return /^\/patient\/[^/]+/.exec(address)?.[0] ?? '';
}

async function firstAddress({ page }: Camera, region: ReturnType<Camera['page']['getByRole']>): Promise<string> {
  const href = await region.getByRole('link').first().getAttribute('href');
  if (!href) throw new Error(`No link on ${page.url()}`);
  return href.replace(/^.*#/, '');
}

function records({ page, at, shutDialog, freeze, thaw }: Camera, reading: string, letter: string): Picture[] {
  const chart = chartOf(reading);
  return [
    ['patients-data', () => at('/patients')],
    [
      'patients-found',
      () =>
        page
          .getByRole('combobox', { name: /^Name, number/ })
          .fill('an')
          .then(() => page.getByText(/patients? found$/).waitFor()),
    ],
    [
      'chart-loading',
      () =>
        Promise.resolve(freeze())
          .then(() => at(chart))
          .then(() => skeleton(page).waitFor()),
    ],
    ['summary-data', () => Promise.resolve(thaw())],
    ...chartTabs
      .filter((tab) => tab !== 'summary' && tab !== 'vitals')
      .map((tab): Picture => [`${tab}-data`, () => at(tabAddress(tab === 'letters' ? chartOf(letter) : chart, tab))]),
    ['vitals-data', () => at(tabAddress(chart, 'vitals')).then(() => page.locator('main canvas').last().waitFor())],
    [
      'note-data',
      async () => {
        await at(tabAddress(chart, 'notes'));
        await page.locator(`main a[href*="/notes/"]:not([href$="/new"])`).first().click();
        await page.getByRole('link', { name: 'All notes' }).waitFor();
      },
    ],
    [
      'palette-found',
      async () => {
        await page.keyboard.press('Control+k');
        await page.getByRole('dialog').getByRole('combobox').fill('an');
        await page.getByRole('dialog').getByRole('option').nth(3).waitFor();
      },
    ],
    ['today-recent', () => shutDialog().then(() => at('/'))],
  ];
}

function models({ page, at }: Camera, reading: string, letter: string): Picture[] {
  const heading = page.getByRole('heading', { level: 1 });
  return [
    [
      'letter-data',
      async () => {
        await at(letter);
        await page.getByRole('img', { name: /^Page 1 of the letter/ }).waitFor();
        await page.getByRole('region', { name: 'Offered for the chart' }).waitFor();
      },
    ],
    ['letter-word', () => heading.click().then(() => page.keyboard.press('n'))],
    ['reading-data', () => at(reading).then(() => page.getByRole('img', { name: 'Eye photograph of the patient' }).waitFor())],
    ['reading-heat', () => heading.click().then(() => page.keyboard.press('h'))],
    [
      'reading-change',
      () =>
        heading
          .click()
          .then(() => page.keyboard.press('e'))
          .then(() => page.getByLabel('Reason').waitFor()),
    ],
    [
      'reading-accepted',
      () =>
        page.keyboard
          .press('Escape')
          .then(() => heading.click())
          .then(() => page.keyboard.press('a'))
          .then(() => page.getByText(/^Accepted by/).waitFor()),
    ],
    [
      'panel-answer',
      async () => {
        await at(chartOf(reading));
        await page.getByRole('heading', { level: 1, name: 'Summary' }).click();
        await page.keyboard.press('c');
        await ask(page.getByRole('complementary'));
      },
    ],
    ['coach-answer', () => at('/coach').then(() => ask(page.getByRole('main')))],
    [
      'coach-refused',
      async () => {
        await page.getByLabel('Your question').fill('Who won the football world cup?');
        await page.keyboard.press('Control+Enter');
        await page.getByText('No answer', { exact: true }).waitFor();
      },
    ],
  ];
}

async function ask(where: ReturnType<Camera['page']['getByRole']>): Promise<void> {
  await where.getByLabel('Your question').fill(question);
  await where.getByLabel('Your question').press('Control+Enter');
  await where
    .getByRole('button', { name: /^Passage \d+:/ })
    .first()
    .waitFor();
}

function rest(camera: Camera, chart: string): Picture[] {
  const { page, at, button } = camera;
  return [
    ['sync-data', () => at('/sync')],
    ['incidents-data', () => at('/incidents')],
    ['batches-empty', () => at('/batches')],
    ['retention-data', () => at('/retention')],
    ['audit-data', () => at('/audit')],
    [
      'audit-verified',
      () =>
        button('Verify')
          .click()
          .then(() => page.getByText(/^The log is whole/).waitFor()),
    ],
    [
      'audit-seen',
      () =>
        page
          .getByRole('table', { name: 'Entries' })
          .getByTitle(/^Show only patient/)
          .first()
          .click()
          .then(() => page.getByRole('region', { name: 'Who has seen this record' }).waitFor()),
    ],
    ['settings-data', () => at('/settings')],
    ['archive-empty', () => at('/archive')],
    ...archivePictures(camera),
    ['compliance-empty', () => at('/compliance')],
    [
      'compliance-data',
      () =>
        button('Check now')
          .click()
          .then(() => page.getByRole('table', { name: 'Compliance' }).waitFor()),
    ],
    [
      'person-menu',
      () =>
        at(chart)
          .then(() => page.getByRole('button', { name: /^Signed in as/ }).click())
          .then(() => page.getByRole('menuitem', { name: 'Sign out' }).waitFor()),
    ],
  ];
}
