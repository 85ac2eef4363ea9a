/**
 * A report on paper (A4): title, sections, tables, a footer on each page. The standard fonts of PDF write Latin script; other scripts are
 * transliterated here and stand unchanged where the report is made from.
 */
import { latin } from './latin.ts';

/** Points, as all sizes here. */
const MARGIN = 54;
const TEXT_SIZE = 10;
const CELL_SIZE = 8.5;
const CELL_GAP = 6;
const PICTURE_GAP = 12;
const CAPTION_GAP = 3;

export interface Column {
  head: string;
  /** Share of the width. */
  share: number;
}

export interface Paper {
  title(words: string): void;
  lines(...lines: readonly string[]): void;
  section(heading: string, lines: readonly string[]): void;
  /** A JPEG, as large as fits under what stands above it. */
  picture(jpeg: Uint8Array): void;
  /** JPEGs two a row, each with words below; the heading stands over the first row. */
  pictures(heading: string, pictures: readonly { jpeg: Uint8Array; words: string }[]): void;
  /** What follows begins on a page of its own, with its own footer and its own count of pages: another patient's sheets. */
  part(footer: string): void;
  /** Its heads stand again on each new page. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void;
}

/** @param about `footer`: stands on each page, before its number; `at`: when it is made */
export async function writePdf(
  about: { title: string; footer: string; at: string },
  write: (paper: Paper) => void | Promise<void>,
): Promise<Uint8Array> {
  const { default: PDFDocument } = await import('pdfkit');
  return new Promise((resolve, reject) => {
    const document = new PDFDocument({
      size: 'A4',
      margin: MARGIN,
      bufferPages: true,
      info: { Title: about.title, Creator: 'Lamplight', CreationDate: new Date(about.at) },
    });
    const parts: Uint8Array[] = [];
    document.on('data', (part: Uint8Array) => parts.push(part));
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(parts))));
    document.on('error', reject);
    const feet: Foot[] = [{ footer: about.footer, from: 0 }];
    Promise.resolve(write(paperOf(document, feet)))
      .then(() => {
        footPages(document, feet);
        document.end();
      })
      .catch(reject);
  });
}

/** The footer from this page on, counted from 0. */
interface Foot {
  footer: string;
  from: number;
}

/** `2026-11-22 13:05`, in UTC. */
export const minuteOf = (at: string) => at.slice(0, 16).replace('T', ' ');

function paperOf(document: PDFKit.PDFDocument, feet: Foot[]): Paper {
  const lines = (...words: readonly string[]) => {
    document.font('Helvetica').fontSize(TEXT_SIZE);
    for (const line of words) document.text(latin(line), { paragraphGap: 3 });
  };
  const roomFor = (height: number) => {
    if (document.y + height > document.page.height - MARGIN) document.addPage();
  };
  /** A heading does not stand alone at the foot of a page: so much of what it is over must follow on it. */
  const head = (words: string, following: number) => {
    document.fontSize(TEXT_SIZE).moveDown(0.9);
    roomFor(following);
    document.font('Helvetica-Bold').fontSize(11.5).text(latin(words)).moveDown(0.2);
  };
  return {
    title(words) {
      document.font('Helvetica-Bold').fontSize(17).text(latin(words)).moveDown(0.3);
    },
    lines,
    section(heading, words) {
      // Without words a table follows, whose head and first rows belong to it.
      head(heading, words.length === 0 ? 3 * MARGIN : MARGIN);
      lines(...words);
    },
    picture(jpeg) {
      document.moveDown(0.5);
      const [width, height] = [document.page.width - 2 * MARGIN, document.page.height - MARGIN - document.y - 3 * MARGIN];
      document.image(Buffer.from(jpeg), { fit: [width, height], align: 'center' }).moveDown(0.5);
    },
    pictures(heading, pictures) {
      const side = (document.page.width - 2 * MARGIN - PICTURE_GAP) / 2;
      const captions = { width: side, align: 'center' } as const;
      for (let first = 0; first < pictures.length; first += 2) {
        const row = pictures.slice(first, first + 2);
        document.font('Helvetica').fontSize(CELL_SIZE);
        const below = Math.max(...row.map(({ words }) => document.heightOfString(latin(words), captions)));
        const height = side + CAPTION_GAP + below + PICTURE_GAP;
        if (first === 0) head(heading, height + 2 * TEXT_SIZE);
        else roomFor(height);
        const top = document.y;
        for (const [place, { jpeg, words }] of row.entries()) {
          const left = MARGIN + place * (side + PICTURE_GAP);
          document.image(Buffer.from(jpeg), left, top, { fit: [side, side], align: 'center', valign: 'center' });
          document.font('Helvetica').fontSize(CELL_SIZE);
          document.text(latin(words), left, top + side + CAPTION_GAP, captions);
        }
        document.x = MARGIN;
        document.y = top + height;
      }
    },
    part(footer) {
      document.addPage();
      feet.push({ footer, from: document.bufferedPageRange().count - 1 });
    },
    table(columns, rows) {
      const widths = columns.map(({ share }) => share * (document.page.width - 2 * MARGIN) - CELL_GAP);
      const heads = () =>
        drawRow(
          document.font('Helvetica-Bold').fontSize(CELL_SIZE),
          widths,
          columns.map(({ head }) => head),
        );
      document.moveDown(0.5);
      roomFor(2 * MARGIN);
      heads();
      for (const row of rows) {
        const pages = document.bufferedPageRange().count;
        document.font('Helvetica').fontSize(CELL_SIZE);
        roomFor(rowHeight(document, widths, row));
        if (document.bufferedPageRange().count > pages) heads();
        drawRow(document.font('Helvetica').fontSize(CELL_SIZE), widths, row);
      }
    },
  };
}

function rowHeight(document: PDFKit.PDFDocument, widths: readonly number[], cells: readonly string[]): number {
  return Math.max(...cells.map((cell, column) => document.heightOfString(latin(cell), { width: widths[column] }))) + 4;
}

function drawRow(document: PDFKit.PDFDocument, widths: readonly number[], cells: readonly string[]): void {
  const bottom = document.y + rowHeight(document, widths, cells);
  const top = document.y;
  let left = MARGIN;
  for (const [column, cell] of cells.entries()) {
    document.text(latin(cell), left, top, { width: widths[column] });
    left += (widths[column] ?? 0) + CELL_GAP;
  }
  document.x = MARGIN;
  document.y = bottom;
  const rule = bottom - 2;
  document
    .moveTo(MARGIN, rule)
    .lineTo(document.page.width - MARGIN, rule)
    .lineWidth(0.3)
    .strokeColor('#999999')
    .stroke();
}

function footPages(document: PDFKit.PDFDocument, feet: readonly Foot[]): void {
  const all = document.bufferedPageRange().count;
  for (const [index, { footer, from }] of feet.entries()) {
    const to = feet[index + 1]?.from ?? all;
    for (let page = from; page < to; page++) {
      document.switchToPage(page);
      // Below the margin, where text would otherwise begin a new page.
      document.page.margins.bottom = 0;
      document
        .font('Helvetica')
        .fontSize(8)
        .text(latin(`${footer}   page ${page - from + 1} of ${to - from}`), MARGIN, document.page.height - MARGIN / 2, {
          width: document.page.width - 2 * MARGIN,
          align: 'right',
          lineBreak: false,
        });
    }
  }
}
