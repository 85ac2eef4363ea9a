import { expect, test } from 'vitest';
import { inputOf } from './filter.ts';

test('both days of a period count whole, by the calendar on the wall', () => {
  const { since, until } = inputOf({ from: '2026-11-21', to: '2026-11-22' });
  expect(since).toBe(new Date(2026, 10, 21).toISOString());
  expect(until).toBe(new Date(2026, 10, 23).toISOString());
});

test('what is half typed asks for nothing', () => {
  expect(inputOf({ from: '2026-1', patient: ' ä', person: '', breakGlass: false })).toEqual({});
});
