/** The report on paper. */
import { writePdf } from '../pdf.ts';
import type { Report } from './report.ts';

/** Shares of the width. */
const SHARES = [0.32, 0.14, 0.23, 0.23, 0.08];

export function reportPdf(report: Report, at: string): Promise<Uint8Array> {
  return writePdf({ title: 'Incident report', footer: 'Confidential', at }, (paper) => {
    paper.title(report.title);
    paper.lines(report.under);
    for (const { heading, lines, table } of report.sections) {
      paper.section(heading, lines);
      if (table)
        paper.table(
          table.heads.map((head, column) => ({ head, share: SHARES[column] ?? 0.2 })),
          table.rows,
        );
    }
  });
}
