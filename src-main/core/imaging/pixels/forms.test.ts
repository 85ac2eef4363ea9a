/** Forms of pixel data that are rare and legal, made byte by byte; dicom-forms.interop.test.ts has many more, against other programs. */
import { expect, test } from 'vitest';
import { type Made, madePicture } from '../../../../tests/fixtures/dicom.ts';
import { describeDicom } from '../describe.ts';
import { openDicom } from '../parse/part10.ts';
import { asStored, numbersIn } from './display.ts';
import { framesOf } from './file-frames.ts';
import { overlaysOf } from './overlays.ts';
import { showFrame } from './shown.ts';

const picture = (rows: number, columns: number, bits: number, extra: Made) =>
  madePicture({
    extra: [
      [0x00280010, 'US', [rows]],
      [0x00280011, 'US', [columns]],
      [0x00280100, 'US', [bits]],
      [0x00280101, 'US', [bits]],
      [0x00280102, 'US', [bits - 1]],
      ...extra,
    ],
  });

const stored = (bytes: Uint8Array, number = 1) => {
  const frames = framesOf(openDicom(bytes));
  return [...numbersIn(asStored(frames.decode(number), frames.module))];
};

test('twelve bits without gaps, as scanners of old wrote them; the second frame begins in the middle of a byte', () => {
  // 0x123 0x456 0x789, 0xabc 0xdef 0x001: low bits first.
  const packed = Uint8Array.of(0x23, 0x61, 0x45, 0x89, 0xc7, 0xab, 0xef, 0x1d, 0x00, 0);
  const bytes = picture(1, 3, 12, [
    [0x00280008, 'IS', '2'],
    [0x7fe00010, 'OW', packed],
  ]);
  expect([stored(bytes, 1), stored(bytes, 2)]).toEqual([
    [0x123, 0x456, 0x789],
    [0xabc, 0xdef, 0x001],
  ]);
  expect(
    stored(
      picture(1, 2, 12, [
        [0x00280103, 'US', [1]],
        [0x7fe00010, 'OW', Uint8Array.of(0xff, 0xff, 0x7f, 0)],
      ]),
    ),
  ).toEqual([-1, 0x7ff]);
});

test('ink colours and colours with a palette beside them are shown as red, green and blue', () => {
  const shown = (photometric: string, values: number[], extra: Made = []) => {
    const bytes = picture(1, values.length / 4, 8, [
      [0x00280002, 'US', [4]],
      [0x00280004, 'CS', photometric],
      [0x00280006, 'US', [0]],
      [0x7fe00010, 'OB', Uint8Array.from(values)],
      ...extra,
    ]);
    const { pixels: plan } = describeDicom(bytes);
    if (!plan) throw new Error('no plan');
    return [...showFrame({ plan: { ...plan, whole: true }, number: 1, as: 'display', bytes, bit: 0 }).bytes];
  };
  expect(shown('CMYK', [0, 0, 0, 0, 255, 0, 0, 0, 0, 200, 0, 100])).toEqual([255, 255, 255, 0, 255, 255, 155, 0, 155]);
  const palette: Made = [1, 2, 3].flatMap(
    (channel): Made => [
      [0x00281100 + channel, 'US', [2, 0, 8]],
      [0x00281200 + channel, 'OW', Uint8Array.of(0, channel * 10)],
    ],
  );
  expect(shown('ARGB', [0, 7, 8, 9, 1, 7, 8, 9], palette)).toEqual([7, 8, 9, 10, 20, 30]);
  expect(() => shown('XYZW', [0, 0, 0, 0])).toThrow('colour model XYZW');
});

test('a palette in segments and an overlay in bits that the values leave free', () => {
  const segments = (top: number) => [0, 2, 0, 256, 1, 4, top];
  const bytes = picture(1, 6, 8, [
    [0x00280004, 'CS', 'PALETTE COLOR'],
    ...[1, 2, 3].flatMap(
      (channel): Made => [
        [0x00281100 + channel, 'US', [6, 0, 16]],
        [0x00281220 + channel, 'OW', segments(256 + channel * 4 * 256)],
      ],
    ),
    [0x7fe00010, 'OB', Uint8Array.of(0, 1, 2, 3, 4, 5)],
  ]);
  const { pixels: plan } = describeDicom(bytes);
  if (!plan) throw new Error('no plan');
  const red = [...showFrame({ plan: { ...plan, whole: true }, number: 1, as: 'display', bytes, bit: 0 }).bytes].filter(
    (_, index) => index % 3 === 0,
  );
  expect(red).toEqual([0, 1, 2, 3, 4, 5]);
  const marked = openDicom(
    madePicture({
      extra: [
        [0x60000010, 'US', [4]],
        [0x60000011, 'US', [4]],
        [0x60000040, 'CS', 'G'],
        [0x60000050, 'SS', [1, 1]],
        [0x60000100, 'US', [16]],
        [0x60000102, 'US', [12]],
        [0x7fe00010, 'OW', Array.from({ length: 16 }, (_, index) => (index % 5 === 0 ? 0x1000 : 0) | index)],
      ],
    }),
  );
  expect(overlaysOf(marked, 1)).toMatchObject([{ rows: 4, columns: 4, bits: Uint8Array.of(0b00100001, 0b10000100) }]);
});
