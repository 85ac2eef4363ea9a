/** A radiology report on paper. */
import { type RadiologyReport, reportSections } from '../../../src-shared/contract/radiology.ts';
import { at, parts, text } from '../../../src-shared/fhir/read.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { minuteOf, writePdf } from '../pdf.ts';

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
  pictures: readonly { jpeg: Uint8Array; words: string }[],
  printedAt: string,
): Promise<Uint8Array> {
  const name = nameOf(patient);
  const born = text(patient.birthDate);
  const number = text(at(patient.identifier, 'value'));
  const who = [name, born && `born ${born}`, number].filter(Boolean).join(', ');
  // Each sheet says whose it is by more than the name: sheets are parted.
  const footer = `${who}   printed ${minuteOf(printedAt)} UTC`;
  return writePdf({ title: 'Imaging report', footer, at: printedAt }, (paper) => {
    const started = text(study.started);
    paper.title(report.title);
    paper.lines(
      who,
      [`Examination: ${text(study.description) ?? report.title}`, started && minuteOf(started)].filter(Boolean).join(', '),
    );
    if (report.critical) paper.section('CRITICAL FINDING', [toldLine(report.critical)]);
    for (const part of reportSections)
      if (report.sections[part].trim()) paper.section(headings[part], [report.sections[part].trim()]);
    paper.lines(' ', signedLine(report));
    paper.pictures('Key images', pictures);
    const missing = report.keyImages.length - pictures.length;
    if (missing > 0) paper.lines(`${missing} more key ${missing === 1 ? 'image is' : 'images are'} not printed here.`);
    for (const addendum of report.addenda)
      paper.section('Addendum', [
        addendum.text.trim(),
        ...(addendum.critical ? [`CRITICAL FINDING: ${toldLine(addendum.critical)}`] : []),
        signedLine(addendum),
      ]);
  });
}

function signedLine({ author, signedAt }: { author: string; signedAt: string }): string {
  return `Signed by ${author}, ${minuteOf(signedAt)} UTC`;
}

const ways = { phone: 'by phone', 'in-person': 'in person', message: 'by message' } as const;

function toldLine({ whom, how, at: when }: NonNullable<RadiologyReport['critical']>): string {
  return `${whom} was told ${ways[how]}, ${minuteOf(when)}`;
}

function nameOf(patient: FhirResource): string {
  const [name] = parts(patient.name);
  const given = Array.isArray(name?.given) ? name.given.filter((one): one is string => typeof one === 'string').join(' ') : '';
  return [text(name?.family), given].filter(Boolean).join(', ') || text(name?.text) || 'Unknown';
}
