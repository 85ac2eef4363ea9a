/** The viewer by keys alone, on real slices; what is marked on cuts and photographs is there again after a restart; comparison with an examination before. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { go, look } from './clinic.ts';
import type { Application } from './harness.ts';
import { dropPhotograph, type RealClinic, realClinic } from './real-studies.ts';

const SLICES = 60;
let clinic: RealClinic;
let application: Application;

beforeAll(async () => {
  clinic = await realClinic();
  clinic.takeIn('dicom/series/ct-cranium-256', 'dicom/series/ct-head-ge-gantry-tilt', 'dicom/us/us-multiframe-30f.dcm');
  application = await clinic.open();
});

afterAll(async () => {
  await application.close();
  clinic.remove();
});

const press = (key: string) => application.page.keyboard.press(key);
const says = (words: string | RegExp) => application.page.getByRole('main').getByText(words).first().waitFor();

test('slices are paged: one, ten, to the ends', async () => {
  await open('CT HEAD W/O CONTRAST');
  await says(`1 of ${SLICES}`);
  for (const [key, slice] of [
    ['ArrowDown', 2],
    ['PageDown', 12],
    ['ArrowUp', 11],
    ['PageUp', 1],
    ['End', SLICES],
    ['Home', 1],
  ] as const) {
    await press(key);
    await says(`${slice} of ${SLICES}`);
  }
});

test('1 to 5 are windows, space is as in the beginning', async () => {
  await press('ArrowDown');
  for (const [key, window] of [
    ['2', 'W 1500 C -600'],
    ['3', 'W 2000 C 400'],
    ['4', 'W 400 C 40'],
    ['5', 'W 350 C 50'],
    ['1', 'W 80 C 40'],
    ['2', 'W 1500 C -600'],
    ['Space', 'W 80 C 40'],
  ] as const) {
    await press(key);
    await says(window);
  }
});

test('i inverts, r and l turn, h and v flip', async () => {
  await expect.poll(corner).toBe(0);
  await press('i');
  await expect.poll(corner).toBe(255);
  await press('i');
  await expect.poll(corner).toBe(0);
  // Left, top, right, bottom: what was on top goes to the right, and comes back by the other key.
  for (const [key, around] of [
    ['r', 'PRAL'],
    ['l', 'RALP'],
    ['l', 'ALPR'],
    ['r', 'RALP'],
    ['h', 'LARP'],
    ['h', 'RALP'],
    ['v', 'RPLA'],
  ] as const) {
    await press(key);
    expect((await letters()).join('')).toBe(around);
  }
  await press('Space');
  expect((await letters()).join('')).toBe('RALP');
});

test('z, p and w choose what a drag does; plus and minus enlarge', async () => {
  for (const [key, name] of [
    ['z', 'Zoom by drag'],
    ['p', 'Move by drag'],
    ['w', 'Window by drag'],
  ] as const) {
    await press(key);
    await application.page.locator(`[aria-pressed="true"][aria-label="${name}"]`).waitFor();
  }
  const percent = async () => Number.parseInt((await application.page.getByText(/^\d+ %$/).textContent()) ?? '', 10);
  const before = await percent();
  await press('+');
  expect(await percent()).toBeGreaterThan(before * 1.2);
  await press('-');
  expect(await percent()).toBe(before);
});

test('c plays a clip and stops it', async () => {
  await open('US · 1 object');
  await says('1 of 30');
  await press('c');
  await application.page.getByRole('slider', { name: 'Pictures a second' }).waitFor();
  await says('4 of 30');
  await press('c');
  await application.page.getByRole('slider', { name: 'Pictures a second' }).waitFor({ state: 'detached' });
});

test('two keys that are the same are found, and can be given back', async () => {
  const { page } = application;
  await go(page, 'Settings');
  await page.getByText('Keys', { exact: true }).last().click();
  await page.getByRole('button', { name: 'Change: Invert' }).click();
  await press('z');
  await page.getByRole('alert').getByText('1 key of the viewer is given twice', { exact: false }).waitFor();
  await page.getByText('Also: Zoom by drag').waitFor();
  await page.getByRole('button', { name: 'Change: Invert' }).click();
  await press('/');
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await open('CT HEAD W/O CONTRAST');
  await says(`of ${SLICES}`);
  await page.waitForFunction(() => document.querySelector('canvas.cornerstone-canvas') !== null);
  await says('W 80 C 40');
  await expect.poll(corner).toBe(0);
  await press('/');
  await expect.poll(corner).toBe(255);
  await press('Space');
});

test('every mark is drawn by mouse and kept', async () => {
  const { page } = application;
  await press('s');
  const beside = page.getByRole('complementary');
  await beside.getByText('Nothing was measured yet.').waitFor();
  const box = await page.locator('canvas.cornerstone-canvas').first().boundingBox();
  const [x, y] = [box?.x ?? 0, box?.y ?? 0];
  const drag = async (name: string, from: readonly [number, number], to: readonly [number, number]) => {
    await page.getByRole('button', { name, exact: true }).click();
    await page.mouse.move(x + from[0], y + from[1]);
    await page.mouse.down();
    await page.mouse.move(x + to[0], y + to[1], { steps: 5 });
    await page.mouse.up();
  };
  const kept = (count: number) => expect.poll(() => beside.getByLabel('In the record').count(), { timeout: 20_000 }).toBe(count);
  await drag('Length', [300, 150], [410, 210]);
  await kept(1);
  await drag('Ellipse: area and density', [500, 180], [550, 240]);
  await kept(2);
  await drag('Rectangle: area and density', [330, 330], [410, 420]);
  await kept(3);
  await drag('Arrow with words', [550, 400], [610, 450]);
  await page.getByRole('dialog').getByLabel('Text').fill('looked at');
  await page.getByRole('dialog').getByRole('button', { name: 'Set the arrow' }).click();
  await kept(4);
  for (const words of [
    /^Length [\d.]+ mm/,
    /^Ellipse: area and density [\d.]+ (mm²|cm²), .* HU, .* HU/,
    /^Rectangle: area and density [\d.]+ (mm²|cm²), .* HU, .* HU/,
    /^Arrow with words looked at/,
  ])
    await beside.getByRole('button', { name: words }).waitFor();
  expect(await look(application, 'viewer-marks')).toEqual([]);
  for (let left = 3; left >= 0; left--) {
    await beside
      .getByRole('button', { name: /^Remove / })
      .first()
      .click();
    await kept(left);
  }
  await press('s');
});

test('a mark on a coronal cut is kept and leads back to its cut after a restart', async () => {
  let { page } = application;
  await press('m');
  await says('129 of 256');
  expect(await look(application, 'viewer-cuts')).toEqual([]);
  await press('n');
  await page.locator('[data-active]').getByText('CT coronal').waitFor();
  await press('PageDown');
  await page.locator('[data-active]').getByText('139 of 256').waitFor();
  await measure(4);
  await press('s');
  let beside = page.getByRole('complementary');
  // Forty pixels of 0.957 mm.
  await beside.getByRole('button', { name: /^Length 38\.3 mm.*CT 2, coronal/ }).waitFor();
  await beside.getByLabel('In the record').waitFor();
  await application.close();
  application = await clinic.open();
  page = application.page;
  beside = page.getByRole('complementary');
  await open('CT HEAD W/O CONTRAST');
  await says(`of ${SLICES}`);
  await press('s');
  await beside.getByRole('button', { name: /^Length 38\.3 mm.*CT 2, coronal/ }).click();
  await page.locator('[data-active]').getByText('139 of 256').waitFor();
  await page.locator('[data-active] svg').getByText('38.3 mm').waitFor();
  expect(await look(application, 'viewer-cuts-mark')).toEqual([]);
  await expect.poll(() => beside.getByLabel('In the record').count()).toBe(1);
  await press('s');
});

test('a picture with its mark goes onto paper', async () => {
  const { app, page } = application;
  const filePath = join(clinic.home, 'picture.pdf');
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath: chosen })) as typeof dialog.showSaveDialog;
  }, filePath);
  await page.getByRole('button', { name: 'Picture as PDF' }).click();
  await page.getByText(/^Saved as /).waitFor();
  const pdf = readFileSync(filePath).toString('latin1');
  expect(pdf.slice(0, 5)).toBe('%PDF-');
  expect(/\/Subtype \/Image[^>]*\/Width (\d+)/s.exec(pdf)?.[1]).toMatch(/^\d{3,4}$/);
});

test('slices of a tilted gantry that become thicker are cut where they lie, and it is said', async () => {
  await open(/^HEAD/);
  await says('1 of 22');
  await press('m');
  await says('Slices 1.1 to 7.4 mm apart: interpolated between them');
  expect(await look(application, 'viewer-cuts-tilted')).toEqual([]);
  await press('m');
});

test('an examination before lies beside this one and is paged with it', async () => {
  await open('CT HEAD W/O CONTRAST');
  await says(`of ${SLICES}`);
  await press('b');
  await says('1 of 22');
  // 15 mm on from 18.5 mm: the slice at 35.4 mm is nearer than the one at 31.2 mm.
  await press('PageDown');
  await says(`11 of ${SLICES}`);
  await says('5 of 22');
  expect(await look(application, 'viewer-prior')).toEqual([]);
  await press('b');
});

test('a mark on a photograph is kept and is there after a restart', async () => {
  let { page } = application;
  await at(clinic.chart);
  await page.getByRole('heading', { name: 'Summary' }).waitFor();
  await dropPhotograph(application, 'fundus/idrid/IDRiD_test_001.jpg');
  await at(`${clinic.chart}/photographs`);
  await says('1 of 1');
  await says('Not calibrated: lengths in pixels');
  await page.getByRole('region', { name: 'Pictures' }).focus();
  await measure(10);
  await press('s');
  let beside = page.getByRole('complementary');
  await beside.getByRole('button', { name: /^Length 100 px/ }).waitFor();
  await beside.getByLabel('In the record').waitFor();
  expect(await look(application, 'viewer-photograph')).toEqual([]);
  await application.close();
  application = await clinic.open();
  page = application.page;
  beside = page.getByRole('complementary');
  await at(`${clinic.chart}/photographs`);
  await says('1 of 1');
  await page.locator('main svg').getByText('100 px').first().waitFor();
  await press('s');
  await beside.getByRole('button', { name: /^Length 100 px/ }).waitFor();
  await beside.getByRole('button', { name: /^Remove Length/ }).click();
  await beside.getByText('Nothing was measured yet.').waitFor();
});

async function at(address: string): Promise<void> {
  await application.page.evaluate((to) => window.location.assign(to), `#${address}`);
}

/** The study of the chart that has these words. */
async function open(words: string | RegExp): Promise<void> {
  const { page } = application;
  await at(`${clinic.chart}/images`);
  await page.getByRole('heading', { level: 1, name: 'Images' }).waitFor();
  await page.locator('main a[href*="/study/"]').filter({ hasText: words }).first().click();
  await page.getByRole('navigation', { name: 'Series of the study' }).getByRole('button').first().waitFor();
  await page.getByRole('region', { name: 'Pictures' }).focus();
}

/** A length of so many times ten pixels to the right of the middle. */
async function measure(tens: number): Promise<void> {
  await press('d');
  await press('x');
  await says('Point 1 of 2: arrows, then Enter');
  await press('Enter');
  for (let step = 0; step < tens; step++) await press('Shift+ArrowRight');
  await press('Enter');
}

/** Grey of a pixel of the air around the head. */
function corner(): Promise<number> {
  return application.page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.cornerstone-canvas');
    return canvas?.getContext('2d')?.getImageData(canvas.width / 2, canvas.height - 12, 1, 1).data[0] ?? -1;
  });
}

/** Left, top, right and bottom of the picture. */
function letters(): Promise<(string | null)[]> {
  const { page } = application;
  return Promise.all(
    ['left', 'top', 'right', 'bottom'].map((edge) => page.locator(`[class*="_${edge}_"]`).first().textContent()),
  );
}
