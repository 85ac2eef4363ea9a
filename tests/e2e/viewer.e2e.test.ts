/** The viewer with real files of every kind (../shared/data): each opens, looks as it should, obeys its keys, and keeps what was marked on it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { look } from './clinic.ts';
import type { Application } from './harness.ts';
import { madeFilm } from './made-films.ts';
import { type RealClinic, realClinic } from './real-studies.ts';

/** What stands in the strip of a study, and what must stand on the screen when it is shown. */
const shown: Readonly<Record<string, { file: string; strip: RegExp; says: readonly string[] }>> = {
  ct: { file: 'dicom/series/ct-cranium-256', strip: /^CT 2\b/, says: ['CT HEAD W/O CONTRAST', 'W 80 C 40', '1 of 60'] },
  'ct-tilted': {
    file: 'dicom/series/ct-head-ge-gantry-tilt',
    strip: /^CT 2\b.*22/,
    says: ['Gantry tilted 18.5°: distances hold within one slice', '1 of 22'],
  },
  mr: { file: 'dicom/series/mr-t1-pacsman', strip: /^MR\b.*48/, says: ['1 of 48', 'W 2 C 1'] },
  'mr-overlay': { file: 'dicom/mr/mr-overlay.dcm', strip: /^MR 18\b/, says: ['W 790 C 450'] },
  map: { file: 'dicom/mr/parametric-map-float.dcm', strip: /^OT 1\b.*MAP/, says: ['W 1 C 0.5'] },
  us: { file: 'dicom/us/us-multiframe-30f.dcm', strip: /^US 1\b.*30/, says: ['1 of 30', 'Lossy'] },
  palette: { file: 'dicom/colour/palette-8.dcm', strip: /^OT 1\b.*Palette|^OT/, says: [] },
  cr: { file: 'dicom/cr-dx/cr-chest-mono1-nopreamble.dcm', strip: /^CR\b/, says: ['CR PA', 'W 1024 C 550'] },
  dx: { file: 'dicom/cr-dx/dx-small.dcm', strip: /^DX 1001\b/, says: ['Lengths as at the detector'] },
  mg: { file: 'dicom/mg', strip: /^MG 102\b/, says: ['MG R', 'Lengths calibrated by an object of known size'] },
  op: { file: 'dicom/op', strip: /^OP 2\b/, says: ['OP R'] },
  sr: { file: 'dicom/sr/sr-latin2-polish.dcm', strip: /^SR\b/, says: ['Opis badania radiologicznego', 'Język treści'] },
  ecg: { file: 'dicom/ecg/ecg-12-lead.dcm', strip: /^ECG/, says: ['25 mm/s, 10 mm/mV'] },
  doc: { file: 'dicom/doc/encapsulated-lab-report.dcm', strip: /^DOC 1\b/, says: [] },
  ko: {
    file: 'dicom/pr-ko/ko-cranium.dcm',
    strip: /^KO 50\b/,
    says: ['Hyperdense focus left parietal; compare next month', 'Show CT 2 11/60'],
  },
  pr: { file: 'dicom/pr-ko/pr-cranium-circle-text.dcm', strip: /^PR 51\b/, says: ['1 of 2'] },
  seg: { file: 'dicom/seg/seg-cranium-bone-24f.dcm', strip: /^SEG 52\b.*24/, says: ['1 of 24'] },
};

let clinic: RealClinic;
let application: Application;
/** Address of the study that each name lies in. */
const addresses = new Map<string, string>();

beforeAll(async () => {
  clinic = await realClinic();
  clinic.takeIn(...Object.values(shown).map(({ file }) => file));
  application = await clinic.open();
});

afterAll(async () => {
  await application.close();
  clinic.remove();
});

