/** What a patient would lose: a dose that one engine misread, shown as if it were certain. */
import { describe, expect, it } from 'vitest';
import { corrected } from './correct.ts';
import { merge } from './merge.ts';
import { numberShape, numbersIn } from './numbers.ts';
import type { ReadWord } from './page.ts';

function word(text: string, x = 0, confidence = 0.95, width = text.length * 20): ReadWord {
  return { text, box: [x, 0, x + width, 40], confidence };
}

const read = (t: ReadWord[], n: ReadWord[], language = 'eng') =>
  merge(t, n, language).map(({ text, doubtful }) => ({ text, doubtful }));

describe('merge', () => {
  it('trusts what both engines read', () => {
    expect(read([word('500'), word('mg', 100)], [word('500'), word('mg', 100)])).toEqual([
      { text: '500', doubtful: false },
      { text: 'mg', doubtful: false },
    ]);
  });

  it.each([
    ['158/94', '58/94'],
    ['3,1', '31'],
    ['1.25', '1,25'],
    ['<5', '5'],
    ['10', '1O'],
  ])('marks a number that the engines read as %s and as %s', (t, n) => {
    expect(read([word(t)], [word(n, 0, 0.99, t.length * 20)])).toEqual([{ text: expect.any(String), doubtful: true }]);
    expect(read([word(n, 0, 0.99, t.length * 20)], [word(t)])).toEqual([{ text: expect.any(String), doubtful: true }]);
  });

  it('marks a number that only one engine saw, however sure', () => {
    expect(read([word('214', 0, 0.99)], [])).toEqual([{ text: '214', doubtful: true }]);
    expect(read([], [word('214', 0, 0.99)])).toEqual([{ text: '214', doubtful: true }]);
  });

  it('drops specks that one engine took for letters', () => {
    expect(read([word('~', 0, 0.3), word('i', 200, 0.4)], [])).toEqual([]);
  });

  it('lets the surer engine repair a word', () => {
    expect(read([word('immunoglobul1n', 0, 0.4)], [word('immunoglobulin', 0, 0.99)])[0]?.text).toBe('immunoglobulin');
  });

  it('never tears a number apart, and keeps the blank that one engine saw elsewhere', () => {
    expect(read([word('61,', 0), word('5', 70)], [word('61,5', 0, 0.95, 95)])).toEqual([{ text: '61,5', doubtful: false }]);
    expect(read([word('2mg')], [word('2', 0, 0.95, 20), word('mg', 25, 0.95, 35)]).map((w) => w.text)).toEqual(['2', 'mg']);
  });

  it('keeps the end of a sentence that a close box has cut off', () => {
    expect(read([word('daily.')], [word('daily', 0, 0.99)])[0]?.text).toBe('daily.');
  });

  it('believes the comma where the language writes one, and marks it', () => {
    expect(read([word('13,8', 0, 0.6)], [word('13.8', 0, 0.99)], 'spa')).toEqual([{ text: '13,8', doubtful: true }]);
    expect(read([word('13,8', 0, 0.6)], [word('13.8', 0, 0.99)], 'eng')).toEqual([{ text: '13.8', doubtful: true }]);
  });

  it('checks the numbers of a Hindi page', () => {
    expect(read([word('रोगी'), word('158/94', 200)], [word('158/94', 200)], 'eng+hin')).toEqual([
      { text: 'रोगी', doubtful: false },
      { text: '158/94', doubtful: false },
    ]);
    expect(read([word('58/94', 200)], [word('158/94', 200)], 'eng+hin')[0]?.doubtful).toBe(true);
    expect(read([word('58/94', 200)], [], 'eng+hin')[0]?.doubtful).toBe(true);
  });
});

describe('numbers', () => {
  it('are digit groups with their decimal signs', () => {
    expect(numbersIn('26-0311-7745, 158/94 and 39,1 or 1.250.')).toEqual(['26', '0311', '7745', '158', '94', '39,1', '1.250']);
  });

  it('differ by sign, comparison and percent, not by a full stop behind them', () => {
    expect(numberShape('97%.')).toBe('97%');
    expect(numberShape('<5')).not.toBe(numberShape('5'));
    expect(numberShape('7.5mg')).toBe('7.5');
  });
});

describe('correction over the page', () => {
  const page = (...texts: string[]) => corrected(texts.map((text) => ({ ...word(text), doubtful: false })));

  it('reads a lone decimal point among commas as a comma, and marks it', () => {
    expect(page('3,4', '13,8', '0,92', '61,5', '14.2').at(-1)).toMatchObject({ text: '14,2', doubtful: true });
    expect(page('3,4', '13.8', '0.92', '61.5', '14.2').at(-1)).toMatchObject({ text: '14.2', doubtful: false });
  });

  it('spells oxygen saturation and HbA1c as medicine does, and nothing else', () => {
    expect(page('Sp02', 'HbAlc', 'SpO2:', 'AP02').map((w) => w.text)).toEqual(['SpO2', 'HbA1c', 'SpO2:', 'AP02']);
  });
});
