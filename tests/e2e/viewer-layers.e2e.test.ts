/** What lies over pictures and beside them in numbers: segmentations, uptake values of PET, windows and tables of one file. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { look } from './clinic.ts';
import type { Application } from './harness.ts';
import { type RealClinic, realClinic } from './real-studies.ts';

let clinic: RealClinic;
let application: Application;

beforeAll(async () => {
  clinic = await realClinic();
  clinic.takeIn('dicom/series/ct-cranium-256', 'dicom/seg/seg-cranium-bone-24f.dcm', 'dicom/seg/seg-tumor-13f.dcm');
  application = await clinic.open();
});

afterAll(async () => {
  await application.close();
  clinic.remove();
});

test('a segmentation is laid over the series that it was drawn on: by its button, a key, one switch a segment, a slider', async () => {
  const { page } = application;
  await open(/^SEG 52\b.*24/);
  await page.getByRole('button', { name: 'Show the segmentation over CT 2' }).click();
  await drawn();
  const panel = page.getByRole('complementary', { name: 'Beside the pictures' });
  await panel.getByRole('switch', { name: 'Bone' }).waitFor();
  await expect.poll(coloured).toBeGreaterThan(500);
  expect(await look(application, 'viewer-segmentation')).toEqual([]);
  const whole = await coloured();
  await panel.getByRole('switch', { name: 'Bone' }).press('Space');
  await expect.poll(coloured).toBe(0);
  await panel.getByRole('switch', { name: 'Bone' }).press('Space');
  await expect.poll(coloured).toBe(whole);
  await panel.getByRole('slider').press('Home');
  await expect.poll(coloured).toBe(0);
  await panel.getByRole('slider').press('End');
  await expect.poll(coloured).toBeGreaterThan(500);
  // Drawn on 24 of the 60: the first cut has none.
  await page.getByRole('region', { name: 'Pictures' }).focus();
  await page.keyboard.press('Home');
  await page.getByText('1 of 60').waitFor();
  await expect.poll(coloured).toBe(0);
  await page.keyboard.press('0');
  await panel.waitFor({ state: 'detached' });
});

test('a segmentation whose series is not in the record says so', async () => {
  const { page } = application;
  await open(/^SEG 1\b.*13|^SEG\b.*13/);
  await page.getByText('The series that it was drawn on is not in this record: it is shown by itself.').waitFor();
  await drawn();
  expect(await look(application, 'viewer-segmentation-alone')).toEqual([]);
});

async function at(address: string): Promise<void> {
  await application.page.evaluate((to) => window.location.assign(to), `#${address}`);
}

/** The study whose strip holds it, with it in the active place. */
async function open(strip: RegExp): Promise<void> {
  const { page } = application;
  await at(`${clinic.chart}/images`);
  const studies = page.locator('main a[href*="/study/"]');
  await studies.first().waitFor();
  const links = await studies.evaluateAll((all) => [...new Set(all.map((link) => link.getAttribute('href') ?? ''))]);
  for (const link of links) {
    await at(link.replace(/^.*#/, ''));
    const buttons = page.getByRole('navigation', { name: 'Series of the study' }).getByRole('button');
    await buttons.first().waitFor();
    const words = (await buttons.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
    const found = words.findIndex((one) => strip.test(one));
    if (found < 0) continue;
    await buttons.nth(found).click();
    await page.getByRole('region', { name: 'Pictures' }).focus();
    return;
  }
  throw new Error(`No study holds ${strip.source}`);
}

/** Until the picture is not black all over. */
async function drawn(): Promise<void> {
  await application.page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.cornerstone-canvas');
    const { data } = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
    return data?.some((value, index) => index % 4 !== 3 && value > 8);
  });
}

/** Points of the picture that are no grey. */
function coloured(): Promise<number> {
  return application.page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.cornerstone-canvas');
    const { data } = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    let count = 0;
    for (let index = 0; index < data.length; index += 4) if (Math.abs((data[index] ?? 0) - (data[index + 2] ?? 0)) > 12) count++;
    return count;
  });
}
