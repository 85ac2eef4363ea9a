/** A report on paper (A4). The standard fonts of PDF write Latin script; other scripts are transliterated here and stand unchanged in the record. */
import anyAscii from 'any-ascii';
import PDFDocument from 'pdfkit';
import { type RadiologyReport, reportSections } from '../../../src-shared/contract/radiology.ts';
import { at, parts, text } from '../../../src-shared/fhir/read.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';

const MARGIN = 56;
const TEXT_SIZE = 10.5;
const headings = {
  indication: 'Indication',
  technique: 'Technique',
  comparison: 'Comparison',
  findings: 'Findings',
  impression: 'Impression',
} as const;

export function reportPdf(
  report: RadiologyReport,
  patient: FhirResource,
  study: FhirResource,
  printedAt: string,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const document = new PDFDocument({
      size: 'A4',
      margin: MARGIN,
      bufferPages: true,
      info: { Title: 'Imaging report', Creator: 'Lamplight', CreationDate: new Date(printedAt) },
    });
    const collected: Uint8Array[] = [];
    document.on('data', (piece: Uint8Array) => collected.push(piece));
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(collected))));
    document.on('error', reject);
    draw(document, report, patient, study);
    numberPages(document, nameOf(patient), printedAt);
    document.end();
  });
}

function draw(document: PDFKit.PDFDocument, report: RadiologyReport, patient: FhirResource, study: FhirResource): void {
  document.font('Helvetica-Bold').fontSize(16).text(latin(report.title));
  document.font('Helvetica').fontSize(TEXT_SIZE).moveDown(0.4);
  const number = text(at(patient.identifier, 'value'));
  for (const line of [
    `${nameOf(patient)}${text(patient.birthDate) ? `, born ${text(patient.birthDate)}` : ''}${number ? `, ${number}` : ''}`,
    `Examination: ${text(study.description) ?? report.title}${text(study.started) ? `, ${text(study.started)?.slice(0, 16).replace('T', ' ')}` : ''}`,
  ])
    document.text(latin(line));
  if (report.critical) section(document, 'CRITICAL FINDING', toldLine(report.critical));
  for (const name of reportSections) if (report.sections[name].trim()) section(document, headings[name], report.sections[name]);
  document.moveDown(1).text(latin(`Signed by ${report.author}, ${report.signedAt.slice(0, 16).replace('T', ' ')} UTC`));
  for (const addendum of report.addenda) {
    section(document, 'Addendum', addendum.text);
    if (addendum.critical) document.text(latin(`CRITICAL FINDING: ${toldLine(addendum.critical)}`));
    document.text(latin(`Signed by ${addendum.author}, ${addendum.signedAt.slice(0, 16).replace('T', ' ')} UTC`));
  }
}

const ways = { phone: 'by phone', 'in-person': 'in person', message: 'by message' } as const;

function toldLine({ whom, how, at: when }: NonNullable<RadiologyReport['critical']>): string {
  return `${whom} was told ${ways[how]}, ${when.slice(0, 16).replace('T', ' ')}`;
}

function section(document: PDFKit.PDFDocument, heading: string, words: string): void {
  document.moveDown(0.8);
  if (document.y > document.page.height - 2 * MARGIN) document.addPage();
  document.font('Helvetica-Bold').fontSize(11.5).text(latin(heading)).moveDown(0.2);
  document.font('Helvetica').fontSize(TEXT_SIZE).text(latin(words.trim()), { lineGap: 2 });
}

function numberPages(document: PDFKit.PDFDocument, name: string, printedAt: string): void {
  const { start, count } = document.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    document.switchToPage(page);
    // Below the margin, where text would otherwise begin a new page.
    document.page.margins.bottom = 0;
    document
      .fontSize(8)
      .text(
        latin(`${name}   printed ${printedAt.slice(0, 16).replace('T', ' ')} UTC   page ${page - start + 1} of ${count}`),
        MARGIN,
        document.page.height - MARGIN / 2,
        { lineBreak: false },
      );
  }
}

function nameOf(patient: FhirResource): string {
  const [name] = parts(patient.name);
  const given = Array.isArray(name?.given) ? name.given.filter((one): one is string => typeof one === 'string').join(' ') : '';
  return [text(name?.family), given].filter(Boolean).join(', ') || text(name?.text) || 'Unknown';
}

/** Letters of Latin-1 stay as they are. */
function latin(words: string): string {
  return words.replace(/[^\n\x20-\xff]/gu, (letter) => anyAscii(letter));
}
