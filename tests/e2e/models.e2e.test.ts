/** Models and batches, by keyboard: a signed package is trusted, installed and made active; a film is read by it; unread pictures are read in a batch and reported. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { film, TINY_MODELS } from '../../src-main/core/reading/films.fixture.ts';
import { makePackage } from '../../src-main/core/reading/package.ts';
import { newEd25519 } from '../../src-node/chain-ports.ts';
import { go, look, person, register, setUpClinic, tab } from './clinic.ts';
import { type Application, launch } from './harness.ts';

let application: Application;
const scratch = mkdtempSync(join(tmpdir(), 'lamplight-models-'));
const key = newEd25519();
const packed = join(scratch, 'tiny.lamplight-model');

beforeAll(async () => {
  writeFileSync(packed, await makePackage(join(TINY_MODELS, 'tiny-films'), 'Kisumu imaging', key));
  application = await launch();
  application.page.setDefaultTimeout(30_000);
  await setUpClinic(application.page);
});
afterAll(async () => {
  await application.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** What the person would choose in the dialog of the system. */
const chooses = (path: string) =>
  application.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
  }, path);

/** Drops a picture on the chart and takes it in as what `target` names. */
async function drop(bytes: Uint8Array, target: string): Promise<void> {
  const { page } = application;
  const dataTransfer = await page.evaluateHandle((base64) => {
    const transfer = new DataTransfer();
    transfer.items.add(
      new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], 'film.jpg', { type: 'image/jpeg' }),
    );
    return transfer;
  }, Buffer.from(bytes).toString('base64'));
  const heading = page.getByRole('heading', { level: 1 });
  await heading.dispatchEvent('dragenter', { dataTransfer });
  await heading.dispatchEvent('drop', { dataTransfer });
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Goes to').selectOption({ label: target });
  await dialog.getByRole('button', { name: 'Take it' }).press('Enter');
}

async function openReading(): Promise<void> {
  const { page } = application;
  await page.getByRole('dialog').getByRole('link', { name: 'Open the reading' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Chest X-ray' }).waitFor();
}

test('a package is refused until its publisher is trusted, then installed and made active', async () => {
  const { page } = application;
  await go(page, 'Settings');
  await page.getByText('came with Lamplight').first().waitFor();
  await chooses(packed);
  const install = page.getByRole('button', { name: 'Install a package …' });
  await install.press('Enter');
  await page.getByText('signed by a publisher who is not trusted here').waitFor();
  await page.getByLabel('Publisher', { exact: true }).fill('Kisumu imaging');
  await page.getByLabel('Public key').fill(Buffer.from(key.publicKey).toString('base64'));
  await page.getByRole('button', { name: 'Trust this key' }).press('Enter');
  await page.getByRole('button', { name: 'Trust no longer: Kisumu imaging' }).waitFor();
  await install.press('Enter');
  await page.getByRole('button', { name: 'Let it read: tiny-films 1.0.0' }).press('Enter');
  await page.getByRole('list', { name: 'Versions of tiny-films' }).getByText('reads, from Kisumu imaging').waitFor();
  await page.getByRole('button', { name: 'Try out now' }).press('Enter');
  await page
    .getByText(/Nothing else can be used here|agrees with the CPU/)
    .first()
    .waitFor();
  expect(await look(application, 'models')).toEqual([]);
});

test("a child's film is read: yes or no, how likely, and for whom it holds", async () => {
  const { page } = application;
  await register(page, { family: 'Achieng', given: 'Grace', birthDate: `${new Date().getFullYear() - 3}-01-01`, sex: 'female' });
  await drop(await film({ middle: 220 }), 'Images: read as a chest X-ray');
  await openReading();
  await page.getByText('Signs of pneumonia', { exact: true }).waitFor();
  await page.getByText('Holds for children of 1 to 5 years only.').waitFor();
  expect(await look(application, 'film')).toEqual([]);
  await page.keyboard.press('h');
  await expect.poll(() => page.getByRole('slider', { name: 'Where the model looked' }).inputValue()).not.toBe('0');
  expect(await look(application, 'film-heat')).toEqual([]);
});

test('its answer is changed by key, with a reason', async () => {
  const { page } = application;
  await page.keyboard.press('h');
  await page.keyboard.press('e');
  await page.getByText('The answer becomes: No signs of pneumonia').waitFor();
  await page.getByLabel('Reason').fill('The child is turned to the left.');
  expect(await look(application, 'film-change')).toEqual([]);
  await page.getByRole('button', { name: 'Save the changed answer' }).press('Enter');
  await page.getByText(`Changed by ${person.displayName}: No signs of pneumonia`).waitFor();
  expect(await look(application, 'film-changed')).toEqual([]);
});

test("an adult's film is refused with a sentence and no figure, and the refusal can be rejected", async () => {
  const { page } = application;
  await register(page, { family: 'Ouma', given: 'Peter', birthDate: '1961-04-02', sex: 'male' });
  await drop(await film({ middle: 219 }), 'Images: read as a chest X-ray');
  await openReading();
  await page.getByText('reads only children of 1 to 5 years').waitFor();
  expect(await page.getByText('Probability of').count()).toBe(0);
  expect(await look(application, 'film-refused')).toEqual([]);
  await page.keyboard.press('r');
  await page.getByLabel('Reason').fill('Read by the radiologist on paper.');
  await page.getByRole('button', { name: 'Reject the reading' }).press('Enter');
  await page.getByText(`Rejected by ${person.displayName}`).waitFor();
  expect(await look(application, 'film-rejected')).toEqual([]);
});

test('unread pictures are read in a batch, and its report is saved', async () => {
  const { page } = application;
  await tab(page, 'Images');
  for (const middle of [60, 217]) {
    await drop(await film({ middle }), 'Images: kept without a reading');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().press('Enter');
  }
  await go(page, 'Batches');
  await page.getByText('You have not read a batch yet.').waitFor();
  expect(await look(application, 'batches')).toEqual([]);
  await page.getByRole('button', { name: 'Read 2 unread pictures' }).press('Enter');
  await page.getByText('2 pictures: 0 read, 2 refused').waitFor();
  expect(await look(application, 'batch')).toEqual([]);
  const csv = join(scratch, 'readings.csv');
  await chooses(csv);
  await page.getByRole('button', { name: 'Save as CSV …' }).press('Enter');
  await page.getByText(/^Saved as .*readings\.csv$/).waitFor();
  expect(readFileSync(csv, 'utf8').trim().split('\r\n')).toHaveLength(3);
  const pdf = join(scratch, 'readings.pdf');
  await chooses(pdf);
  await page.getByRole('button', { name: 'Save as PDF …' }).press('Enter');
  await page.getByText(/^Saved as .*readings\.pdf$/).waitFor();
  expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-');
});

test('a folder of pictures is read without touching a chart', async () => {
  const { page } = application;
  const folder = mkdtempSync(join(scratch, 'folder-'));
  for (const middle of [30, 200]) writeFileSync(join(folder, `film-${middle}.jpg`), await film({ middle }));
  writeFileSync(join(folder, 'broken.jpg'), 'not a picture');
  await page.getByRole('link', { name: 'All batches' }).press('Enter');
  await chooses(folder);
  await page.getByRole('button', { name: 'Read a folder …' }).press('Enter');
  await page.getByText('3 pictures: 2 read, 1 refused').waitFor();
  await page.getByRole('cell', { name: /^Signs of pneumonia/ }).waitFor();
  expect(await look(application, 'batch-folder')).toEqual([]);
});
