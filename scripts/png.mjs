/** A screenshot without a program for it: Xvfb keeps its screen as an XWD file, version 7 (X11/XWDFile.h), and zlib is all that a PNG needs. */
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOUR_ENTRY_BYTES = 12;

/**
 * @param {Buffer} xwd 32 bits a pixel, blue first
 * @returns {Buffer} the same as PNG
 */
export function pngOfXwd(xwd) {
  const [headerBytes, , , , width, height] = Array.from({ length: 6 }, (_, index) => xwd.readUInt32BE(index * 4));
  const lineBytes = xwd.readUInt32BE(48);
  const start = headerBytes + xwd.readUInt32BE(76) * COLOUR_ENTRY_BYTES;
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, to = 0; y < height; y++) {
    to++; // each row begins with its filter: none
    for (let x = 0, from = start + y * lineBytes; x < width; x++, from += 4) {
      rows[to++] = xwd[from + 2];
      rows[to++] = xwd[from + 1];
      rows[to++] = xwd[from];
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // 8 bits a sample, RGB
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(named.length + 8);
  out.writeUInt32BE(data.length, 0);
  named.copy(out, 4);
  out.writeUInt32BE(crc32(named), named.length + 4);
  return out;
}
