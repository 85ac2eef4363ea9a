/** The scan itself: what it would miss, the proof built on it would miss. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scanFolders } from './scan-plain.ts';

const MARKER = 'Quibbleworth';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-scan-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const finds = (name: string, content: Uint8Array) => {
  mkdirSync(join(folder, 'below'), { recursive: true });
  writeFileSync(join(folder, 'below', name), content);
  return scanFolders([folder], [MARKER]).finds.map(({ how }) => how);
};
const noise = Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * 7919) & 255));
const wrapped = (bytes: Uint8Array) => Buffer.concat([noise, bytes, noise]);

test('finds a text in the clear, in any case, in UTF-16 of both orders, in base64 at each alignment and in hex', () => {
  expect(finds('a', wrapped(Buffer.from(MARKER)))).toContain('as it is');
  expect(finds('a', wrapped(Buffer.from(MARKER.toUpperCase())))).toContain('as it is');
  expect(finds('a', wrapped(Buffer.from(MARKER, 'utf16le')))).toContain('UTF-16');
  expect(finds('a', wrapped(Buffer.from(MARKER, 'utf16le').swap16()))).toContain('UTF-16');
  expect(finds('a', wrapped(Buffer.from(Buffer.from(MARKER).toString('hex'))))).toContain('hex');
  for (const before of ['', 'x', 'xy'])
    expect(finds('a', wrapped(Buffer.from(Buffer.from(`${before}${MARKER} and more`).toString('base64'))))).toContain('base64');
});

test('finds it in what is compressed, also inside of something else', async () => {
  const text = Buffer.from(`a letter to ${MARKER} `.repeat(20));
  expect(finds('a', wrapped(gzipSync(text)))).toContain('gzip, as it is');
  expect(finds('a', wrapped(deflateSync(text)))).toContain('zlib, as it is');
  expect(finds('a', wrapped(zipSync({ 'letter.txt': text })))).toContain('zip, as it is');
  expect(finds('a', gzipSync(zipSync({ 'letter.txt': text }, { level: 0 })))).toContain('gzip, as it is');
  const pixels = Buffer.concat([text, Buffer.alloc(3 * 40 * 40)]).subarray(0, 3 * 40 * 40);
  expect(
    finds(
      'a.png',
      await sharp(pixels, { raw: { width: 40, height: 40, channels: 3 } })
        .png({ adaptiveFiltering: false })
        .toBuffer(),
    ),
  ).toContain('png, as it is');
});

test('finds it in the name of a file, and the bytes of a picture', () => {
  expect(finds(`letter of ${MARKER}.txt`, noise)).toContain('name, as it is');
  writeFileSync(join(folder, 'picture'), wrapped(noise.subarray(100, 400)));
  expect(scanFolders([folder], [noise.subarray(120, 160)]).finds.length).toBeGreaterThan(0);
});

test('finds nothing in noise, and counts what it has looked at', () => {
  writeFileSync(join(folder, 'noise'), wrapped(deflateRawSync(noise)));
  const { files, bytes, finds: none } = scanFolders([folder], [MARKER]);
  expect({ files, none }).toEqual({ files: 1, none: [] });
  expect(bytes).toBeGreaterThan(8000);
});
