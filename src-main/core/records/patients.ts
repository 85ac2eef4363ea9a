/** Finding, registering and recognising patients. */

import { decide } from '../../../src-shared/access/permissions.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { ageInWords, isFhirDate } from '../../../src-shared/fhir/dates.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { command, type Handlers, query } from '../bind.ts';
import type { Db } from '../context.ts';
import { isoTime } from '../ports.ts';
import { access, joinCareTeam } from './access.ts';
import { lookAlikes } from './look-alikes.ts';
import { asPatientRow, knowsNumbers, leastNeeded, type PatientRecord, patientColumns } from './patient-record.ts';
import { searchPatients } from './search.ts';
import { countHidden, type Hidden, hiddenFrom, unlessHidden } from './sensitivity.ts';
import { sql } from './statements.ts';
import { putResource } from './store.ts';

/** How long a broken glass stays open. */
const GLASS_MS = 60 * 60 * 1000;
/** What an emergency access opens and closes, and the log where it stands at once. */
const GLASS_TOPICS = ['patients', 'chart', 'documents', 'images', 'readings', 'audit'] as const;
/** SNOMED CT: no known allergy, no known drug allergy; and the codes of the IPS for the same. */
const NO_ALLERGY = ['716186003', '409137002', 'no-known-allergies', 'no-known-medication-allergies'];

export const patientProcedures: Handlers = {
  'patients.search': query((context, { text, limit }) => {
    const from = context.clock.now();
    const knows = knowsNumbers(context);
    const results = searchPatients(context.vault.db, text, limit, from, knows);
    return { results: results.map((row) => leastNeeded(row, knows)), ms: context.clock.now() - from };
  }),

  'patients.searched': command((_context, tx, { shown }) => {
    for (const id of shown) tx.touched({ type: 'Patient', id });
    return { ok: true };
  }),

  'patients.recent': query((context, { limit }) => {
    const rows = sql<PatientRecord & { opened_at: string }>(
      context.vault.db,
      `SELECT ${patientColumns}, r.opened_at FROM recent_patient r JOIN patient_row p ON p.id = r.patient WHERE r.person = ? ORDER BY r.opened_at DESC LIMIT ?`,
    ).all(context.person.id, limit);
    const knows = knowsNumbers(context);
    return { results: rows.map((row) => ({ ...leastNeeded(asPatientRow(row), knows), openedAt: row.opened_at })) };
  }),

  'patients.lookAlikes': query((context, person) => {
    const knows = knowsNumbers(context);
    const typed = person.identifier ? [person.identifier.value] : [];
    return { candidates: lookAlikes(context.vault.db, person).map((alike) => leastNeeded(alike, knows, typed)) };
  }),

  'patients.register': command((context, tx, input) => {
    if (!isFhirDate(input.birthDate)) throw new AppError('invalid-input', { what: 'the birth date is not in the calendar' });
    if (input.birthDate > tx.at.slice(0, 10)) throw new AppError('invalid-input', { what: 'the birth date lies in the future' });
    const unseen = lookAlikes(context.vault.db, input).filter(
      (alike) => alike.score >= 0.5 && !input.notThese.includes(alike.id),
    );
    // Somebody alike has come since the list was shown: the person must see them first.
    if (unseen.length > 0) throw new AppError('look-alike');
    const { id } = putResource(tx, newPatient(input), { origin: 'person' });
    joinCareTeam(tx, id);
    return { id: patientId.parse(id) };
  }),

  'patients.banner': query((context, { patient }) => {
    const { db } = context.vault;
    const record = sql<PatientRecord>(db, `SELECT ${patientColumns} FROM patient_row WHERE id = ?`).get(patient);
    if (record === undefined) throw new AppError('not-found', { what: 'patient' });
    const hidden = hiddenFrom(context, patient);
    const unseen = unlessHidden(hidden);
    return {
      ...asPatientRow(record),
      family: record.family,
      given: record.given,
      age: record.birth_date === null ? 'age unknown' : ageInWords(record.birth_date, deathOrNow(record, context.clock.now())),
      phone: record.phone ?? undefined,
      address: record.address ?? undefined,
      deceasedAt: record.deceased_at ?? undefined,
      ...allergies(db, patient, hidden),
      alerts: sql<{ title: string }>(
        db,
        `SELECT title FROM chart_row WHERE patient = ? AND ${unseen.where} AND list = 'alerts' AND coalesce(status, 'active') = 'active' ORDER BY at_ms DESC LIMIT 20`,
      )
        .all(patient, ...unseen.values)
        .map((row) => row.title),
      access: access(db, patient, context.person.id, isoTime(context.clock)),
      // Whoever reads no chart is not told what is in it.
      hidden:
        decide('chart.read', context.person.roles, true) === 'allowed'
          ? { entries: countHidden(db, patient, hidden), allergies: countHidden(db, patient, hidden, 'allergies') }
          : { entries: 0, allergies: 0 },
    };
  }),

  'patients.breakGlass': command((context, tx, { patient, code, reason }) => {
    if (sql(tx.db, 'SELECT 1 FROM patient_row WHERE id = ?').get(patient) === undefined)
      throw new AppError('not-found', { what: 'patient' });
    const until = new Date(context.clock.now() + GLASS_MS).toISOString();
    sql(tx.db, 'INSERT INTO glass_broken (patient, person, code, reason, at, until) VALUES (?, ?, ?, ?, ?, ?)').run(
      patient,
      context.person.id,
      code,
      reason,
      tx.at,
      until,
    );
    tx.touched({ type: 'Patient', id: patient });
    tx.changed(GLASS_TOPICS, patient);
    return { until };
  }),

  'patients.endGlass': command((context, tx, { patient }) => {
    const ended = sql(tx.db, 'UPDATE glass_broken SET until = ? WHERE patient = ? AND person = ? AND until > ?').run(
      tx.at,
      patient,
      context.person.id,
      tx.at,
    );
    if (ended.changes === 0) throw new AppError('not-found', { what: 'emergency access' });
    tx.touched({ type: 'Patient', id: patient });
    tx.changed(GLASS_TOPICS, patient);
    return { ok: true };
  }),
};

