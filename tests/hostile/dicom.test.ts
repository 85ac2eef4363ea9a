/**
 * DICOM files that somebody has damaged, by chance or on purpose: each is opened, opened in part or refused with a sentence; nothing crashes, hangs or grows.
 * 100 mutations here; LAMPLIGHT_TRIALS=2000 in the long run. A failure names seed and path, with which fast-check plays it again.
 */
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { type DicomPool, openDicomPool, zipEntries } from '../../src-main/core/imaging/index.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { dicomFile, dicomHere, madeDicom, madePicture, manifest } from '../fixtures/dicom.ts';

const TRIALS = Number(process.env.LAMPLIGHT_TRIALS ?? 100);
const SECONDS_MAX = 20;
const SMALL_BYTES = 40_000;
const EXPECTED = new Set([
  'file-empty',
  'file-too-large',
  'dicom-not',
  'dicom-damaged',
  'dicom-unsupported',
  'dicom-no-picture',
  'dicom-pixels-damaged',
  'document-broken',
  'document-encrypted',
  'not-found',
]);

const pool: DicomPool = openDicomPool(2);
afterAll(() => pool.close());

const bases: Uint8Array[] = [
  madePicture(),
  madePicture({
    extra: [
      [
        0x00081140,
        'SQ',
        [
          [
            [0x00081155, 'UI', '1.2.3'],
            [0x00081140, 'SQ', [[[0x00081150, 'UI', '1.2']]]],
          ],
        ],
      ],
    ],
  }),
  ...(dicomHere
    ? manifest()
        .map(({ file }) => dicomFile(file))
        .filter((bytes) => bytes.length > 132 && bytes.length < SMALL_BYTES)
    : []),
];

type Change = {
  kind: 'flip' | 'zero' | 'ones' | 'cut' | 'double' | 'splice' | 'number';
  at: number;
  value: number;
  from: number;
};

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('flip', 'zero', 'ones', 'cut', 'double', 'splice', 'number'),
  // Half of them in the header, where structure is.
  at: fc.oneof(fc.integer({ min: 0, max: 9_999 }), fc.integer({ min: 0, max: 2_000 })).map((n) => n / 10_000),
  value: fc.integer({ min: 0, max: 0xffffffff }),
  from: fc.nat(bases.length - 1),
});

function mutated(base: Uint8Array, changes: readonly Change[]): Uint8Array {
  let bytes: Buffer = Buffer.from(base);
  for (const { kind, at, value, from } of changes) {
    const place = Math.min(bytes.length - 1, Math.floor(at * bytes.length));
    if (place < 0) return bytes;
    if (kind === 'flip') bytes[place] = (bytes[place] ?? 0) ^ (1 << (value & 7));
    else if (kind === 'zero') bytes.fill(0, place, Math.min(bytes.length, place + (value % 64)));
    else if (kind === 'ones') bytes.fill(0xff, place, Math.min(bytes.length, place + 4));
    else if (kind === 'cut') bytes = bytes.subarray(0, place);
    else if (kind === 'double')
      bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(Math.max(0, place - (value % 500)))]);
    else if (kind === 'splice')
      bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(bases[from] ?? base).subarray(place)]);
    else if (place + 4 <= bytes.length)
      bytes.writeUInt32LE([0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, value][value % 6] ?? 0, place);
  }
  return bytes;
}

