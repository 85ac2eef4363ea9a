import { expect, test } from 'vitest';
import { readable } from './numbers.ts';

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
