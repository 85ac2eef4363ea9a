/** What a reader would lose: a result in the row of another test, or a sentence cut by its neighbour column. */
import { describe, expect, it } from 'vitest';
import { languageOf } from './language.ts';
import type { Box } from './page.ts';
import { readingOrder } from './reading-order.ts';
import { type Table, tablesOf } from './tables.ts';

interface Placed {
  text: string;
  box: Box;
}

function put(text: string, x: number, y: number): Placed[] {
  let at = x;
  return text.split(' ').map((one) => {
    const box: Box = [at, y, at + one.length * 12, y + 24];
    at = box[2] + 8;
    return { text: one, box };
  });
}

const order = (words: Placed[], tables: Table[] = [], width = 1600) =>
  readingOrder(words, tables, width).map((line) => line.map((w) => w.text).join(' '));

describe('reading order', () => {
  it('keeps the rows of a table without rules', () => {
    const words = [
      ...put('Sodium', 0, 0),
      ...put('Potassium', 0, 40),
      ...put('139 mmol/L', 600, 2),
      ...put('4.1 mmol/L', 600, 39),
    ];
    expect(order(words)).toEqual(['Sodium 139 mmol/L', 'Potassium 4.1 mmol/L']);
  });

  it('reads columns of running text one after the other', () => {
    const rows = Array.from({ length: 12 }, (_, i) => [
      ...put(`left words of running text in a row number${i}`, 50, i * 40),
      ...put(`right words of running text in a row number${i}`, 850, i * 40),
    ]).flat();
    const lines = order(rows);
    expect(lines[0]).toBe('left words of running text in a row number0');
    expect(lines[11]).toBe('left words of running text in a row number11');
    expect(lines[12]).toBe('right words of running text in a row number0');
  });

  it('keeps wrapped cells of a ruled table together', () => {
    const level = [0, 100, 160].map((y): Box => [0, y, 800, y + 3]);
    const upright = [0, 200, 500, 800].map((x): Box => [x, 0, x + 3, 162]);
    const words = [
      ...put('Date of', 20, 20),
      ...put('birth', 20, 60),
      ...put('17/08/1951', 220, 40),
      ...put('Sex', 520, 40),
      ...put('Admitted', 20, 115),
      ...put('02/02/2026', 220, 117),
    ];
    expect(order([...words, ...put('Diagnoses', 20, 200)], tablesOf({ level, upright }))).toEqual([
      'Date of birth 17/08/1951 Sex',
      'Admitted 02/02/2026',
      'Diagnoses',
    ]);
  });

  it('keeps two rows apart although the rule between them was not seen', () => {
    const level = [0, 100].map((y): Box => [0, y, 800, y + 3]);
    const upright = [0, 300, 800].map((x): Box => [x, 0, x + 3, 102]);
    const words = [...put('Folate', 20, 15), ...put('8.4', 320, 15), ...put('TSH', 20, 60), ...put('5.62', 320, 61)];
    expect(order(words, tablesOf({ level, upright }))).toEqual(['Folate 8.4', 'TSH 5.62']);
  });

  it('sees no table in a single rule', () => {
    expect(tablesOf({ level: [[0, 0, 800, 3]], upright: [] })).toEqual([]);
  });
});

describe('language', () => {
  it.each([
    ['eng', 'The patient was seen in the clinic on the first of March and has to take it daily.'],
    ['spa', 'La paciente fue vista en la consulta del hospital por el dolor y con una receta para los días.'],
    ['fra', 'La patiente est vue dans le service pour une fièvre avec des douleurs depuis trois jours.'],
    ['por', 'A utente foi vista na consulta com uma receita para os comprimidos, sem alergias, à noite não.'],
    ['swa', 'Mgonjwa huyu alikuwa na homa kwa siku tatu na hakuna dawa ya kila siku.'],
    ['eng', 'Ramipril 2.5 mg'],
  ])('%s: %s', (language, text) => {
    expect(languageOf(text)).toBe(language);
  });
});
