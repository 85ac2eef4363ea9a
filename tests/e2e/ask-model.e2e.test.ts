/** A model is asked in the viewer: about a child's chest film, about an extremity that it refuses, and about an eye; by keyboard. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dicomFile } from '../../src-main/core/sample/dicom-file.ts';
import { root } from '../../src-node/root.ts';
import { look, person, register, setUpClinic, tab } from './clinic.ts';
import { type Application, launch } from './harness.ts';

const EXTREMITY = join(process.env.LAMPLIGHT_SHARED ?? join(root, '../shared'), 'data/dicom/cr-dx/cr-rg3-jpeg-extended-12.dcm');
let application: Application;

beforeAll(async () => {
  application = await launch();
  application.page.setDefaultTimeout(60_000);
  await setUpClinic(application.page);
});

afterAll(async () => {
  await application.close();
});

test("a child's film is read where it is looked at, with the heat map on it", async () => {
  const { page } = application;
  await register(page, { family: 'Achieng', given: 'Neema', birthDate: '2023-02-11', sex: 'female' });
  await dropStudy('film.dcm', await childFilm(), 'Imaging: into this chart; what names somebody else waits for a decision');
  await page.getByRole('link').filter({ hasText: 'Chest X-ray' }).first().press('Enter');
  await page.getByText('1 of 1').first().waitFor();
  await page.getByRole('button', { name: 'Ask a model' }).press('Enter');
  await page.getByText('No model has read this image yet.').waitFor();
  // What may be asked is there to choose from.
  await page.getByLabel('Model', { exact: true }).selectOption({ label: "Pneumonia in children's chest films" });
  await page.getByText('children of 1 to 5 years', { exact: false }).first().waitFor();
  expect(await look(application, 'ask-model')).toEqual([]);
  await page.getByRole('button', { name: 'Ask about this image' }).press('Enter');
  await page.getByText(/^(Signs|No signs) of pneumonia$/).waitFor();
  await page.getByRole('group', { name: /^Said by pneumonia-children .*, not yet by a person$/ }).waitFor();
  const heat = page.locator('canvas[data-heat]');
  await heat.waitFor();
  const slider = page.getByRole('slider', { name: 'Where the model looked' });
  await slider.press('End');
  await expect.poll(() => slider.inputValue()).toBe('100');
  // It lies on the picture, and goes along when that is enlarged.
  const before = await heat.boundingBox();
  const desk = await page.getByRole('region', { name: 'Pictures' }).boundingBox();
  expect(before && desk && before.x >= desk.x && before.x + before.width <= desk.x + desk.width).toBe(true);
  expect(await look(application, 'ask-model-answer')).toEqual([]);
  await page.getByRole('region', { name: 'Pictures' }).focus();
  await page.keyboard.press('+');
  await expect.poll(async () => (await heat.boundingBox())?.width).toBeGreaterThan(before?.width ?? 0);
  // R turns the picture here and rejects nothing.
  await page.keyboard.press('r');
  expect(await page.getByLabel('Reason').count()).toBe(0);
  await page.getByText('Report', { exact: true }).last().click();
  const offered = page.getByRole('group', { name: 'What models said' });
  await offered.getByText('nobody has decided on it yet', { exact: false }).waitFor();
  expect(await offered.getByRole('button').count()).toBe(0);
  await page.getByText('Models', { exact: true }).click();
  await page.getByRole('button', { name: 'Accept' }).press('Enter');
  await page.getByText(`Accepted by ${person.displayName}`).waitFor();
  expect(await page.getByRole('group', { name: /not yet by a person$/ }).count()).toBe(0);
});

test('what was accepted goes into the report by one key, with the model, its version and who stands for it', async () => {
  const { page } = application;
  await page.getByText('Report', { exact: true }).last().click();
  const impression = page.getByLabel('Impression');
  await impression.fill('Consolidation.');
  const said = page
    .getByRole('group', { name: 'What models said' })
    .getByRole('button', { name: /igns of pneumonia \(pneumonia-children / });
  await said.press('Enter');
  const words = new RegExp(
    `^Consolidation\\.\\npneumonia-children \\d+\\.\\d+\\.\\d+ on DX.*igns of pneumonia\\..*Accepted by ${person.displayName}`,
  );
  await expect.poll(() => impression.inputValue()).toMatch(words);
  await expect.poll(() => said.getAttribute('aria-pressed')).toBe('true');
  expect(await look(application, 'report-reading')).toEqual([]);
  // Once more takes it out, and leaves what was written beside it.
  await said.press('Enter');
  await expect.poll(() => impression.inputValue()).toBe('Consolidation.');
  await said.press('Enter');
  await page.getByLabel('Indication').fill('Cough.');
  for (const name of ['Technique', 'Comparison', 'Findings']) await page.getByLabel(name, { exact: true }).fill('As said.');
  await impression.press('Control+Enter');
  await page.getByRole('article').getByText(`Accepted by ${person.displayName}`, { exact: false }).waitFor();
});

test.runIf(existsSync(EXTREMITY))('a film of a leg is refused for what it shows, with no figure', async () => {
  const { page } = application;
  await register(page, { family: 'Wafula', given: 'Peter', birthDate: '2023-06-01', sex: 'male' });
  await dropStudy('leg.dcm', readFileSync(EXTREMITY), 'Imaging: into this chart, whoever is named in it');
  await page.getByRole('link').filter({ hasText: 'CR' }).first().press('Enter');
  await page.getByText('1 of 1').first().waitFor();
  await page.getByRole('button', { name: 'Ask a model' }).press('Enter');
  await page.getByRole('button', { name: 'Ask about this image' }).press('Enter');
  await page.getByText('another part of the body (EXTREMITY)', { exact: false }).waitFor();
  expect(await page.getByText('Probability of').count()).toBe(0);
  expect(await page.locator('canvas[data-heat]').count()).toBe(0);
  expect(await look(application, 'ask-model-refused')).toEqual([]);
});

test('an eye is read among the photographs', async () => {
  const { page } = application;
  await register(page, { family: 'Njoroge', given: 'Samuel', birthDate: '1961-11-30', sex: 'male' });
  await drop('eye.jpg', readFileSync(join(root, 'resources/sample-images/fundus/idrid-train-339-grade-3.jpg')));
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Taken for: Photograph').waitFor();
  await dialog.getByLabel('Goes to').selectOption({ label: 'Images: kept without a reading' });
  await dialog.getByRole('button', { name: 'Take it' }).press('Enter');
  await dialog.getByRole('button', { name: 'Close' }).last().press('Enter');
  await page.getByRole('link', { name: 'Open in the viewer' }).press('Enter');
  await page.getByText('1 of 1').first().waitFor();
  await page.getByRole('button', { name: 'Ask a model' }).press('Enter');
  await page.getByRole('button', { name: 'Ask about this image' }).press('Enter');
  await page.getByText(/^Grade \d: /).waitFor();
  await page.locator('canvas[data-heat]').waitFor();
  expect(await look(application, 'ask-model-eye')).toEqual([]);
});

/** Files laid on the open chart, as a hand would. */
async function drop(name: string, bytes: Uint8Array): Promise<void> {
  const { page } = application;
  await tab(page, 'Images');
  const dataTransfer = await page.evaluateHandle(
    ({ called, base64 }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], called));
      return transfer;
    },
    { called: name, base64: Buffer.from(bytes).toString('base64') },
  );
  const heading = page.getByRole('heading', { level: 1 });
  await heading.dispatchEvent('dragenter', { dataTransfer });
  await heading.dispatchEvent('drop', { dataTransfer });
}

