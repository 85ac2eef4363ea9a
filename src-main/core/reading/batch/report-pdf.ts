/** The report of a batch on paper; names in other scripts stand unchanged in the CSV file. */
import { type Column, minuteOf, writePdf } from '../../pdf.ts';
import { saysOf } from './store.ts';
import type { ReportRow, Summary } from './summary.ts';

const COLUMNS: readonly (Column & { of(row: ReportRow): string })[] = [
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
  return writePdf({ title: 'Batch of readings', footer: 'Confidential', at }, (paper) => {
    paper.title(`Readings: ${summary.title}`);
    const finished = summary.finished === null ? 'not finished' : `finished ${minuteOf(summary.finished)}`;
    paper.lines(`Begun ${minuteOf(summary.begun)} by ${summary.by}; ${finished}; printed ${minuteOf(at)} (times in UTC).`);
    paper.section('What came of it', [
      `${summary.total} pictures: ${summary.read} read (${summary.positive} referable or with signs of the finding), ${summary.refused} refused, ${summary.waiting} not yet read.`,
      ...(summary.medianMs === null
        ? []
        : [
            `A picture took ${Math.round(summary.medianMs)} ms (median)${summary.perSecond === null ? '' : `; ${summary.perSecond.toFixed(1)} pictures a second over the whole`}.`,
          ]),
      'A refused picture is not negative: it says nothing about the patient. Every result is a proposal of a machine until a clinician has decided on it.',
    ]);
    paper.section('Models', [...summary.models.map(({ model, count }) => `${model}: ${count} pictures`), ...uses]);
    if (summary.refusals.length > 0)
      paper.section(
        'Why pictures were refused',
        summary.refusals.map(({ reason, count }) => `${count} x ${reason}`),
      );
    paper.table(
      COLUMNS,
      summary.rows.map((row) => COLUMNS.map((column) => column.of(row))),
    );
  });
}
