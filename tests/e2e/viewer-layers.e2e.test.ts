/** What lies over pictures and beside them in numbers: segmentations, uptake values of PET, windows and tables of one file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Made, madePicture } from '../fixtures/dicom.ts';
import { look } from './clinic.ts';
import type { Application } from './harness.ts';
import { type RealClinic, realClinic } from './real-studies.ts';

let clinic: RealClinic;
let application: Application;

beforeAll(async () => {
  clinic = await realClinic();
  const folder = join(clinic.home, 'made');
  mkdirSync(folder);
  writeFileSync(join(folder, 'echoes.dcm'), twoEchoes());
  writeFileSync(join(folder, 'views.dcm'), windowAndTables());
  clinic.takeIn(
    'dicom/series/ct-cranium-256',
    'dicom/seg/seg-cranium-bone-24f.dcm',
    'dicom/seg/seg-tumor-13f.dcm',
    'dicom/pt/pt-flt-breast.dcm',
    'dicom/pt/pt-jls-bits14.dcm',
    folder,
  );
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
  await page.getByRole('button', { name: 'Segmentation', pressed: true }).waitFor();
  await page.keyboard.press('0');
  await panel.waitFor({ state: 'detached' });
});

test('a segmentation whose series is not in the record says so', async () => {
  const { page } = application;
  await open(/^SEG 1\b.*13|^SEG\b.*13/);
  await page.getByText('The series that it was drawn on is not in this record: it is shown by itself.').waitFor();
  await page.getByText('Neoplasm, Primary').waitFor();
  await drawn();
  expect(await look(application, 'viewer-segmentation-alone')).toEqual([]);
});

test('frames of one file are paged by place, one echo after the other, and cut otherwise by the echo that is shown', async () => {
  const { page } = application;
  await open(/^MR 61\b.*16/);
  await drawn();
  await page.getByText('Echo 20 ms · Set 1 of 2').waitFor();
  await page.getByText('Place 0.0 mm').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.getByText('Place 2.0 mm').waitFor();
  await page.keyboard.press('End');
  await page.getByText('Echo 80 ms · Set 2 of 2').waitFor();
  await page.getByText('Place 14.0 mm').waitFor();
  expect(await look(application, 'viewer-echoes')).toEqual([]);
  await page.keyboard.press('m');
  await page.getByText('MR coronal').waitFor();
  // Eight slices of one echo, not sixteen.
  await page.getByText('5 of 8').waitFor();
  await page.keyboard.press('m');
  await page.getByText('MR coronal').waitFor({ state: 'detached' });
});

test('PET: a point and a region say the uptake value beside the unit of the file; where the header does not allow it, why', async () => {
  const { page } = application;
  await open(/^PT 102\b/);
  await drawn();
  await page.keyboard.press('.');
  await page.keyboard.press('x');
  await page.getByText('Point 1 of 1', { exact: false }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('e');
  await page.keyboard.press('x');
  await page.keyboard.press('Enter');
  for (let step = 0; step < 2; step++) {
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
  }
  await page.keyboard.press('Enter');
  await page.keyboard.press('s');
  const point = page.getByRole('button', { name: /^Value of a point .* Bq\/ml, SUVbw / });
  await page
    .getByRole('button', { name: /^Ellipse: area and density .* Bq\/ml, SUVbw [\d.]+ ± [\d.]+, max [\d.]+ g\/ml/ })
    .waitFor();
  const [, activity = '', uptake = ''] =
    /point ([\d.]+) Bq\/ml, SUVbw ([\d.]+)/.exec(inOneLine((await point.textContent()) ?? '')) ?? [];
  // 69.7344 kg, 178.34 MBq injected 3976.921 s before the scan, half-life 6586.2 s.
  const factor = 69_734.4 / (178_340_011.59668 * 2 ** (-3976.921 / 6586.2));
  expect(Number(uptake)).toBeCloseTo(Number(activity) * factor, 1);
  expect(Number(uptake)).toBeGreaterThan(0);
  expect(await look(application, 'viewer-uptake')).toEqual([]);
  await page.keyboard.press('s');
  await open(/^PT 606\b/);
  await page.getByText('No uptake values (SUV): the file does not say what the patient weighs.').waitFor();
  expect(await look(application, 'viewer-no-uptake')).toEqual([]);
});

test('a file with a window and tables offers them all by its own words', async () => {
  const { page } = application;
  await open(/^CT 62\b/);
  await page.getByText('W 400 C 40').waitFor();
  const choose = async (name: RegExp) => {
    await page.getByRole('button', { name: 'Window', exact: true }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await page.getByRole('button', { name: 'Window', exact: true }).click();
  await page.getByRole('menuitem', { name: /^Table Inverse/ }).waitFor();
  expect(await look(application, 'viewer-views')).toEqual([]);
  await page.keyboard.press('Escape');
  await choose(/^Table Inverse/);
  await page.getByText('Table of the file Inverse', { exact: true }).waitFor();
  await choose(/^Wide 3000\/300/);
  await page.getByText('W 3000 C 300').waitFor();
  await choose(/^Table Even/);
  await page.getByText('Table of the file Even', { exact: true }).waitFor();
  await choose(/^Soft tissue 400\/40/);
  await page.getByText('W 400 C 40').waitFor();
});

const group = (tag: number, ...items: Made): Made => [[tag, 'SQ', [items]]];

/** Enhanced MR, eight places 2 mm apart and two echoes of each, in no order; the second echo is darker. */
function twoEchoes(): Uint8Array {
  const side = 32;
  const order = [5, 12, 0, 9, 15, 3, 7, 10, 1, 14, 6, 2, 11, 8, 4, 13].map((one) => ({ place: one >> 1, echo: one & 1 }));
  const values = order.flatMap(({ place, echo }) =>
    Array.from({ length: side * side }, (_, at) => (echo ? 200 : 600) + 100 * place + (at % side) * 4),
  );
  const frames = order.map(
    ({ place, echo }): Made => [
      ...group(
        0x00209111,
        [0x00209056, 'SH', '1'],
        [0x00209057, 'UL', [place + 1]],
        [0x00209157, 'UL', [1, place + 1, echo + 1]],
      ),
      ...group(0x00209113, [0x00200032, 'DS', `0\\0\\${place * 2}`]),
      ...group(0x00189114, [0x00189082, 'FD', new Uint8Array(new Float64Array([echo ? 80 : 20]).buffer)]),
    ],
  );
  return madePicture({
    study: '1.2.826.0.1.61',
    series: '1.2.826.0.1.61.1',
    uid: '1.2.826.0.1.61.1.1',
    extra: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.4.1'],
      [0x00080060, 'CS', 'MR'],
      [0x00200011, 'IS', '61'],
      [0x00200052, 'UI', '1.2.826.0.1.61.9'],
      [0x00280008, 'IS', String(order.length)],
      [0x00280010, 'US', [side]],
      [0x00280011, 'US', [side]],
      [0x00281052, 'DS', ''],
      [0x00281053, 'DS', ''],
      [
        0x00209222,
        'SQ',
        [
          [0x0020, 0x9056],
          [0x0020, 0x9057],
          [0x0018, 0x9082],
        ].map((pointer): Made => [[0x00209165, 'AT', pointer]]),
      ],
      ...group(
        0x52009229,
        ...group(0x00209116, [0x00200037, 'DS', '1\\0\\0\\0\\1\\0']),
        ...group(0x00289110, [0x00280030, 'DS', '2\\2'], [0x00180050, 'DS', '2']),
        ...group(0x00289132, [0x00281050, 'DS', '800'], [0x00281051, 'DS', '1600']),
      ),
      [0x52009230, 'SQ', frames],
      [0x7fe00010, 'OW', values],
    ],
  });
}

/** Two windows and two tables, each with its words. */
function windowAndTables(): Uint8Array {
  const table = (words: string, entry: (index: number) => number): Made => [
    [0x00283002, 'US', [256, 0, 16]],
    [0x00283003, 'LO', words],
    [0x00283006, 'US', Array.from({ length: 256 }, (_, index) => entry(index))],
  ];
  return madePicture({
    study: '1.2.826.0.1.62',
    series: '1.2.826.0.1.62.1',
    uid: '1.2.826.0.1.62.1.1',
    extra: [
      [0x00200011, 'IS', '62'],
      [0x00281050, 'DS', '40\\300'],
      [0x00281051, 'DS', '400\\3000'],
      [0x00281055, 'LO', 'Soft tissue\\Wide'],
      [0x00283010, 'SQ', [table('Even', (index) => index * 257), table('Inverse', (index) => 65_535 - index * 257)]],
    ],
  });
}

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
    const words = (await buttons.allInnerTexts()).map(inOneLine);
    const found = words.findIndex((one) => strip.test(one));
    if (found < 0) continue;
    await buttons.nth(found).click();
    await page.getByRole('region', { name: 'Pictures' }).focus();
    return;
  }
  throw new Error(`No study holds ${strip.source}`);
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
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
