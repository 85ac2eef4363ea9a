import { describe, expect, test } from 'vitest';
import { dicomFile, dicomHere, madePicture } from '../../../../tests/fixtures/dicom.ts';
import { openDicom } from '../parse/part10.ts';
import { itemsOf, lineOf, textOf, uidOf } from '../parse/values.ts';
import { framesOf } from '../pixels/file-frames.ts';
import { deidentify } from './deidentify.ts';

const options = { secret: new Uint8Array(32).fill(7), pseudonym: 'ANON-1' };

describe('de-identification', () => {
  const original = madePicture({
    name: 'Okafor^Chidi',
    id: 'MRN-4711',
    extra: [
      [0x00080050, 'SH', 'ACC-99'],
      [0x00080080, 'LO', 'Kisumu Clinic'],
      [0x00090010, 'LO', 'SECRET CREATOR'],
      [0x00091001, 'LO', 'Chidi Okafor'],
      [0x00180015, 'CS', 'HEAD'],
      [
        0x00081140,
        'SQ',
        [
          [
            [0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
            [0x00081155, 'UI', '1.2.3.3'],
            [0x00090010, 'LO', 'SECRET CREATOR'],
          ],
        ],
      ],
      [0x00104000, 'LT', 'Okafor came again'],
      [0x60003000, 'OW', [1, 2]],
    ],
  });

  test('nothing of name, number, dates, place, comments and private parts is left, and what was done is recorded', () => {
    const { bytes, warnings } = deidentify(original, options);
    const text = Buffer.from(bytes).toString('latin1');
    for (const told of [
      'Okafor',
      'Chidi',
      'MRN-4711',
      'ACC-99',
      'Kisumu',
      'SECRET',
      '19700102',
      '20260301',
      '1.2.3.1',
      '1.2.3.2',
      '1.2.3.3\0',
    ])
      expect(text.includes(told), told).toBe(false);
    const { dataSet, meta } = openDicom(bytes);
    expect([lineOf(dataSet, 0x00100010), lineOf(dataSet, 0x00100020), lineOf(dataSet, 0x00120062)]).toEqual([
      'ANON-1',
      'ANON-1',
      'YES',
    ]);
    expect(itemsOf(dataSet, 0x00120064).map((item) => [lineOf(item, 0x00080100), lineOf(item, 0x00080102)])).toEqual([
      ['113100', 'DCM'],
    ]);
    expect(uidOf(meta, 0x00020003)).toBe(uidOf(dataSet, 0x00080018));
    expect(warnings).toEqual(['face']);
  });

  test('the same number becomes the same other number everywhere, classes stay, pixels stay', () => {
    const { dataSet } = openDicom(deidentify(original, options).bytes);
    const [reference] = itemsOf(dataSet, 0x00081140);
    expect(reference && uidOf(reference, 0x00081155)).toBe(uidOf(dataSet, 0x00080018));
    expect(reference && uidOf(reference, 0x00081150)).toBe('1.2.840.10008.5.1.4.1.1.2');
    const pixels = (bytes: Uint8Array) => Buffer.from(framesOf(openDicom(bytes)).decode(1).bytes).toString('hex');
    expect(pixels(deidentify(original, options).bytes)).toBe(pixels(original));
    const other = openDicom(deidentify(original, { ...options, secret: new Uint8Array(32) }).bytes);
    expect(uidOf(other.dataSet, 0x00080018)).not.toBe(uidOf(dataSet, 0x00080018));
  });

  test('dates that are asked to move do so by the same days, and that is recorded', () => {
    const { dataSet } = openDicom(deidentify(original, { ...options, shiftDays: -30 }).bytes);
    expect([textOf(dataSet, 0x00080020), textOf(dataSet, 0x00100030), lineOf(dataSet, 0x00280303)]).toEqual([
      '20260130',
      undefined,
      'MODIFIED',
    ]);
    expect(itemsOf(dataSet, 0x00120064).map((item) => lineOf(item, 0x00080100))).toEqual(['113100', '113107']);
  });

  test('drawings in unused bits of the pixels go, the values stay', () => {
    const marked = madePicture({
      extra: [
        [0x60000010, 'US', [4]],
        [0x60000011, 'US', [4]],
        [0x60000100, 'US', [16]],
        [0x60000102, 'US', [12]],
        [0x7fe00010, 'OW', Array.from({ length: 16 }, (_, index) => (index % 2 ? 0x1000 : 0) | (index * 100))],
      ],
    });
    const { bytes } = framesOf(openDicom(deidentify(marked, options).bytes)).decode(1);
    expect([...new Uint16Array(new Uint8Array(bytes).buffer)]).toEqual(Array.from({ length: 16 }, (_, index) => index * 100));
    expect(() => deidentify(madePicture({ extra: [[0x00080016, 'UI', '1.2.840.10008.1.3.10']] }), options)).toThrow('by rule');
  });

  test('what cannot be cleaned by rule is refused, and writing in the picture is warned about', () => {
    expect(() => deidentify(madePicture({ extra: [[0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.11']] }), options)).toThrow(
      'de-identified by rule',
    );
    expect(deidentify(madePicture({ extra: [[0x00280301, 'CS', 'YES']] }), options).warnings).toContain('burnt-in');
    expect(deidentify(madePicture({ extra: [[0x00080060, 'CS', 'US']] }), options).warnings).toContain('maybe-burnt-in');
  });

  test.runIf(dicomHere || process.env.CI === 'true')('files of other encodings keep their pixels', () => {
    for (const file of [
      'transfer-syntax/ct-big-endian-explicit.dcm',
      'transfer-syntax/ct-jpegls-lossless.dcm',
      'odd/deflated-sc.dcm',
      'transfer-syntax/ct-little-endian-implicit.dcm',
      'mr/siemens-mosaic-csa.dcm',
    ]) {
      const bytes = dicomFile(file);
      const made = deidentify(bytes, options).bytes;
      expect(
        Buffer.from(framesOf(openDicom(made)).decode(1).bytes).equals(Buffer.from(framesOf(openDicom(bytes)).decode(1).bytes)),
        file,
      ).toBe(true);
    }
  });
});
