import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pngOfXwd } from './png.mjs';

test('a screen of Xvfb becomes a PNG with the same colours', () => {
  const headerBytes = 100;
  const xwd = Buffer.alloc(headerBytes + 12 + 2 * 8);
  // XWDFileHeader: sizes of header, width and height, bytes a line, entries of the colour map.
  for (const [offset, value] of [
    [0, headerBytes],
    [16, 2],
    [20, 2],
    [48, 8],
    [76, 1],
  ] as const)
    xwd.writeUInt32BE(value, offset);
  const pixels = [0xff0000, 0x00ff00, 0x0000ff, 0x123456];
  for (const [index, pixel] of pixels.entries()) xwd.writeUInt32LE(pixel, headerBytes + 12 + index * 4);

  const png = pngOfXwd(xwd);

  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2, 2]);
  const data = png.subarray(png.indexOf('IDAT') + 4, png.indexOf('IEND') - 8);
  expect(inflateSync(data).toString('hex')).toBe('00ff000000ff00' + '000000ff123456');
});
