/** The report on paper (A4). The standard fonts of PDF write Latin script; other scripts are transliterated here and stand unchanged in the text form. */
import anyAscii from 'any-ascii';
import PDFDocument from 'pdfkit';
import type { Report, Section } from './report.ts';

const MARGIN = 56;
const TEXT_SIZE = 10;
/** Shares of the width. */
const COLUMNS = [0.32, 0.14, 0.23, 0.23, 0.08];

export function reportPdf(report: Report, at: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const document = new PDFDocument({
      size: 'A4',
      margin: MARGIN,
      bufferPages: true,
      info: { Title: 'Incident report', Creator: 'Lamplight', CreationDate: new Date(at) },
    });
    const parts: Uint8Array[] = [];
    document.on('data', (part: Uint8Array) => parts.push(part));
    document.on('end', () => resolve(Buffer.concat(parts)));
    document.on('error', reject);
    document.font('Helvetica-Bold').fontSize(18).text(latin(report.title));
    document.font('Helvetica').fontSize(TEXT_SIZE).moveDown(0.4).text(latin(report.under));
    for (const section of report.sections) draw(document, section);
    numberPages(document);
    document.end();
  });
}

function draw(document: PDFKit.PDFDocument, { heading, lines, table }: Section): void {
  document.moveDown(1);
  if (document.y > document.page.height - 2 * MARGIN) document.addPage();
  document.font('Helvetica-Bold').fontSize(12).text(latin(heading)).moveDown(0.3);
  document.font('Helvetica').fontSize(TEXT_SIZE);
  for (const line of lines) document.text(latin(line), { paragraphGap: 3 });
  if (!table) return;
  document.font('Helvetica-Bold');
  drawRow(document, table.heads);
  document.font('Helvetica');
  for (const row of table.rows) drawRow(document, row);
  document.x = MARGIN;
}

function drawRow(document: PDFKit.PDFDocument, cells: readonly string[]): void {
  const width = document.page.width - 2 * MARGIN;
  const sizes = cells.map((_cell, column) => (COLUMNS[column] ?? 0.2) * width - 6);
  const texts = cells.map(latin);
  const height = Math.max(...texts.map((text, column) => document.heightOfString(text, { width: sizes[column] }))) + 4;
  if (document.y + height > document.page.height - MARGIN) document.addPage();
  const top = document.y;
  let left = MARGIN;
  for (const [column, text] of texts.entries()) {
    document.text(text, left, top, { width: sizes[column] });
    left += (sizes[column] ?? 0) + 6;
  }
  document.x = MARGIN;
  document.y = top + height;
  document
    .moveTo(MARGIN, document.y - 2)
    .lineTo(MARGIN + width, document.y - 2)
    .lineWidth(0.3)
    .strokeColor('#999999')
    .stroke();
}

function numberPages(document: PDFKit.PDFDocument): void {
  const { start, count } = document.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    document.switchToPage(page);
    // Below the margin, where text would otherwise begin a new page.
    document.page.margins.bottom = 0;
    document
      .fontSize(8)
      .text(`Confidential. Page ${page + 1} of ${count}`, MARGIN, document.page.height - MARGIN / 2, {
        width: document.page.width - 2 * MARGIN,
        align: 'right',
        lineBreak: false,
      });
  }
}

/** WinAnsi holds Latin-1; what lies outside is written in Latin letters. */
function latin(text: string): string {
  return text.replace(/[^\u0020-\u007e\u00a1-\u00ff]/g, (sign) => anyAscii(sign));
}
