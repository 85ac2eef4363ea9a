import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WordIndex } from './bm25.ts';
import { wordIndexBytes, wordIndexFrom } from './bm25-bytes.ts';
import { terms } from './words.ts';

const FIELDS = [
  { weight: 2, b: 0.3 },
  { weight: 1, b: 0.75 },
];
const DOCUMENTS = [
  ['Asthma', 'Wheezing at night and tightness of the chest.'],
  ['Asthma', 'Inhaled corticosteroids control asthma.'],
  ['Gout', 'Uric acid crystals in the big toe hurt at night.'],
  ['Gout', 'Colchicine eases an attack of gout.'],
];
const GROUPS = Uint32Array.from([0, 0, 1, 1]);
const ask = (text: string) => new Map(terms(text).map((term) => [term, 1] as const));

describe('word index', () => {
  const index = WordIndex.build(DOCUMENTS, FIELDS);

  test('ranks the passage with more and rarer words of the question first', () => {
    const { documents } = index.scores(ask('colchicine for gout at night'), GROUPS);
    const order = [...documents.keys()].sort((a, b) => (documents[b] ?? 0) - (documents[a] ?? 0));
    expect(order[0]).toBe(3);
    expect(order[1]).toBe(2);
  });

  test('scores a page by its passages together', () => {
    // No passage has both words; the page on asthma does.
    const { documents, groups } = index.scores(ask('wheezing corticosteroids'), GROUPS);
    expect(groups[0]).toBeCloseTo((documents[0] ?? 0) + (documents[1] ?? 0), 5);
    expect(groups[1]).toBe(0);
  });

  test('counts a word of a name more than one of the text', () => {
    const names = WordIndex.build(
      [
        ['gout', 'one two three'],
        ['other', 'gout two three'],
      ],
      FIELDS,
    );
    const { documents } = names.scores(ask('gout'), Uint32Array.from([0, 1]));
    expect(documents[0]).toBeGreaterThan(documents[1] ?? 0);
  });

  test('is the same after it was written and read, also from odd places in a buffer', () => {
    const bytes = wordIndexBytes(index);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    for (const read of [wordIndexFrom(bytes), wordIndexFrom(shifted.subarray(3))]) {
      expect(read.terms).toEqual(index.terms);
      for (const text of ['asthma at night', 'uric acid', 'nothing of that']) {
        expect(read.scores(ask(text), GROUPS)).toEqual(index.scores(ask(text), GROUPS));
      }
      expect(read.rarity('gout')).toBe(index.rarity('gout'));
    }
  });

  test('any documents come back from bytes', () => {
    const text = fc
      .array(fc.constantFrom('gout', 'asthma', 'toe', 'chest', '2', 'é'), { maxLength: 8 })
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 12 }), (documents) => {
        const built = WordIndex.build(documents, FIELDS);
        const read = wordIndexFrom(wordIndexBytes(built));
        const groups = Uint32Array.from(documents.keys());
        expect(read.scores(ask('gout asthma toe'), groups)).toEqual(built.scores(ask('gout asthma toe'), groups));
      }),
    );
  });
});
