/** The report of a batch on paper (A4). The standard fonts of PDF write Latin script; names in other scripts are transliterated here and stand unchanged in the CSV file. */
import anyAscii from 'any-ascii';
import PDFDocument from 'pdfkit';
import { saysOf } from './store.ts';
import type { ReportRow, Summary } from './summary.ts';

const MARGIN = 50;
const TEXT = 9;
const ROW_GAP = 4;

interface Column {
  head: string;
  /** Share of the width. */
  share: number;
  of(row: ReportRow): string;
}

const COLUMNS: readonly Column[] = [
  { head: 'File', share: 0.34, of: ({ name }) => name },
  {
    head: 'Result',
    share: 0.46,
    of: ({ result }) => (!result ? 'waiting' : result.status === 'accepted' ? saysOf(result) : `Refused: ${result.reason ?? ''}`),
  },
  { head: 'Model', share: 0.14, of: ({ result }) => (result?.model ? `${result.model} ${result.modelVersion}` : '') },
  { head: 'ms', share: 0.06, of: ({ result }) => (result ? String(Math.round(result.ms)) : '') },
];

/** @param at when it is printed @param uses what each model may be used for, in its own words */
export function reportPdf(summary: Summary, uses: readonly string[], at: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const document = new PDFDocument({
      size: 'A4',
      margin: MARGIN,
      bufferPages: true,
      info: { Title: 'Batch of readings', Creator: 'Lamplight', CreationDate: new Date(at) },
    });
    const parts: Uint8Array[] = [];
    document.on('data', (part: Uint8Array) => parts.push(part));
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(parts))));
    document.on('error', reject);
    head(document, summary, at);
    section(document, 'What came of it', [
      `${summary.total} pictures: ${summary.read} read (${summary.positive} referable or with signs of the finding), ${summary.refused} refused, ${summary.waiting} not yet read.`,
      ...(summary.medianMs === null
        ? []
        : [
            `A picture took ${Math.round(summary.medianMs)} ms (median)${summary.perSecond === null ? '' : `; ${summary.perSecond.toFixed(1)} pictures a second over the whole`}.`,
          ]),
      'A refused picture is not negative: it says nothing about the patient. Every result is a proposal of a machine until a clinician has decided on it.',
    ]);
    section(document, 'Models', [...summary.models.map(({ model, count }) => `${model}: ${count} pictures`), ...uses]);
    if (summary.refusals.length > 0)
      section(
        document,
        'Why pictures were refused',
        summary.refusals.map(({ reason, count }) => `${count} x ${reason}`),
      );
    table(document, summary.rows);
    numberPages(document);
    document.end();
  });
}

function head(document: PDFKit.PDFDocument, summary: Summary, at: string): void {
  document
    .font('Helvetica-Bold')
    .fontSize(17)
    .text(latin(`Readings: ${summary.title}`));
  document.font('Helvetica').fontSize(TEXT).moveDown(0.3);
  document.text(
    latin(
      `Begun ${minute(summary.begun)} by ${summary.by}; ${summary.finished === null ? 'not finished' : `finished ${minute(summary.finished)}`}; printed ${minute(at)} (times in UTC).`,
    ),
  );
}

function section(document: PDFKit.PDFDocument, heading: string, lines: readonly string[]): void {
  document.moveDown(0.9);
  if (document.y > document.page.height - 2.5 * MARGIN) document.addPage();
  document.font('Helvetica-Bold').fontSize(11).text(heading).moveDown(0.2);
  document.font('Helvetica').fontSize(TEXT);
  for (const line of lines) document.text(latin(line), { paragraphGap: 2 });
}

function table(document: PDFKit.PDFDocument, rows: readonly ReportRow[]): void {
  document.moveDown(1);
  const heads = () => {
    document.font('Helvetica-Bold');
    line(
      document,
      COLUMNS.map((column) => column.head),
    );
    document.font('Helvetica');
  };
  if (document.y > document.page.height - 3 * MARGIN) document.addPage();
  heads();
  for (const row of rows)
    line(
      document,
      COLUMNS.map((column) => column.of(row)),
      heads,
    );
}

/** @param again draws the heads on a new page */
function line(document: PDFKit.PDFDocument, cells: readonly string[], again?: () => void): void {
  const width = document.page.width - 2 * MARGIN;
  const sizes = COLUMNS.map(({ share }) => share * width - 6);
  const texts = cells.map(latin);
  document.fontSize(8);
  const height = Math.max(...texts.map((text, column) => document.heightOfString(text, { width: sizes[column] }))) + ROW_GAP;
  if (document.y + height > document.page.height - MARGIN) {
    document.addPage();
    again?.();
    document.fontSize(8);
  }
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

const minute = (at: string) => at.slice(0, 16).replace('T', ' ');

/** WinAnsi holds Latin-1; what lies outside is written in Latin letters. */
function latin(text: string): string {
  return text.replace(/[^\u0020-\u007e\u00a1-\u00ff]/g, (sign) => anyAscii(sign));
}
