/**
 * Checks the HMAC of every page of the database file, also of pages that no query would read.
 * SQLCipher 4: HMAC-SHA-512 over ciphertext, IV and page number; its key is PBKDF2-HMAC-SHA-512(key, salt XOR 0x3a, 2 rounds). Source: SQLCipher design document.
 */
import { createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { fstatSync, read } from 'node:fs';
import { promisify } from 'node:util';
import { isLockPage } from './recrypt.ts';
import { steadyHandle } from './steady.ts';

const readPiece = promisify(read);

const SALT_BYTES = 16;
const IV_BYTES = 16;
const HMAC_BYTES = 64;

/** Sizes that vaults have or had. */
const PAGE_SIZES = [16384, 4096] as const;

/** The number (from 1) of the first page that is damaged, or null. @param key the raw database key, 32 bytes; the size of the pages shows by the first */
export async function firstBadPage(path: string, key: Uint8Array): Promise<number | null> {
  const handle = steadyHandle(path);
  let bad = 1;
  for (const pageBytes of PAGE_SIZES) {
    const found = await walk(handle, key, pageBytes);
    if (found === null) return null;
    bad = Math.max(bad, found);
  }
  return bad;
}

async function walk(handle: number, key: Uint8Array, pageBytes: number): Promise<number | null> {
  const { size } = fstatSync(handle);
  if (size === 0) return 1;
  const page = Buffer.alloc(pageBytes);
  let hmacKey: Buffer | null = null;
  for (let number = 1; number <= Math.ceil(size / pageBytes); number++) {
    if (isLockPage(number, pageBytes)) continue;
    const { bytesRead } = await readPiece(handle, page, 0, pageBytes, (number - 1) * pageBytes);
    if (bytesRead < pageBytes) return number;
    hmacKey ??= pbkdf2Sync(
      key,
      page.subarray(0, SALT_BYTES).map((byte) => byte ^ 0x3a),
      2,
      32,
      'sha512',
    );
    const start = number === 1 ? SALT_BYTES : 0;
    const end = pageBytes - HMAC_BYTES;
    const numberBytes = Buffer.alloc(4);
    numberBytes.writeUInt32LE(number);
    const expected = createHmac('sha512', hmacKey).update(page.subarray(start, end)).update(numberBytes).digest();
    if (!timingSafeEqual(expected, page.subarray(end, end + HMAC_BYTES))) return number;
  }
  return null;
}

/** Bytes that SQLCipher reserves at the end of each page. */
export const RESERVED_BYTES = IV_BYTES + HMAC_BYTES;
