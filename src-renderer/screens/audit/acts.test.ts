import { expect, test } from 'vitest';
import { acts, actWords } from './acts.ts';

test('an act is called by words, and one that this version does not know by its name', () => {
  expect(actWords('audit.ofPatient')).toBe('Who has seen this record');
  expect(actWords('readings.decide')).toBe('Accept, change or reject what the model proposed');
  expect(actWords('of.tomorrow')).toBe('of.tomorrow');
});

test('no two acts to choose from are called alike', () => {
  const words = acts.map((act) => act.words);
  expect(words.filter((each, index) => words.indexOf(each) !== index)).toEqual([]);
});
