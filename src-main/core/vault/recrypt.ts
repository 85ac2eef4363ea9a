/**
 * Pages of a database under another key, byte for byte as SQLCipher 4 lays them out: page 1 begins with the salt (16 bytes); then AES-256-CBC without padding, the
 * IV (16 bytes), and HMAC-SHA-512 over ciphertext, IV and page number. Source: SQLCipher design document. What comes out is opened by SQLite before it is used.
 */
import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

const SALT_BYTES = 16;
const IV_BYTES = 16;
const HMAC_BYTES = 64;
/** SQLite never writes the page in which its locks lie. Source: file format, 1.4. */
const LOCK_BYTE = 0x4000_0000;

export interface PageKeys {
  key: Uint8Array;
  hmac: Uint8Array;
  salt: Uint8Array;
}

/** @param key raw, 32 bytes  @param salt the first 16 bytes of the file */
export function pageKeys(key: Uint8Array, salt: Uint8Array): PageKeys {
  const masked = Uint8Array.from(salt, (byte) => byte ^ 0x3a);
  return { key, salt: Uint8Array.from(salt), hmac: pbkdf2Sync(key, masked, 2, 32, 'sha512') };
}

export function isLockPage(number: number, pageBytes: number): boolean {
  return number === LOCK_BYTE / pageBytes + 1;
}

/** The part of a page that is another whenever the page was written: its IV. */
export function ivOf(page: Uint8Array): Uint8Array {
  const end = page.byteLength - HMAC_BYTES;
  return page.subarray(end - IV_BYTES, end);
}

/** Whether the page is whole, and where it should be. */
export function fits(page: Uint8Array, number: number, keys: PageKeys): boolean {
  return timingSafeEqual(hmacOf(page, number, keys), page.subarray(page.byteLength - HMAC_BYTES));
}

/** Writes `page`, which must fit, into `to` under other keys and with a new IV. */
export function recrypt(page: Uint8Array, number: number, from: PageKeys, into: PageKeys, to: Uint8Array): void {
  const [start, end] = [number === 1 ? SALT_BYTES : 0, page.byteLength - HMAC_BYTES - IV_BYTES];
  const decipher = createDecipheriv('aes-256-cbc', from.key, ivOf(page)).setAutoPadding(false);
  const clear = decipher.update(page.subarray(start, end));
  const iv = randomBytes(IV_BYTES);
  if (number === 1) to.set(into.salt);
  to.set(createCipheriv('aes-256-cbc', into.key, iv).setAutoPadding(false).update(clear), start);
  clear.fill(0);
  to.set(iv, end);
  to.set(hmacOf(to, number, into), end + IV_BYTES);
}

function hmacOf(page: Uint8Array, number: number, { hmac }: PageKeys): Buffer {
  const place = Buffer.alloc(4);
  place.writeUInt32LE(number);
  const covered = page.subarray(number === 1 ? SALT_BYTES : 0, page.byteLength - HMAC_BYTES);
  return createHmac('sha512', hmac).update(covered).update(place).digest();
}
