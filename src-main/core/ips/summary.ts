/** What the record says of one patient in short, before it becomes a document or paper. */
import { labelsOf, sensitivities } from '../../../src-shared/access/sensitivity.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { at, text } from '../../../src-shared/fhir/read.ts';
import { relativeTarget, type Target } from '../../../src-shared/fhir/references.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import type { Context, Db } from '../context.ts';
import { isoTime } from '../ports.ts';
import { derive, hiddenFrom, knownAs, readResource, resourcesOfPatient, sql } from '../records/index.ts';
import { deviceName, entriesOf, isProposal, type Names } from './entries.ts';
import { companionsOf } from './links.ts';
import { type Section, sectionsOf } from './sections.ts';

export interface Summary {
  patient: FhirResource;
  /** Who it is, in words. */
  who: { name: string; born: string; sex: string; died: string; numbers: string; phone: string; address: string };
  sections: Section[];
  /** What the entries refer to and goes along. */
  companions: FhirResource[];
  find(reference: string): Target | undefined;
  /** HL7 v3 Confidentiality of the most sensitive entry in it. */
  confidentiality: 'N' | 'R' | 'V';
  /** Its sensitivity labels in words. */
  labels: string[];
  at: string;
  by: { id: string; name: string };
  clinic: { id: string; name: string };
}

/** In every summary, for whoever reads it: how it came about. */
export const STATEMENT =
  'Put together by Lamplight from the record as it stands at that time; nobody has gone over it by hand. Of measurements, results and repeated procedures it shows the newest of each kind.';

/** Throws `not-found`. */
export function summaryOf(context: Context, patient: string): Summary {
  const { db } = context.vault;
  const own = readResource(db, 'Patient', patient)?.resource;
  const facts = own === undefined ? undefined : derive(own).person;
  if (own === undefined || facts == null) throw new AppError('not-found', { what: 'patient' });
  const hidden = hiddenFrom(context, patient);
  const isHidden = ({ type, id }: Target) => hidden.has(`${type}/${id}`);
  const names = namesIn(db);
  const record = resourcesOfPatient(db, patient)
    .map(({ resource }) => resource)
    .filter((resource) => !isProposal(resource));
  const used = usedDevices(record, names);
  const entriesAmong = (resources: readonly FhirResource[]) => entriesOf([...resources, ...deviceUses(resources, used)], names);
  const sections = sectionsOf(
    entriesAmong(record.filter((one) => !isHidden(targetOf(one)))),
    entriesAmong(record.filter((one) => isHidden(targetOf(one)))),
  );
  // Other people's records that this one is linked to are none of the reader's business.
  const { link: _link, ...patientAlone } = own;
  const entries = sections.flatMap((section) => section.entries);
  const companions = companionsOf([patientAlone, ...entries], names.known, (target) => {
    const found = readResource(db, target.type, target.id);
    if (found === undefined || (found.patient !== null && found.patient !== patient)) return undefined;
    return isHidden(target) || isProposal(found.resource) ? undefined : found.resource;
  });
  const labels = [...new Set([...entries, ...companions].flatMap(labelsOf))].sort();
  return {
    patient: patientAlone,
    who: {
      name: facts.name,
      born: facts.birthDate ?? 'unknown',
      sex: facts.sex ?? 'unknown',
      died: facts.deceased ? (facts.deceasedAt?.slice(0, 10) ?? 'yes') : '',
      numbers: numbersOf(facts.identifiers),
      phone: facts.phone ?? '',
      address: facts.address ?? '',
    },
    sections,
    companions,
    find: names.known,
    confidentiality: labels.includes('V') ? 'V' : labels.length > 0 ? 'R' : 'N',
    labels: labels.map((code) => sensitivities[code].words),
    at: isoTime(context.clock),
    by: { id: context.person.id, name: context.person.displayName },
    clinic: { id: context.vault.id, name: clinicName(db) },
  };
}

const targetOf = ({ resourceType, id }: FhirResource): Target => ({ type: resourceType, id: id ?? '' });

function namesIn(db: Db): Names {
  const elsewhere = knownAs(db);
  return {
    known: (reference) => relativeTarget(reference) ?? elsewhere(reference),
    label(reference) {
      const target = relativeTarget(reference);
      if (target === undefined) return undefined;
      return (
        sql<{ name: string }>(db, 'SELECT name FROM label WHERE type = ? AND id = ?').get(target.type, target.id)?.name ??
        undefined
      );
    },
  };
}

function usedDevices(record: readonly FhirResource[], names: Names): ReadonlySet<string | undefined> {
  const uses = record.filter((one) => one.resourceType === 'DeviceUseStatement');
  return new Set(uses.map((use) => names.known(text(at(use.device, 'reference')) ?? '')?.id));
}

/** A device that a record has without a word on its use is said to be used: the IPS has a place for uses only. */
function deviceUses(resources: readonly FhirResource[], used: ReadonlySet<string | undefined>): FhirResource[] {
  return resources
    .filter((one) => one.resourceType === 'Device' && !used.has(one.id) && (text(one.status) ?? 'active') === 'active')
    .map((device) => ({
      resourceType: 'DeviceUseStatement',
      id: device.id,
      meta: { security: at(device.meta, 'security') },
      status: 'active',
      subject: device.patient,
      device: { reference: `Device/${device.id}`, display: deviceName(device) ?? 'Device without a name' },
    }));
}

function numbersOf(identifiers: string): string {
  // Written by `derive`: a list of { system, value, label }.
  const list = JSON.parse(identifiers) as { value: string; label?: string | null }[];
  return list.map(({ value, label }) => (label ? `${label} ${value}` : value)).join(', ');
}

function clinicName(db: Db): string {
  const row = sql<{ value: string }>(db, "SELECT value FROM setting WHERE key = 'clinic'").get();
  return row === undefined ? 'Clinic' : String(JSON.parse(row.value));
}

/** Every patient whom this person cares for, or whose record they have opened in an emergency. */
export function patientsOf(context: Context): string[] {
  const { id } = context.person;
  const now = isoTime(context.clock);
  return sql<{ id: string }>(
    context.vault.db,
    `SELECT r.id FROM resource r WHERE r.type = 'Patient' AND r.deleted = 0 AND (r.id IN (SELECT patient FROM care_team WHERE person = ?)
      OR r.id IN (SELECT patient FROM glass_broken WHERE person = ? AND at <= ? AND until > ?)) ORDER BY r.id`,
  )
    .all(id, id, now, now)
    .map((row) => row.id);
}
