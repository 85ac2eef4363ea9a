/** Codes that people copy from a screen or a sheet: Crockford base32, without letters that look like digits, in groups of five. */
import type { Chance } from '../context.ts';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP = 5;

/** Groups of a one-time code in place of a password: 100 random bits. */
export const ONE_TIME_GROUPS = 4;
/** Groups of a single-use code in place of the second factor: 50 random bits, and ten wrong ones lock the account. */
export const FACTOR_GROUPS = 2;

export function makeCode(chance: Chance, groups: number): string {
  // 256 is a multiple of 32: every digit is as likely as the others.
  const digits = [...chance.bytes(groups * GROUP)].map((byte) => DIGITS[byte % 32]).join('');
  return grouped(digits);
}

/** The code as it was made (case, blanks, dashes and the letters I, L, O forgiven), or null where it cannot be one of so many groups. */
export function readCode(typed: string, groups: number): string | null {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
  return plain.length === groups * GROUP && [...plain].every((digit) => DIGITS.includes(digit)) ? grouped(plain) : null;
}

function grouped(digits: string): string {
  return (digits.match(/.{5}/g) ?? []).join('-');
}
