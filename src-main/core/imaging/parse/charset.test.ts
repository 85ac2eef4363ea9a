import { describe, expect, test } from 'vitest';
import { dicomFile, dicomHere } from '../../../../tests/fixtures/dicom.ts';
import { charsetOf, decodeText, nameParts } from './charset.ts';
import { openDicom } from './part10.ts';
import { textOf } from './values.ts';

describe('names', () => {
  test('groups and parts are told apart; marks that turn the direction of text are taken out', () => {
    expect(nameParts('Yamada^Tarou=山田^太郎=やまだ^たろう')).toMatchObject({
      family: 'Yamada',
      given: 'Tarou',
      shown: 'Yamada, Tarou = 山田, 太郎 = やまだ, たろう',
    });
    expect(nameParts('Adams^John Robert Quincy^^Rev.^B.A. M.Div.').shown).toBe('Adams, Rev. John Robert Quincy B.A. M.Div.');
    expect(nameParts('Smith\u202E^John\u0007').shown).toBe('Smith, John');
  });

  test('without a character set, what is not ASCII is UTF-8 where it can be, Latin 1 where not', () => {
    expect(decodeText(Buffer.from('Jürgen', 'utf8'), undefined, '')).toBe('Jürgen');
    expect(decodeText(Buffer.from('Jürgen', 'latin1'), undefined, '')).toBe('Jürgen');
    expect(decodeText(Buffer.from('Jürgen', 'latin1'), charsetOf(['ISO_IR 100']), '')).toBe('Jürgen');
  });

  test.runIf(dicomHere || process.env.CI === 'true')(
    'each character set of the test files gives the name as it is written',
    () => {
      const names: Readonly<Record<string, string>> = {
        chrArab: 'قباني, لنزار',
        chrFren: 'Buc, Jérôme',
        chrFrenMulti: 'Buc, Jérôme',
        chrGB2312: 'Zhang, XiaoDong = 张, 小东',
        chrGreek: 'Διονυσιος',
        chrH31: 'Yamada, Tarou = 山田, 太郎 = やまだ, たろう',
        chrH32: 'ﾔﾏﾀﾞ, ﾀﾛｳ = 山田, 太郎 = やまだ, たろう',
        chrHbrw: 'שרון, דבורה',
        chrI2: 'Hong, Gildong = 洪, 吉洞 = 홍, 길동',
        chrJapMulti: 'やまだ, たろう',
        chrKoreanMulti: '김희중',
        chrRuss: 'Люкceмбypг',
        chrX1: 'Wang, XiaoDong = 王, 小東',
        chrX2: 'Wang, XiaoDong = 王, 小东',
      };
      for (const [file, name] of Object.entries(names))
        expect(nameParts(textOf(openDicom(dicomFile(`charset/${file}.dcm`)).dataSet, 0x00100010) ?? '').shown, file).toBe(name);
    },
  );
});
