/** Segmentations over the pictures that they were drawn on: by the picture that a frame names, by its place, and where neither says anything. */
import { describe, expect, test } from 'vitest';
import { patientId } from '../../../../src-shared/contract/types.ts';
import { CHUNK_BYTES_MAX } from '../../../../src-shared/contract/wire.ts';
import { type TestCore, testCore } from '../../../../tests/fixtures/core.ts';
import { dicomFile, dicomHere, type Made, madePicture } from '../../../../tests/fixtures/dicom.ts';
import { readSegmentation, screenColour } from '../objects/segmentation.ts';
import { keyOf, placed, type Target } from './placing.ts';

type Client = Awaited<ReturnType<TestCore['create']>>;

const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';
const group = (tag: number, ...items: Made[]): Made => [[tag, 'SQ', items]];
const orientation: Made = group(0x00209116, [[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]);
const measures: Made = group(0x00289110, [
  [0x00280030, 'DS', '1\\1'],
  [0x00180050, 'DS', '2'],
]);
const at = (z: number): Made => group(0x00209113, [[0x00200032, 'DS', `0\\0\\${z}`]]);
const ofSegment = (number: number): Made => group(0x0062000a, [[0x0062000b, 'US', [number]]]);
const drawnOn = (uid: string): Made => group(0x00089124, [...group(0x00082112, [[0x00081155, 'UI', uid]])]);

const slice = (number: number) =>
  madePicture({
    uid: `1.2.3.1.1.${number}`,
    series: '1.2.3.1.1',
    extra: [
      [0x00200032, 'DS', `0\\0\\${number * 2}`],
      [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
      [0x00200052, 'UI', '1.2.3.9'],
      [0x00280030, 'DS', '1\\1'],
      [0x00180050, 'DS', '2'],
    ],
  });

const replaced = (own: Made, by: Made): Made => [...own.filter(([tag]) => !by.some(([other]) => other === tag)), ...by];

/** @param frames their own groups; @param values of all frames */
const segmentation = (frames: Made[], values: Uint8Array, over: Made = []) =>
  madePicture({
    uid: '1.2.3.1.7.1',
    series: '1.2.3.1.7',
    extra: replaced(
      [
        [0x00080016, 'UI', SEGMENTATION],
        [0x00080060, 'CS', 'SEG'],
        [0x00200052, 'UI', '1.2.3.9'],
        [0x00280008, 'IS', String(frames.length)],
        [0x00280100, 'US', [1]],
        [0x00280101, 'US', [1]],
        [0x00280102, 'US', [0]],
        [0x00620001, 'CS', 'BINARY'],
        ...group(
          0x00620002,
          [
            [0x00620004, 'US', [1]],
            [0x00620005, 'LO', 'Liver'],
            [0x00620008, 'CS', 'SEMIAUTOMATIC'],
            [0x0062000d, 'US', [41661, 41167, 40792]],
          ],
          [
            [0x00620004, 'US', [2]],
            [0x00620005, 'LO', 'Lesion'],
          ],
        ),
        ...group(0x00081115, [[0x0020000e, 'UI', '1.2.3.1.1']]),
        ...group(0x52009229, [...orientation, ...measures]),
        [0x52009230, 'SQ', frames],
        [0x7fe00010, 'OB', values],
      ],
      over,
    ),
  });

async function withChart(
  files: Uint8Array[],
  body: (client: Client, patient: ReturnType<typeof patientId.parse>) => Promise<void>,
): Promise<void> {
  const core = await testCore();
  try {
    const client = await core.create();
    const uploads: string[] = [];
    for (const [index, bytes] of files.entries()) {
      const { upload } = await client.call('uploads.begin', { name: `${index}.dcm`, size: bytes.byteLength });
      for (let offset = 0; offset < bytes.byteLength; offset += CHUNK_BYTES_MAX)
        await client.call('uploads.chunk', { upload, offset, bytes: bytes.slice(offset, offset + CHUNK_BYTES_MAX) });
      uploads.push(upload);
    }
    const { job } = await client.call('imaging.import', { uploads });
    const result = (await core.core.clinic()?.jobs.wait(job)) as { results: { patients: string[] }[] }; // as its contract says
    await body(client, patientId.parse(result.results[0]?.patients[0]));
    expect(core.bugs).toEqual([]);
  } finally {
    await core.remove();
  }
}

const instancesOf = async (client: Client, patient: ReturnType<typeof patientId.parse>, modality: string) => {
  const { studies } = await client.call('imaging.studies', { patient });
  const all = await Promise.all(studies.map(({ uid }) => client.call('imaging.study', { patient, study: uid })));
  return all.flatMap(({ series }) => series.filter((one) => one.modality === modality).flatMap(({ instances }) => instances));
};

describe('a segmentation', () => {
  test('lies on the pictures that its frames name, and by place on what a frame does not name; each segment by itself, cut to what it covers', () =>
    withChart(
      [
        slice(0),
        slice(1),
        slice(2),
        // Liver on the first, named; lesion on the third, by its place. 4 x 4 pixels, one bit each.
        segmentation(
          [
            [...ofSegment(1), ...at(0), ...drawnOn('1.2.3.1.1.0')],
            [...ofSegment(2), ...at(4)],
          ],
          Uint8Array.of(0b01100000, 0b00000110, 0, 0b10000000),
        ),
      ],
      async (client, patient) => {
        const { segmentations } = await client.call('imaging.segmentations', { patient });
        expect(segmentations).toMatchObject([
          {
            kind: 'binary',
            over: [{ study: '1.2.3.1', series: '1.2.3.1.1' }],
            frames: 2,
            unplaced: 0,
            segments: [
              { number: 1, label: 'Liver', made: 'SEMIAUTOMATIC' },
              { number: 2, label: 'Lesion' },
            ],
          },
        ]);
        const pictures = await instancesOf(client, patient, 'CT');
        const of = segmentations.map(({ instance }) => instance);
        const on = async (place: number) => {
          const instance = pictures.find(({ position }) => position?.[2] === place)?.id ?? '';
          return (await client.call('imaging.masks', { patient, instance, of })).masks;
        };
        const [liver] = await on(0);
        // Columns 1 and 2 of rows 1 and 2: bits 5, 6 and 9, 10.
        expect(liver).toMatchObject({ segment: 1, box: [1, 1, 2, 2], step: 1, depth: 1, plane: { position: [0, 0, 0] } });
        expect([...(liver?.values ?? [])]).toEqual([0b1111]);
        expect(await on(2)).toEqual([]);
        expect(await on(4)).toMatchObject([{ segment: 2, box: [3, 3, 1, 1] }]);
      },
    ));

  test('of fractions comes as shares of 255', () =>
    withChart(
      [
        slice(0),
        segmentation(
          [[...ofSegment(1), ...at(0)]],
          Uint8Array.from({ length: 16 }, (_, index) => (index === 5 ? 50 : index === 6 ? 100 : 0)),
          [
            [0x00620001, 'CS', 'FRACTIONAL'],
            [0x0062000e, 'US', [100]],
            [0x00280100, 'US', [8]],
            [0x00280101, 'US', [8]],
            [0x00280102, 'US', [7]],
          ],
        ),
      ],
      async (client, patient) => {
        const { segmentations } = await client.call('imaging.segmentations', { patient });
        const [picture] = await instancesOf(client, patient, 'CT');
        const of = segmentations.map(({ instance }) => instance);
        const { masks } = await client.call('imaging.masks', { patient, instance: picture?.id ?? '', of });
        expect(masks).toMatchObject([{ depth: 8, box: [1, 1, 2, 1] }]);
        expect([...(masks[0]?.values ?? [])]).toEqual([128, 255]);
      },
    ));

  test('that covers a picture more often than anybody can draw is refused as a whole: a part would pass for all of it', () =>
    withChart(
      [
        slice(0),
        segmentation(
          Array.from({ length: 512 }, () => [...ofSegment(1), ...at(0)]),
          new Uint8Array((512 * 256 * 264) / 8).fill(255),
          [
            [0x00280010, 'US', [256]],
            [0x00280011, 'US', [264]],
          ],
        ),
      ],
      async (client, patient) => {
        const { segmentations } = await client.call('imaging.segmentations', { patient });
        const [picture] = await instancesOf(client, patient, 'CT');
        const of = segmentations.map(({ instance }) => instance);
        await expect(client.call('imaging.masks', { patient, instance: picture?.id ?? '', of })).rejects.toMatchObject({
          code: 'file-too-large',
        });
      },
    ));

  test('whose series is not in the record says so', () =>
    withChart(
      [segmentation([[...ofSegment(1), ...at(0), ...drawnOn('1.2.3.1.1.0')]], new Uint8Array(2))],
      async (client, patient) => {
        const { segmentations } = await client.call('imaging.segmentations', { patient });
        expect(segmentations).toMatchObject([{ over: [], why: 'not-here', unplaced: 1 }]);
      },
    ));
});

describe('frames find their pictures', () => {
  const target = (number: number, over: Partial<Target> = {}): Target => ({
    instance: `i${number}`,
    frame: 1,
    uid: `1.${number}`,
    series: 's',
    frameOfReference: 'f',
    position: [0, 0, number * 2],
    orientation: [1, 0, 0, 0, 1, 0],
    sliceThickness: 2,
    ...over,
  });
  const of = (z: number, sources: { uid: number; frame?: number }[], thickness = 2) =>
    placed(
      {
        kind: 'binary',
        maximum: 255,
        label: '',
        tiled: false,
        frameOfReference: 'f',
        segments: [],
        series: ['s'],
        uids: ['1.0', '1.1', '1.2'],
        frames: [{ position: [5, 5, z], orientation: [1, 0, 0, 0, 1, 0], sliceThickness: thickness, sources }],
      },
      [target(0), target(1), target(2), target(3, { series: 'other' })],
    );
  const where = (found: ReturnType<typeof of>) => [...found.on.keys()];

  test('of all the pictures that a frame was made from only the one at its place is meant', () => {
    expect(where(of(2, [{ uid: 0 }, { uid: 1 }, { uid: 2 }]))).toEqual([keyOf('i1', 1)]);
  });
  test('a name that the place contradicts is not believed', () => {
    expect(where(of(4, [{ uid: 0 }]))).toEqual([keyOf('i2', 1)]);
  });
  test('a thick frame lies on all pictures that it reaches; one far away on none', () => {
    expect(where(of(2, [], 6))).toEqual([keyOf('i0', 1), keyOf('i1', 1), keyOf('i2', 1)]);
    expect(of(40, [])).toMatchObject({ unplaced: 1 });
  });
});

test('a small file that names pictures without end is read to a bound; its other frames lie by their place', () => {
  const numbers = Array.from({ length: 2_000 }, (_, index) => index + 1).join('\\');
  const derived = group(0x00089124, [
    ...group(0x00082112, [
      [0x00081155, 'UI', '1.2.3.1.1.0'],
      [0x00081160, 'IS', numbers],
    ]),
  ]);
  const frames = Array.from({ length: 400 }, () => [...at(2), ...ofSegment(1)]);
  const { frames: read } = readSegmentation(
    segmentation(frames, new Uint8Array(800), group(0x52009229, [...orientation, ...measures, ...derived])),
  );
  expect(read).toHaveLength(400);
  expect(read[0]?.sources).toHaveLength(2_000);
  expect(read.at(-1)).toMatchObject({ sources: [], position: [0, 0, 2] });
  expect(read.reduce((sum, { sources }) => sum + sources.length, 0)).toBeLessThanOrEqual(250_000);
});

test('the colour that is recommended is the one on the screen', () => {
  // CIELab of white, black and of the liver in the standard table of anatomic colours (221, 130, 101), written by a program that took D65 for white.
  expect(screenColour(65535, 32896, 32896)).toEqual([255, 255, 255]);
  expect(screenColour(0, 32896, 32896)).toEqual([0, 0, 0]);
  for (const [index, value] of screenColour(41661, 41167, 40792).entries())
    expect(Math.abs(value - ([221, 130, 101][index] ?? 0))).toBeLessThanOrEqual(12);
});

test.runIf(dicomHere)('real ones: bone on its skull by names, all frames; labels of tiles on no cut', () => {
  const bone = readSegmentation(dicomFile('seg/seg-cranium-bone-24f.dcm'));
  expect({
    kind: bone.kind,
    frames: bone.frames.length,
    uids: bone.uids.length,
    segments: bone.segments.map(({ label }) => label),
  }).toEqual({
    kind: 'binary',
    frames: 24,
    uids: 24,
    segments: ['Bone'],
  });
  const tumour = readSegmentation(dicomFile('seg/seg-tumor-13f.dcm'));
  expect(tumour.segments.map(({ label, colour }) => [label, colour !== undefined])).toEqual([
    ['Neoplasm, Primary', true],
    ['Neoplasm, Secondary', true],
  ]);
  expect(readSegmentation(dicomFile('seg/seg-image-sm-control-labelmap-palette-color.dcm'))).toMatchObject({
    kind: 'labels',
    tiled: true,
  });
  expect(readSegmentation(dicomFile('seg/seg-image-ct-true-fractional.dcm'))).toMatchObject({ kind: 'fractional', maximum: 255 });
});
