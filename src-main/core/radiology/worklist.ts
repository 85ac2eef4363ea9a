/** The studies of all patients in somebody's care: what there is to look at and to report on. */
import type { WorklistRow } from '../../../src-shared/contract/radiology.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import { amount, at, parts, text } from '../../../src-shared/fhir/read.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { type Handlers, query } from '../bind.ts';
import type { Context } from '../context.ts';
import { isoTime } from '../ports.ts';
import { type Hidden, hiddenFrom, readResource } from '../records/index.ts';

interface Found {
  id: string;
  patient: string;
  name: string;
  birth: string | null;
  reported: 0 | 1;
}

export const worklistProcedures: Handlers = {
  'radiology.worklist': query((context, { limit }) => {
    const found = studiesInCare(context, limit + 1);
    const hidden = new Map<string, Hidden>();
    const studies = found.slice(0, limit).flatMap((row) => {
      const kept = hidden.get(row.patient) ?? hiddenFrom(context, row.patient);
      hidden.set(row.patient, kept);
      const stored = kept.has(`ImagingStudy/${row.id}`) ? undefined : readResource(context.vault.db, 'ImagingStudy', row.id);
      return stored ? (rowOf(row, stored.resource) ?? []) : [];
    });
    return {
      studies: studies.sort((one, other) => ((one.date ?? '') < (other.date ?? '') ? 1 : -1)),
      more: found.length > limit,
    };
  }),
};

/** What a model said of one of its pictures is no report. In the care team, or the glass was broken and the hour is not over. */
function studiesInCare({ vault, person, clock }: Context, limit: number): Found[] {
  const now = isoTime(clock);
  return vault.db
    .prepare<[string, string, string, string, number], Found>(
      `SELECT r.id, r.patient, p.name, p.birth_date AS birth,
        EXISTS (SELECT 1 FROM reference f JOIN resource d ON d.type = f.type AND d.id = f.id AND d.deleted = 0
          WHERE f.target_type = 'ImagingStudy' AND f.target_id = r.id AND f.type = 'DiagnosticReport'
            AND NOT EXISTS (SELECT 1 FROM chart_row c WHERE c.type = d.type AND c.id = d.id AND c.list = 'readings')) AS reported
      FROM resource r JOIN patient_row p ON p.id = r.patient
      WHERE r.type = 'ImagingStudy' AND r.deleted = 0 AND r.patient IN
        (SELECT patient FROM care_team WHERE person = ? UNION SELECT patient FROM glass_broken WHERE person = ? AND at <= ? AND until > ?)
      ORDER BY r.hlc DESC LIMIT ?`,
    )
    .all(person.id, person.id, now, now, limit);
}

/** Studies that name no files of ours cannot be opened: they stay in their chart. */
function rowOf({ patient, name, birth, reported }: Found, study: FhirResource): WorklistRow | undefined {
  const uid = parts(study.identifier)
    .map((identifier) => text(identifier.value)?.replace(/^urn:oid:/, ''))
    .find((value) => value !== undefined && /^[0-9.]{1,64}$/.test(value));
  const series = parts(study.series);
  const cover = text(at(series[0]?.instance, 'id'));
  if (uid === undefined || cover === undefined) return undefined;
  return {
    patient: patientId.parse(patient),
    patientName: name,
    birthDate: birth ?? undefined,
    study: uid,
    date: text(study.started),
    description: text(study.description) ?? '',
    modalities: parts(study.modality).flatMap(({ code }) => text(code) ?? []),
    accession: parts(study.identifier)
      .map((identifier) => (identifier.type ? text(identifier.value) : undefined))
      .find(Boolean),
    series: amount(study.numberOfSeries)?.value ?? series.length,
    instances: amount(study.numberOfInstances)?.value ?? 0,
    cover,
    reported: reported === 1,
  };
}