test(`${TRIALS} mutations of ${bases.length} small files: every thread answers in time, cleanly`, async () => {
  const heap = process.memoryUsage().rss;
  await fc.assert(
    fc.asyncProperty(fc.nat(bases.length - 1), fc.array(change, { minLength: 1, maxLength: 6 }), async (index, changes) => {
      const bytes = mutated(bases[index] ?? new Uint8Array(), changes);
      const info = await pool.ask('info', { bytes }, { seconds: SECONDS_MAX });
      expect(['opened', 'partly', 'refused']).toContain(info.status);
      if (info.status !== 'opened') expect(info.reason).toMatch(/\.$/);
      for (const question of ['describe', 'tags', 'report', 'waveform', 'presentation', 'segmentation', 'film'] as const) {
        const failure = await pool.ask(question, { bytes }, { seconds: SECONDS_MAX }).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        if (failure !== null)
          expect(failure instanceof AppError && EXPECTED.has(failure.code), `${question}: ${String(failure)}`).toBe(true);
      }
      const told = await pool.ask('describe', { bytes }, { seconds: SECONDS_MAX }).catch(() => null);
      const plan = told && 'description' in told ? told.description.pixels : null;
      if (plan) {
        const frame = { plan: { ...plan, whole: true }, number: 1, as: 'stored' as const, bytes, bit: 0 };
        const failure = await pool
          .ask('masks', { frame, kind: 'labels', maximum: 255, most: 1_000_000 }, { seconds: SECONDS_MAX })
          .then(
            ({ length }) => expect(length).toBeLessThanOrEqual(1_000),
            (thrown: unknown) => thrown,
          );
        if (failure instanceof Error)
          expect(failure instanceof AppError && EXPECTED.has(failure.code), `masks: ${String(failure)}`).toBe(true);
      }
      const options = { secret: new Uint8Array(32), pseudonym: 'ANON' };
      const failure = await pool.ask('deidentify', { bytes, options }, { seconds: SECONDS_MAX }).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (failure !== null)
        expect(failure instanceof AppError && EXPECTED.has(failure.code), `deidentify: ${String(failure)}`).toBe(true);
    }),
    { numRuns: TRIALS, seed: Number(process.env.LAMPLIGHT_SEED ?? 20260301), endOnFailure: true },
  );
  expect(process.memoryUsage().rss - heap).toBeLessThan(1_500_000_000);
}, 3_600_000);

test('a bomb in a deflated data set is refused before it unfolds', async () => {
  const head = madeDicom([], '1.2.840.10008.1.2.1.99');
  const bomb = Buffer.concat([head, deflateRawSync(Buffer.alloc(600 * 1024 * 1024), { level: 1 })]);
  expect(await pool.ask('info', { bytes: bomb })).toMatchObject({
    status: 'refused',
    reason: expect.stringContaining('512 MiB'),
  });
}, 120_000);

test('sizes that do not exist are refused before anything is allocated for them', async () => {
  for (const [rows, columns, frames] of [
    [65_535, 65_535, 1],
    [46_341, 46_341, 1],
    [4, 4, 999_999_999],
    [1, 1, 999_999_999],
  ] as const) {
    const bytes = madePicture({
      extra: [
        [0x00280010, 'US', [rows]],
        [0x00280011, 'US', [columns]],
        [0x00280008, 'IS', String(frames)],
      ],
    });
    const info = await pool.ask('info', { bytes }, { seconds: SECONDS_MAX });
    expect({ rows, frames, status: info.status }).toEqual({ rows, frames, status: 'partly' });
  }
});

test('sequences without end are refused at a depth that no object needs', async () => {
  const level = Buffer.from('0800401153510000ffffffff' + 'feff00e0ffffffff', 'hex');
  const bytes = Buffer.concat([
    madePicture().subarray(0, 0),
    madeDicom([[0x00080016, 'UI', '1.2']]),
    ...Array.from({ length: 100_000 }, () => level),
  ]);
  expect(await pool.ask('info', { bytes }, { seconds: SECONDS_MAX })).toMatchObject({
    status: 'refused',
    reason: expect.stringContaining('nested'),
  });
});

test('archives: a bomb, a lie about sizes and a broken end are refused; names that lead out are only names', async () => {
  const bomb = zipSync({ 'a.dcm': new Uint8Array(150_000_000) }, { level: 9 });
  expect(() => zipEntries(bomb)).toThrow('200 times');
  const honest = zipSync({ '../../out.dcm': madePicture() });
  const lying = Buffer.from(honest);
  const central = lying.indexOf(Buffer.from('504b0102', 'hex'));
  lying.writeUInt32LE(10, central + 24);
  await expect(zipEntries(lying)[0]?.read()).rejects.toMatchObject({ code: 'archive-refused' });
  expect(() => zipEntries(honest.subarray(0, honest.length - 10))).toThrow('its end is missing');
  expect(Buffer.from((await zipEntries(honest)[0]?.read()) ?? []).equals(Buffer.from(madePicture()))).toBe(true);
});
