import { describe, expect, test } from 'vitest';
import { bestQuotes, quotable } from './quotes.ts';
import { checkClaims } from './support.ts';

describe('quotes', () => {
  test('a line that announces a list takes the list with it; headings and questions are no quotes', () => {
    const answer = 'Overview\nWhat is gout?\nCommon symptoms of an attack are\n- pain\n- swelling\n- redness';
    expect(quotable(answer, 0)).toEqual(['Common symptoms of an attack are pain; swelling; redness']);
    expect(quotable(answer, 7)).toEqual([]);
  });

  test('the nearest sentence of each passage, a second one only where it is as near, nothing twice', () => {
    const candidates = [
      { n: 1, text: 'a' },
      { n: 1, text: 'b' },
      { n: 1, text: 'c' },
      { n: 2, text: 'b' },
      { n: 2, text: 'd' },
    ];
    expect(bestQuotes(candidates, [0.5, 0.8, 0.78, 0.9, 0.2], 5)).toEqual([
      { n: 1, text: 'b' },
      { n: 1, text: 'c' },
    ]);
  });
});

describe('claims of a language model', () => {
  const passages = new Map([
    [1, 'Colchicine eases an attack of gout when it is taken within 12 hours.'],
    [2, 'Allopurinol lowers uric acid in the blood.'],
  ]);
  const check = (answer: string) => checkClaims(answer, passages);

  test.each([
    ['Colchicine eases an attack of gout [1].', [1]],
    ['Colchicine eases an attack of gout. [1]', [1]],
    ['Allopurinol lowers uric acid; colchicine eases the attack [1][2].', [1, 2]],
    ['Allopurinol lowers uric acid; colchicine eases the attack [1, 2].', [1, 2]],
    ['Allopurinol lowers uric acid; colchicine eases the attack [1-2].', [1, 2]],
  ])('%j is supported', (answer, cites) => {
    expect(check(answer)).toEqual([{ text: answer, cites, supported: true }]);
  });

  test.each([
    ['a claim without citation', 'Colchicine eases an attack of gout.'],
    ['a citation that does not exist', 'Colchicine eases an attack of gout [3].'],
    ['one of two citations that does not exist', 'Colchicine eases an attack of gout [1][9].'],
    ['a claim that the passage does not make', 'Surgery removes every crystal from the joint [1].'],
    ['another figure', 'Colchicine eases an attack of gout within 48 hours [1].'],
  ])('%s is marked', (_what, answer) => {
    expect(check(answer).map(({ supported }) => supported)).toEqual([false]);
  });

  test('sentences and list items are checked one by one', () => {
    const claims = check(
      '- Colchicine eases an attack of gout [1]. It also cures colds [1].\n2. Allopurinol lowers uric acid. [2]',
    );
    expect(claims.map(({ text, supported }) => [text, supported])).toEqual([
      ['Colchicine eases an attack of gout [1].', true],
      ['It also cures colds [1].', false],
      ['Allopurinol lowers uric acid. [2]', true],
    ]);
  });
});
