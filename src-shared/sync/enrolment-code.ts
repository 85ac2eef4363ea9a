/**
 * The code that pairs a workstation: SHA-256 fingerprint of the server's certificate and a one-time secret, in Crockford's base32 with the
 * checksum of Bech32m (BIP 350), which finds any four wrong characters and any swap. Written in fourteen groups of five.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const FINGERPRINT_BYTES = 32;
export const SECRET_BYTES = 8;
const DATA_CHARACTERS = ((FINGERPRINT_BYTES + SECRET_BYTES) * 8) / 5;
const CHECK_CHARACTERS = 6;
const BECH32M = 0x2bc830a3;

export interface EnrolmentCode {
  /** SHA-256 of the certificate's DER. */
  fingerprint: Uint8Array;
  secret: Uint8Array;
}

export function writeEnrolmentCode({ fingerprint, secret }: EnrolmentCode): string {
  const values = toFives(new Uint8Array([...fingerprint, ...secret]));
  const checksum = polymod([...values, ...new Array<number>(CHECK_CHARACTERS).fill(0)]) ^ BECH32M;
  for (let n = CHECK_CHARACTERS - 1; n >= 0; n--) values.push((checksum >>> (5 * n)) & 31);
  const text = values.map((value) => ALPHABET[value]).join('');
  return text.match(/.{5}/g)?.join('-') ?? text;
}

/** @returns null when anything in it is mistyped; capitals, dashes, spaces and the look-alikes O, I, L do not matter */
export function readEnrolmentCode(typed: string): EnrolmentCode | null {
  const text = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  const values = [...text].map((character) => ALPHABET.indexOf(character));
  if (values.length !== DATA_CHARACTERS + CHECK_CHARACTERS || values.includes(-1) || polymod(values) !== BECH32M) return null;
  const bytes = toBytes(values.slice(0, DATA_CHARACTERS));
  return { fingerprint: bytes.slice(0, FINGERPRINT_BYTES), secret: bytes.slice(FINGERPRINT_BYTES) };
}

function polymod(values: readonly number[]): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    generator.forEach((term, bit) => {
      if ((top >>> bit) & 1) checksum ^= term;
    });
  }
  return checksum;
}

function toFives(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) values.push((held >>> (bits - 5)) & 31);
  }
  return values;
}

function toBytes(values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const value of values) {
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >>> bits) & 0xff);
    }
  }
  return new Uint8Array(bytes);
}
