import { expect, test } from 'vitest';
import { strength } from './strength.ts';

test.each([
  ['', 'empty'],
  ['short one', 'short'],
  ['aaaaaaaaaaaaaaaa', 'plain'],
  ['lamp1lamp1lamp1lamp1', 'plain'],
  ['amina is the best', 'plain'],
  ['river stone 42', 'fair'],
  ['river stone candle mango', 'strong'],
])('calls %j %s', (password, expected) => {
  expect(strength(password, 12, ['amina'])).toBe(expected);
});