function newPatient(input: {
  family: string;
  given: string;
  birthDate: string;
  sex: string;
  phone?: string;
  address?: string;
  identifier?: { system?: string; value: string; label?: string };
}): FhirResource {
  return {
    resourceType: 'Patient',
    active: true,
    name: [{ use: 'official', family: input.family.trim(), given: input.given.trim().split(/\s+/) }],
    birthDate: input.birthDate,
    gender: input.sex,
    telecom: input.phone === undefined ? undefined : [{ system: 'phone', value: input.phone }],
    address: input.address === undefined ? undefined : [{ text: input.address }],
    identifier:
      input.identifier === undefined
        ? undefined
        : [
            {
              system: input.identifier.system,
              value: input.identifier.value,
              type: input.identifier.label === undefined ? undefined : { text: input.identifier.label },
            },
          ],
  };
}

function allergies(
  db: Db,
  patient: string,
  hidden: Hidden,
): { allergies: { substance: string; criticality?: string; reaction?: string }[]; noKnownAllergies: boolean } {
  const shown = unlessHidden(hidden);
  const rows = sql<{ title: string; detail: string | null; weight: string; code: string | null }>(
    db,
    `SELECT title, detail, weight, code FROM chart_row WHERE patient = ? AND ${shown.where} AND list = 'allergies' AND coalesce(status, 'active') NOT IN ('inactive', 'resolved') ORDER BY weight = 'critical' DESC, title LIMIT 50`,
  ).all(patient, ...shown.values);
  const denied = (row: { code: string | null; title: string }) =>
    (row.code !== null && NO_ALLERGY.includes(row.code)) || /^no known (drug |medication )?allerg/i.test(row.title);
  const real = rows.filter((row) => !denied(row));
  return {
    allergies: real.map((row) => {
      const words = row.detail?.split(' · ') ?? [];
      return {
        substance: row.title,
        criticality: words.find((word) => word.startsWith('criticality '))?.slice(12),
        reaction: words.find((word) => !word.startsWith('criticality ')),
      };
    }),
    noKnownAllergies: real.length === 0 && rows.some(denied),
  };
}

function deathOrNow(record: PatientRecord, nowMs: number): number {
  const died = record.deceased_at === null ? Number.NaN : Date.parse(record.deceased_at);
  return Number.isNaN(died) ? nowMs : died;
}
