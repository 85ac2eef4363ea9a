/** Letters made up for tests and for the sample letters: typeset as PDF, then scanned, turned or photographed by calculation. */
import sharp from 'sharp';
import { type Projection, warp } from './clean/raster.ts';
import { flatRandom } from './made-up-noise.ts';
import { type Grey, grey } from './page.ts';

const [WIDTH, HEIGHT] = [595, 842]; // A4 in points
const MARGIN = 57;
const SIZE = 11;
const LEADING = 17;
const TABLE = 45; // grey of the table under a photographed sheet

/** A PDF with one page for each list of lines; lines that begin with `# ` are headings. Cells of a row are parted by tabs. */
export function textPdf(pages: readonly (readonly string[])[]): Uint8Array {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>');
  const kids: string[] = [];
  for (const lines of pages) {
    const content = lines.map((line, i) => drawn(line, HEIGHT - MARGIN - SIZE - i * LEADING)).join('\n');
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
    kids.push(`${objects.length + 1} 0 R`);
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents ${objects.length} 0 R >>`,
    );
  }
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`;
  return pdf(objects.map((object) => Buffer.from(object, 'latin1')));
}

/** A PDF of pictures only, as a scanner makes it. */
export async function picturePdf(pages: readonly Grey[], quality = 70): Promise<Uint8Array> {
  const objects: Buffer[] = [Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'), Buffer.alloc(0)];
  const kids: string[] = [];
  for (const page of pages) {
    const jpeg = await jpegOf(page, quality);
    const head = `<< /Type /XObject /Subtype /Image /Width ${page.width} /Height ${page.height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>\nstream\n`;
    objects.push(Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\nendstream')]));
    const content = `${WIDTH} 0 0 ${HEIGHT} 0 0 cm /Im Do`;
    objects.push(Buffer.from(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`));
    kids.push(`${objects.length + 1} 0 R`);
    const [image, stream] = [objects.length - 1, objects.length];
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Resources << /XObject << /Im ${image} 0 R >> >> /Contents ${stream} 0 R >>`,
      ),
    );
  }
  objects[1] = Buffer.from(`<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`);
  return pdf(objects);
}

export function jpegOf({ width, height, data }: Grey, quality = 80): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .jpeg({ quality })
    .toBuffer();
}

/** Paper on a dark table, seen from the side, half in shadow, with the noise of a small sensor. */
export function photographed(page: Grey, seed = 1): Grey {
  const [width, height] = [Math.round(page.width * 1.2), Math.round(page.height * 1.16)];
  const table = grey(width, height, TABLE);
  const [left, top] = [Math.round(page.width * 0.1), Math.round(page.height * 0.08)];
  for (let y = 0; y < page.height; y++)
    table.data.set(page.data.subarray(y * page.width, (y + 1) * page.width), (y + top) * width + left);
  const lean = 0.05;
  const toSource: Projection = [1 + lean, 0.02, -0.03 * width, -0.015, 1 + lean, 0.005 * height, lean / width, 0.04 / height, 1];
  const seen = warp(table, toSource, width, height, TABLE);
  const random = flatRandom(seed);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const shadow = 1 - 0.6 / (1 + Math.exp(-14 * (x / width + 0.7 * (y / height) - 0.9)));
      const at = y * width + x;
      seen.data[at] = Math.max(0, Math.min(255, (seen.data[at] ?? 0) * 0.92 * shadow + (random() - 0.5) * 14));
    }
  }
  return seen;
}

/** The grain and the grey of a scanner, with specks of dust. */
export function scanned(page: Grey, seed = 1): Grey {
  const random = flatRandom(seed);
  return {
    ...page,
    data: page.data.map((value) =>
      random() < 0.0001 ? 60 : Math.max(0, Math.min(255, value * 0.9 + 18 + (random() - 0.5) * 16)),
    ),
  };
}

function drawn(line: string, y: number): string {
  const [font, text, size] = line.startsWith('# ') ? ['F2', line.slice(2), 14] : ['F1', line, SIZE];
  return text
    .split('\t')
    .map((cell, i) => `BT /${font} ${size} Tf ${MARGIN + i * 130} ${y} Td (${cell.replace(/[\\()]/g, '\\$&')}) Tj ET`)
    .join('\n');
}

function pdf(objects: readonly Buffer[]): Uint8Array {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  const offsets: number[] = [];
  let at = parts[0]?.length ?? 0;
  for (const [i, object] of objects.entries()) {
    const whole = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    offsets.push(at);
    at += whole.length;
    parts.push(whole);
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return new Uint8Array(Buffer.concat(parts));
}
