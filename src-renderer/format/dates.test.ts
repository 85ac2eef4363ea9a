import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { age, day, moment } from './dates.ts';

beforeAll(() => i18next.init({ lng: 'en' }));

test.each([
  ['1984', '1984'],
  ['1984-03', 'Mar 1984'],
  ['1984-03-17', '17 Mar 1984'],
  ['not a date', 'not a date'],
])('shows the date %j as %j', (at, shown) => expect(day(at)).toBe(shown));

test('a date without a time is shown without one', () => expect(moment('2026-11-22')).toBe('22 Nov 2026'));

test.each([
  ['1984-03-17', { unit: 'years', count: 42 }],
  ['1984-11-23', { unit: 'years', count: 41 }],
  ['2025-12-22', { unit: 'months', count: 11 }],
  ['2026-11-01', { unit: 'days', count: 21 }],
  ['1984', { unit: 'years', count: 42 }],
])('is %j so old on 22 Nov 2026', (born, expected) => expect(age(born, new Date('2026-11-22T12:00:00Z'))).toEqual(expected));
