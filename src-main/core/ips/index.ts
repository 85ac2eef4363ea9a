/** The International Patient Summary (HL7 IPS, STU 2) of a patient, or one of each patient whom this person cares for: as FHIR documents or on paper. */
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Handlers, query } from '../bind.ts';
import type { Context } from '../context.ts';
import type { Handouts } from '../handouts/index.ts';
import { isoTime } from '../ports.ts';
import { hasAccess } from '../records/index.ts';
import { documentText } from './document.ts';
import { summariesPdf } from './paper.ts';
import { patientsOf, type Summary, summaryOf } from './summary.ts';

/** @param handouts where summaries wait to be fetched */
export const ipsProcedures = (handouts: Pick<Handouts, 'offer'>): Handlers => ({
  'records.exportSummary': query(async (context, { patient, format }) => {
    const at = isoTime(context.clock).slice(0, 10);
    const offer = (name: string, mediaType: string, parts: Iterable<string | Uint8Array>) =>
      handouts.offer(context.person.id, { name, mediaType, parts });
    if (patient !== undefined) {
      const summary = summaryOf(context, patient);
      return format === 'ips-pdf'
        ? offer(`patient-summary-${at}.pdf`, 'application/pdf', [await summariesPdf(summary, [])])
        : offer(`patient-summary-${at}.json`, 'application/fhir+json', [documentText(summary, context.chance)]);
    }
    const summaries = summariesOf(context, patientsOf(context));
    if (format === 'ips')
      return offer(`patient-summaries-${at}.ndjson`, 'application/fhir+ndjson', documents(context, summaries));
    const { value: first } = summaries.next();
    if (!first) throw new AppError('not-found', { what: 'patient' });
    return offer(`patient-summaries-${at}.pdf`, 'application/pdf', [await summariesPdf(first, summaries)]);
  }),
});

/** They are made as they are fetched: since it was asked for, somebody may have removed one of them, or ended a care relation or an emergency. */
function* summariesOf(context: Context, patients: readonly string[]): Generator<Summary, undefined> {
  for (const patient of patients) {
    if (!hasAccess(context.vault.db, patient, context.person.id, isoTime(context.clock))) continue;
    try {
      yield summaryOf(context, patient);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'not-found') throw thrown;
    }
  }
}

/** One after the other as they are fetched: the summaries of a whole clinic need not lie in memory together. */
function* documents(context: Context, summaries: Iterable<Summary>) {
  for (const summary of summaries) yield documentText(summary, context.chance);
}
