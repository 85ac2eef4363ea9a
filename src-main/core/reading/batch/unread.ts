/** What waits unread in the charts of a person's patients: photographs, and single films and eye pictures of DICOM studies. */
import type { Context } from '../../context.ts';
import { instancesOf, saysOf } from '../../imaging/index.ts';
import { hiddenFrom } from '../../records/index.ts';
import { mayBeRead } from '../header.ts';
import type { Task } from '../manifest.ts';
import type { NewItem } from './store.ts';

type Unread = NewItem & { patient: string; image: string };

/** Oldest first: photographs, then studies. @param task of studies only what fits it */
export function unreadPictures(context: Context, task?: Task): Unread[] {
  return [...photographs(context), ...films(context, task)];
}

/** Without those that no model took for its own in an earlier batch: forgetting that batch makes them wait again. */
function photographs(context: Context): Unread[] {
  const hidden = new Map<string, ReadonlySet<string>>();
  return context.vault.db
    .prepare<[string], { id: string; patient: string; title: string | null }>(
      `SELECT c.id, c.patient, c.title FROM care_team t JOIN chart_row c ON c.patient = t.patient AND c.list = 'images' AND c.type = 'Media'
       JOIN resource s ON s.type = 'Media' AND s.id = c.id AND s.deleted = 0 AND s.file IS NOT NULL
       WHERE t.person = ? AND NOT EXISTS (
         SELECT 1 FROM reference r JOIN chart_row d ON d.type = 'DiagnosticReport' AND d.id = r.id AND d.list = 'readings'
         WHERE r.target_type = 'Media' AND r.target_id = c.id AND r.type = 'DiagnosticReport')
       AND NOT EXISTS (
         SELECT 1 FROM batch_item b WHERE b.image = c.id AND b.state = 'refused' AND json_extract(b.result, '$.reasonCode') = 'unknown-kind')
       ORDER BY c.at_ms`,
    )
    .all(context.person.id)
    .filter(({ id, patient }) => !hiddenOf(context, patient, hidden).has(`Media/${id}`))
    .map(({ id, patient, title }) => ({ name: title ?? 'Picture', patient, image: id }));
}

/** The statement is quick where nothing waits: only studies with an unread picture that may be a film or an eye are looked into. */
function films(context: Context, task: Task | undefined): Unread[] {
  const studies = context.vault.db
    .prepare<[string], { patient: string; study: string }>(
      `SELECT DISTINCT i.patient, i.study FROM care_team t JOIN dicom_instance i ON i.patient = t.patient
       WHERE t.person = ? AND i.pixels IS NOT NULL AND json_extract(i.belonging, '$.series.modality') IN ('CR', 'DX', 'RG', 'OP')
       AND NOT EXISTS (${READINGS_OF_STUDY} AND instr(h.body, i.id) > 0)`,
    )
    .all(context.person.id);
  const read = context.vault.db.prepare<[string, string], { n: number }>(
    `SELECT 1 AS n FROM dicom_instance i WHERE i.id = ? AND i.patient = ? AND EXISTS (${READINGS_OF_STUDY} AND instr(h.body, i.id) > 0)`,
  );
  return studies
    .flatMap(({ patient, study }) => instancesOf(context, patient, study))
    .filter(
      ({ id, patient, facts, belonging }) =>
        facts.kind === 'image' && mayBeRead(saysOf(belonging, facts), task) && read.get(id, patient) === undefined,
    )
    .sort((one, other) => (one.belonging.study.date ?? '').localeCompare(other.belonging.study.date ?? ''))
    .map(({ id, patient, belonging: { series, study } }) => ({
      name: [series.description || study.description || series.modality, study.date?.slice(0, 10)].filter(Boolean).join(', '),
      patient,
      image: id,
    }));
}

/** Reports on the study of `i`; which of its pictures a reading is of stands in the text of the resource, `h.body`. */
const READINGS_OF_STUDY = `
  SELECT 1 FROM reference r JOIN chart_row d ON d.type = 'DiagnosticReport' AND d.id = r.id AND d.list = 'readings'
  JOIN resource s ON s.type = 'DiagnosticReport' AND s.id = r.id AND s.deleted = 0
  JOIN resource_history h ON h.n = s.body_n
  WHERE r.target_type = 'ImagingStudy' AND r.target_id = i.resource AND r.type = 'DiagnosticReport'`;

function hiddenOf(context: Context, patient: string, known: Map<string, ReadonlySet<string>>): ReadonlySet<string> {
  const hidden = known.get(patient) ?? hiddenFrom(context, patient);
  known.set(patient, hidden);
  return hidden;
}