test('every study opens; the strip shows all that it holds', async () => {
  const { page } = application;
  await at(`${clinic.chart}/images`);
  const studies = page.locator('main a[href*="/study/"]');
  await studies.first().waitFor();
  const links = await studies.evaluateAll((all) => [...new Set(all.map((link) => link.getAttribute('href') ?? ''))]);
  for (const link of links) {
    await at(link.replace(/^.*#/, ''));
    const strip = page.getByRole('navigation', { name: 'Series of the study' });
    await strip.getByRole('button').first().waitFor();
    const words = (await strip.getByRole('button').allInnerTexts()).map(inOneLine);
    for (const [name, { strip: wanted }] of Object.entries(shown))
      if (!addresses.has(name) && words.some((one) => wanted.test(one))) addresses.set(name, link.replace(/^.*#/, ''));
  }
  expect(Object.keys(shown).filter((name) => !addresses.has(name))).toEqual([]);
});

describe('on the screen', () => {
  test.for(Object.entries(shown))('%s', async ([name, { strip, says }]) => {
    const { page } = application;
    await open(name, strip);
    for (const words of says) await page.getByRole('main').getByText(words, { exact: false }).first().waitFor();
    await drawn();
    expect(await page.getByRole('main').getByRole('alert').allInnerTexts()).toEqual([]);
    expect(await look(application, `viewer-${name}`)).toEqual([]);
  });

  test('a chest film whose high values are dark shows its lungs darker than its spine', async () => {
    await open('cr', shown.cr?.strip ?? /CR/);
    await drawn();
    const [lung, spine] = [await brightness(0.3, 0.4), await brightness(0.5, 0.4)];
    expect(lung).toBeLessThan(spine - 25);
  });

  test('a window of fractions shows a map of values between 0 and 1 in all its greys', async () => {
    await open('map', shown.map?.strip ?? /OT/);
    await drawn();
    const greys = await Promise.all([0.2, 0.35, 0.5, 0.65, 0.8].map((x) => brightness(x, 0.6)));
    expect(new Set(greys).size).toBeGreaterThan(3);
  });
});

test('mammograms of twenty million pixels hang right beside left, are coarse at first and whole then', async () => {
  const folder = join(clinic.home, 'films');
  mkdirSync(folder);
  for (const view of [0, 1]) writeFileSync(join(folder, `${view}.dcm`), madeFilm(view));
  await application.close();
  clinic.takeIn(folder);
  application = await clinic.open();
  await at(`${clinic.chart}/images`);
  await application.page.locator('main a[href*="/study/"]').filter({ hasText: 'Made-up mammography' }).first().click();
  const places = application.page.getByRole('region', { name: 'Pictures' }).locator('> div');
  await places.nth(0).getByText('MG R CC').waitFor();
  await places.nth(1).getByText('MG L CC').waitFor();
  await drawn();
  await application.page.waitForFunction(() => !document.body.textContent?.includes('Coarse: the whole picture'));
  expect(await look(application, 'viewer-mammograms')).toEqual([]);
  // A disc of 20 mm at the detector, 286 pixels: its area.
  await application.page.getByRole('region', { name: 'Pictures' }).focus();
  await application.page.keyboard.press('e');
  await application.page.keyboard.press('x');
  await application.page.getByText('Point 1 of 2', { exact: false }).waitFor();
  await application.page.keyboard.press('Enter');
  for (let step = 0; step < 10; step++) {
    await application.page.keyboard.press('Shift+ArrowRight');
    await application.page.keyboard.press('Shift+ArrowDown');
  }
  await application.page.keyboard.press('Enter');
  await application.page.keyboard.press('s');
  // 100 x 100 pixels of 0.07 mm, between the values of the breast.
  await application.page
    .getByRole('button', { name: /^Ellipse: area and density 38\.5 mm² \(detector\), 7[0-9]{3} ± / })
    .waitFor();
});

test('two places beside each other, then four, in both themes', async () => {
  const { page } = application;
  await open('ct', /^CT 2\b/);
  await drawn();
  await page.keyboard.press('y');
  await page.keyboard.press('n');
  await page
    .getByRole('navigation', { name: 'Series of the study' })
    .getByRole('button', { name: /^PR 51/ })
    .click();
  await page.getByText('1 of 2', { exact: true }).waitFor();
  expect(await look(application, 'viewer-two')).toEqual([]);
  await page.keyboard.press('y');
  expect(await look(application, 'viewer-four')).toEqual([]);
  for (let step = 0; step < 2; step++) await page.keyboard.press('y');
});

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

async function at(address: string): Promise<void> {
  await application.page.evaluate((to) => window.location.assign(to), `#${address}`);
}

/** The study that a name lies in, with its stack in the active place. */
async function open(name: string, strip: RegExp): Promise<void> {
  const { page } = application;
  await at('/');
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  await at(addresses.get(name) ?? '');
  const buttons = page.getByRole('navigation', { name: 'Series of the study' }).getByRole('button');
  await buttons.first().waitFor();
  const words = (await buttons.allInnerTexts()).map(inOneLine);
  await buttons.nth(words.findIndex((one) => strip.test(one))).click();
  await page.getByRole('region', { name: 'Pictures' }).focus();
}

/** Until what is in the active place is there: a picture that is not black all over, or something to read. */
async function drawn(): Promise<void> {
  await application.page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.cornerstone-canvas');
    if (!canvas) return document.querySelector('main article, main section svg, main section img') !== null;
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
    return data?.some((value, index) => index % 4 !== 3 && value > 8);
  });
}

/** Grey of the first picture there, by shares of its tile's height and, around the middle, of its width. */
function brightness(x: number, y: number): Promise<number> {
  return application.page.evaluate(
    ([across, down]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('canvas.cornerstone-canvas');
      const side = canvas?.height ?? 0;
      const left = ((canvas?.width ?? 0) - side) / 2 + (across ?? 0) * side;
      return canvas?.getContext('2d')?.getImageData(left, (down ?? 0) * side, 1, 1).data[0] ?? -1;
    },
    [x, y],
  );
}