/** A DICOM file dropped on the chart and taken into it. */
async function dropStudy(name: string, bytes: Uint8Array, target: string): Promise<void> {
  await drop(name, bytes);
  const dialog = application.page.getByRole('dialog');
  await dialog.getByText('Taken for: Imaging study (DICOM)').waitFor();
  await dialog.getByLabel('Goes to').selectOption({ label: target });
  await dialog.getByRole('button', { name: 'Take it' }).press('Enter');
  await dialog.getByText('Done').first().waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().press('Enter');
}

/** One of the shipped films as a modality would send it. */
async function childFilm(): Promise<Uint8Array> {
  const picture = join(root, 'resources/sample-images/chest-xray/kermany-train-pneumonia.jpg');
  const { data, info } = await sharp(picture).greyscale().raw().toBuffer({ resolveWithObject: true });
  const uid = '1.2.826.0.1.3680043.10.511.77';
  return dicomFile([
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.1.1'],
    [0x00080018, 'UI', `${uid}.3`],
    [0x00080020, 'DA', '20261110'],
    [0x00080060, 'CS', 'DX'],
    [0x00081030, 'LO', 'Chest X-ray'],
    [0x00100010, 'PN', 'ACHIENG^NEEMA'],
    [0x00100020, 'LO', 'N-77'],
    [0x00100030, 'DA', '20230211'],
    [0x00100040, 'CS', 'F'],
    [0x00180015, 'CS', 'CHEST'],
    [0x00185101, 'CS', 'AP'],
    [0x0020000d, 'UI', uid],
    [0x0020000e, 'UI', `${uid}.2`],
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', info.height],
    [0x00280011, 'US', info.width],
    [0x00280100, 'US', 8],
    [0x00280101, 'US', 8],
    [0x00280102, 'US', 7],
    [0x00280103, 'US', 0],
    [0x7fe00010, 'OB', new Uint8Array(data)],
  ]);
}
