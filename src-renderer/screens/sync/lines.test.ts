import { expect, test } from 'vitest';
import { linesOf, placeOf } from './lines.ts';

test('a plain value is one line without a place', () => {
  expect(linesOf('500 mg')).toEqual([{ path: '', value: '500 mg' }]);
  expect(linesOf(0)).toEqual([{ path: '', value: '0' }]);
});

test('what was removed has no line', () => {
  expect(linesOf(undefined)).toEqual([]);
  expect(linesOf(null)).toEqual([]);
});

test('every part of a record is named by its place', () => {
  expect(linesOf({ text: 'Metformin', coding: [{ code: '6809', display: 'metformin' }] })).toEqual([
    { path: 'text', value: 'Metformin' },
    { path: 'coding.0.code', value: '6809' },
    { path: 'coding.0.display', value: 'metformin' },
  ]);
});

test('a place is read from outside in', () => {
  expect(placeOf('/statusReason/text')).toBe('statusReason › text');
});
