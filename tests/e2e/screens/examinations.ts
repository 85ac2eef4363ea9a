/** The viewer with real examinations of every kind: alone, beside each other, cut, compared, and a photograph. */
import { dropPhotograph, type RealClinic } from '../real-studies.ts';
import type { Camera, Picture } from './camera.ts';

/** Below ../shared/data. */
export const examinations: readonly string[] = [
  'dicom/series/ct-cranium-256',
  'dicom/series/ct-head-ge-gantry-tilt',
  'dicom/seg/seg-cranium-bone-24f.dcm',
  'dicom/seg/seg-tumor-13f.dcm',
  'dicom/pt/pt-flt-breast.dcm',
  'dicom/pr-ko/ko-cranium.dcm',
  'dicom/pr-ko/pr-cranium-circle-text.dcm',
  'dicom/mr/mr-overlay.dcm',
  'dicom/us/us-multiframe-30f.dcm',
  'dicom/us/us1-j2k-lossless.dcm',
  'dicom/cr-dx/cr-chest-mono1-nopreamble.dcm',
  'dicom/mg',
  'dicom/op',
  'dicom/sr/sr-latin2-polish.dcm',
  'dicom/ecg/ecg-12-lead.dcm',
  'dicom/doc/encapsulated-lab-report.dcm',
];

export async function pictureExaminations(camera: Camera, { chart }: RealClinic): Promise<void> {
  const { page, at, take } = camera;
  await at(chart);
  await page.getByRole('heading', { name: 'Summary' }).waitFor();
  await dropPhotograph(camera, 'fundus/idrid/IDRiD_test_001.jpg');
  const strip = page.getByRole('navigation', { name: 'Series of the study' }).getByRole('button');
  const links = await addresses(camera, chart);
  const pictures: Picture[] = [];
  for (const [words, address] of links) {
    await at(address);
    await strip.first().waitFor();
    for (const [index, name] of (await strip.allInnerTexts()).entries())
      pictures.push([
        `viewer-${slug(name)}-${slug(words)}`,
        async () => {
          await at(address);
          await strip.nth(index).click();
        },
      ]);
  }
  const [head] = links.find(([words]) => words.includes('CT HEAD')) ?? [];
  const ct = links.find(([words]) => words === head)?.[1] ?? '';
  await take([
    ['viewer-studies', () => at(`${chart}/images`)],
    ...pictures,
    ['viewer-photograph', () => at(`${chart}/photographs`).then(() => strip.first().waitFor())],
    [
      'viewer-segmentation',
      () =>
        at(ct)
          .then(() => strip.filter({ hasText: /^SEG/ }).click())
          .then(() => page.getByRole('button', { name: 'Show the segmentation over CT 2' }).click())
          .then(() => page.getByRole('switch', { name: 'Bone' }).waitFor()),
    ],
    [
      'viewer-cuts',
      () =>
        at(ct)
          .then(() => strip.first().waitFor())
          .then(() => key(camera, 'm'))
          .then(() => page.getByText('CT coronal').waitFor()),
    ],
    [
      'viewer-prior',
      () =>
        key(camera, 'm')
          .then(() => key(camera, 'b'))
          .then(() => page.getByText(/^\d+ of 22$/).waitFor()),
    ],
    [
      'viewer-four',
      () =>
        key(camera, 'b')
          .then(() => key(camera, 'y'))
          .then(() => key(camera, 'y')),
    ],
    [
      'viewer-marks',
      () =>
        key(camera, 'y')
          .then(() => key(camera, 'y'))
          .then(() => key(camera, 's')),
    ],
    ['viewer-report', () => key(camera, 'f').then(() => page.getByLabel('Findings').waitFor())],
  ]);
}

async function addresses({ page, at }: Camera, chart: string): Promise<[words: string, address: string][]> {
  await at(`${chart}/images`);
  const studies = page.locator('main a[href*="/study/"]');
  await studies.first().waitFor();
  const all = await studies.evaluateAll((links) =>
    links.map((link) => [link.textContent ?? '', link.getAttribute('href') ?? ''] as const),
  );
  const first = new Map(all.map(([words, href]) => [href.replace(/^.*#/, ''), words]));
  return [...first].map(([address, words]) => [words, address]);
}

async function key({ page }: Camera, name: string): Promise<void> {
  await page.getByRole('region', { name: 'Pictures' }).focus();
  await page.keyboard.press(name);
}

function slug(words: string): string {
  return words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 24)
    .replace(/^-|-$/g, '');
}
