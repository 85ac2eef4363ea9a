/**
 * The printed recovery code: 160 random bits in Crockford base32 with Crockford's check symbol (the number modulo 37). 32 has order 36 modulo 37, so all 32
 * places weigh differently: any one wrong character and any two swapped ones are found.
 */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHECK = `${DIGITS}*~$=U`;
const PLACES = 32;

export const RECOVERY_BYTES = 20;
/** Groups of four as printed; the last holds the check symbol alone. */
export const RECOVERY_GROUPS = PLACES / 4;

/** @param secret 20 random bytes */
export function writeRecoveryCode(secret: Uint8Array): string {
  let number = BigInt(`0x${Buffer.from(secret).toString('hex')}`);
  const check = CHECK[Number(number % 37n)] ?? '';
  let digits = '';
  for (let place = 0; place < PLACES; place++) {
    digits = (DIGITS[Number(number % 32n)] ?? '') + digits;
    number /= 32n;
  }
  return `${(digits.match(/.{4}/g) ?? []).join('-')}-${check}`;
}

/** The 20 bytes of a typed code (case, blanks, dashes and the letters I, L, O forgiven), or null where it cannot be right. */
export function readRecoveryCode(typed: string): Uint8Array | null {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
  if (plain.length !== PLACES + 1) return null;
  let number = 0n;
  for (const digit of plain.slice(0, PLACES)) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) return null;
    number = number * 32n + BigInt(value);
  }
  if (CHECK[Number(number % 37n)] !== plain[PLACES]) return null;
  return Buffer.from(number.toString(16).padStart(RECOVERY_BYTES * 2, '0'), 'hex');
}
