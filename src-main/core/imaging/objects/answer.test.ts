import { expect, test } from 'vitest';
import { type Made, madeDicom } from '../../../../tests/fixtures/dicom.ts';
import { openDicom } from '../parse/part10.ts';
import { readAnswers } from './answer.ts';

const answer = (elements: Made) => {
  const file = madeDicom(elements);
  return { bytes: Uint8Array.from(file.subarray(openDicom(file).start)), syntax: '1.2.840.10008.1.2.1' };
};

test('answers of an archive are read in their own character sets, in sequences too', () => {
  const cyrillic = Uint8Array.of(0xb0, 0xdd, 0xdd, 0xd0);
  expect(
    readAnswers([
      answer([
        [0x00080005, 'CS', 'ISO_IR 144'],
        [0x00100010, 'PN', cyrillic],
        [0x00400100, 'SQ', [[[0x00400006, 'PN', cyrillic]]]],
      ]),
      answer([
        [0x00080005, 'CS', '\\ISO 2022 IR 87'],
        [0x00100010, 'PN', Buffer.from('Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B', 'latin1')],
        [0x00080061, 'CS', 'CT\\SR'],
      ]),
    ]),
  ).toMatchObject([
    { '00100010': ['Анна'], '00400100': [{ '00400006': ['Анна'] }] },
    { '00100010': ['Yamada^Tarou=山田^太郎'], '00080061': ['CT', 'SR'] },
  ]);
});
