/** Files that nobody should send, made on the spot. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { root } from '../../src-node/root.ts';

export const fundus = readFileSync(join(root, 'resources/sample-images/fundus/idrid-train-132-grade-2.jpg'));

/** A PNG whose header promises `width` by `height` pixels of colour, with hardly anything behind it. */
export function promisingPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const start = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    start,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const whole = Buffer.alloc(12 + content.length);
  whole.writeUInt32BE(content.length, 0);
  whole.write(type, 4, 'latin1');
  content.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + content.length)), 8 + content.length);
  return whole;
}

export const page = () =>
  sharp(
    Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="1100"><rect width="800" height="1100" fill="#fff"/></svg>',
    ),
  )
    .png()
    .toBuffer();

/** Would fetch and run something in a browser. */
export const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"><image xlink:href="http://127.0.0.1:9/x.png" width="9" height="9"/><script>alert(1)</script></svg>',
);

/** A PDF of these objects; the first is the catalogue. */
export function pdf(objects: readonly string[], trailer = ''): Buffer {
  let text = '%PDF-1.5\n';
  const places = objects.map((object, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const end = text.length;
  return Buffer.from(
    `${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${end}\n%%EOF\n`,
    'latin1',
  );
}

const SENTENCE = 'BT /F1 18 Tf 72 700 Td (Metformin 500 mg twice daily.) Tj ET';
const PAGE =
  '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>';

/** A letter of so many equal pages. @param catalogue more of the catalogue @param last one more object and more of the trailer */
export function letter(pages: number, catalogue = '', last?: { object: string; trailer: string }): Buffer {
  const kids = Array.from({ length: pages }, (_, index) => `${index + 4} 0 R`).join(' ');
  const objects = [
    `<</Type/Catalog/Pages 2 0 R${catalogue}>>`,
    `<</Type/Pages/Kids[${kids}]/Count ${pages}>>`,
    `<</Length ${SENTENCE.length}>>stream\n${SENTENCE}\nendstream`,
    ...Array.from({ length: pages }, () => PAGE),
  ];
  return pdf(last ? [...objects, last.object] : objects, last ? `/Encrypt ${objects.length + 1} 0 R${last.trailer}` : '');
}

export const encrypted = letter(1, '', {
  object: `<</Filter/Standard/V 1/R 2/O<${'ab'.repeat(32)}>/U<${'cd'.repeat(32)}>/P -44>>`,
  trailer: '/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]',
});
