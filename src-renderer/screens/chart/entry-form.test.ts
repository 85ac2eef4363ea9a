import { expect, test } from 'vitest';
import { checkEntry, entryOf, formOf } from './entry-form.ts';

test('a blood pressure needs both values, in bounds, in order', () => {
  expect(checkEntry('vital', {})).toEqual({ value: 'missing', value2: 'missing' });
  expect(checkEntry('vital', { value: '12', value2: '80' })).toEqual({ value: 'outOfBounds' });
  expect(checkEntry('vital', { value: '80', value2: '120' })).toEqual({ value2: 'wrongOrder' });
  expect(checkEntry('vital', { value: '128', value2: '82' })).toEqual({});
  expect(entryOf('vital', { value: '128', value2: '82' })).toEqual({
    kind: 'vital',
    code: '85354-9',
    value: 128,
    value2: 82,
    unit: 'mmHg',
  });
});

test('a decimal comma counts as a point, words do not count', () => {
  expect(entryOf('vital', { code: '8310-5', value: '37,4' })).toEqual({
    kind: 'vital',
    code: '8310-5',
    value: 37.4,
    value2: undefined,
    unit: '°C',
  });
  expect(checkEntry('vital', { code: '8310-5', value: '37.4 C' })).toEqual({ value: 'outOfBounds' });
});

test('what stays empty is left out', () => {
  expect(entryOf('medicine', { name: ' Metformin ', dose: '' })).toEqual({
    kind: 'medicine',
    name: 'Metformin',
    dose: undefined,
    route: undefined,
    frequency: undefined,
  });
  expect(checkEntry('medicine', { name: ' ' })).toEqual({ name: 'missing' });
});

test('an onset in the future is refused', () =>
  expect(checkEntry('problem', { text: 'Asthma', onset: '2999' })).toEqual({ onset: 'wrongDate' }));

test('a broken draft is an empty form', () => expect(formOf('{"a":')).toEqual({}));
