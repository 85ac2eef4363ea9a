import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { detail } from './detail.ts';
import { flagOf, readable, unitShown } from './numbers.ts';

beforeAll(() => i18next.init({ lng: 'en' }));

test.each([
  ['7.40', '7.40'],
  ['119.38237916166489', '119.4'],
  ['0.37612850182289215', '0.3761'],
  ['10.404797601447859', '10.4'],
  ['120', '120'],
  ['0.00012345678', '0.0001235'],
  ['1234.56789', '1234.6'],
  ['Body height 73.98388186765422 cm · Pain 2 /10', 'Body height 73.98 cm · Pain 2 /10'],
])('shows %j as %j', (printed, shown) => expect(readable(printed)).toBe(shown));

test.each([
  ['mL/min/{1.73_m2}', 'mL/min/1.73 m²'],
  ['umol/L', 'µmol/L'],
  ['ug/L', 'µg/L'],
  ['kg/m2', 'kg/m²'],
  ['mm[Hg]', 'mmHg'],
  ['Cel', '°C'],
  ['{INR}', 'INR'],
  ['mmol/L', 'mmol/L'],
])('writes the unit %s as %s', (code, shown) => expect(unitShown(code)).toBe(shown));

test('a date in a sentence is shown with its month in letters', () =>
  expect(detail('ended 2025-01-20')).toBe('ended 20 Jan 2025'));

test.each([
  [151, 90, 139, 'H'],
  [80, 90, 139, 'L'],
  [139, 90, 139, undefined],
  [5, undefined, undefined, undefined],
])('flags %d in %s to %s as %s', (value, low, high, flag) => expect(flagOf(value, low, high)).toBe(flag));
