/** Every table of the vault and what an erasure does to it. A test holds that none is left without a decision. */
import { createHash } from 'node:crypto';
import type { Target } from '../../../src-shared/fhir/references.ts';
import type { Db } from '../context.ts';
import { derive, removeDerived, sql } from '../records/index.ts';
import { lastVersion } from './removal.ts';

/** What stays although it may name a patient's pseudonym, and why; or has nothing of any patient. */
export const keptTables: Readonly<Record<string, string>> = {
  audit: 'the log is a chain and holds pseudonyms alone',
  audit_person: 'numbers of the log’s entries by who acted, people who work here',
  audit_seal: 'signatures over the log',
  audit_receipt: 'signatures over the log',
  audit_further: 'which logs of this workstation go on from which; nothing of any patient',
  erasure: 'the proof itself, by pseudonym',
  incident: 'breaches must stay accountable (45 CFR 164.414, GDPR 33 (5)); by pseudonym',
  incident_step: 'as incidents',
  watch_day: 'of people who work here',
  user: 'of people who work here',
  factor_code: 'of people who work here',
  meta: 'of this vault',
  setting: 'of this vault',
  retention_rule: 'of this vault',
  retention_check: 'of this vault',
  backups: 'of this vault',
  backup_plan: 'of this vault',
  model_use: 'of models',
  model_use_log: 'of models',
  model_publisher: 'of models',
  model_fit: 'of models',
  batch: 'of people who work here; its items go',
  dicom_waiting: 'of nobody who is registered: it goes when somebody decides whose it is',
  dicom_waiting_file: 'as dicom_waiting',
  import_run: 'of people who work here; its items go',
  ledger_notice: 'signed notices between workstations, which have to stay whole; by pseudonym',
  ledger_device: 'of workstations',
  ledger_set_aside: 'of workstations',
  erasure_order: 'erasures themselves, by pseudonym',
  erasure_echo: 'as erasure_order',
  pacs_incoming: 'objects of an archive on their way in: in nobody’s record before they are taken in, and gone from here then',
};

/** Rows that are found through the resources, letters and files of the patient. */
export const tablesByResource = [
  'resource_history',
  'known_as',
  'reference',
  'token',
  'label',
  'sync_known',
  'sync_item',
  'sync_set_aside',
] as const;
export const tablesThroughOthers = [
  'document_page',
  'document_proposal',
  'document_text',
  'patient_row',
  'name_word',
  'name_trigram',
  'file_alias',
  'shadow_reading',
] as const;

/** What many patients share, or what is nobody's data: it stays when a patient goes. */
const shared = new Set(
  `Organization OrganizationAffiliation Practitioner PractitionerRole Location HealthcareService Endpoint Medication Substance Device DeviceDefinition DeviceMetric ValueSet CodeSystem
  ConceptMap NamingSystem Questionnaire PlanDefinition ActivityDefinition Library Measure StructureDefinition StructureMap InsurancePlan Schedule Slot Subscription ResearchStudy
  ObservationDefinition SpecimenDefinition ChargeItemDefinition OperationDefinition SearchParameter CapabilityStatement MessageDefinition GraphDefinition ImplementationGuide`.split(
    /\s+/,
  ),
);

export interface Erased {
  resources: number;
  versions: number;
  rows: Record<string, number>;
  /** SHA-256 over `type/id/version hash`, one a line, sorted. */
  contents: string;
  files: { id: string; size: number }[];
  /** SHA-256 of the wrapped key of the patient's files. */
  fileKey: string | null;
  /** `Type/id` of each. */
  targets: string[];
  /** How many of them the server knows. */
  atServer: number;
  filesAtServer: number;
  /** Changes made here that the server has not taken, and texts that nobody has signed. */
  unsent: number;
  /** Resources in the records of others that refer to this one. */
  mentions: number;
}

/** Names of the tables that have a column `patient` and go by it. */
export function tablesByPatient(db: Db): string[] {
  return tables(db)
    .filter((name) => !(name in keptTables) && columns(db, name).includes('patient'))
    .sort();
}

export function tables(db: Db): string[] {
  return sql<{ name: string }>(
    db,
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  )
    .all()
    .map(({ name }) => name);
}

/**
 * Deletes every row of the patient, in the open transaction of the caller.
 * @param also what belonged to the record at another workstation
 */
export function eraseRows(db: Db, patient: string, also: readonly Target[] = []): Erased {
  const own = sql<Target>(db, 'SELECT type, id FROM resource WHERE patient = ? ORDER BY type, id').all(patient);
  const told = also.filter((target) => isNobodys(db, target) && !isOfOthers(db, target, patient));
  const mine = [...own, ...told];
  const all = [...mine, ...straysOf(db, patient, mine)];
  const keys = new Set(all.map(keyOf));
  const mentions = mentionsOf(db, all, keys);
  const rows: Record<string, number> = {};
  const count = (table: string, changes: number) => {
    if (changes > 0) rows[table] = (rows[table] ?? 0) + changes;
  };
  const digest = contentsOf(db, all);
  const atServer = all.filter(
    ({ type, id }) => sql(db, 'SELECT 1 FROM sync_known WHERE type = ? AND id = ?').get(type, id) !== undefined,
  ).length;
  const unsent = unsentOf(db, patient);
  const filesAtServer =
    sql<{ n: number }>(db, "SELECT count(*) AS n FROM sync_file WHERE patient = ? AND state = 'acknowledged'").get(patient)?.n ??
    0;
  const files = sql<{ id: string; size: number }>(db, 'SELECT id, size FROM file WHERE patient = ?').all(patient);
  const wrapped = sql<{ wrapped: Uint8Array }>(db, 'SELECT wrapped FROM patient_key WHERE patient = ?').get(patient)?.wrapped;

  count(
    'document_text',
    db.prepare('DELETE FROM document_text WHERE document IN (SELECT id FROM document WHERE patient = ?)').run(patient).changes,
  );
  for (const table of ['document_page', 'document_proposal'])
    count(
      table,
      db.prepare(`DELETE FROM ${table} WHERE document IN (SELECT id FROM document WHERE patient = ?)`).run(patient).changes,
    );
  count(
    'file_alias',
    db.prepare('DELETE FROM file_alias WHERE file IN (SELECT id FROM file WHERE patient = ?)').run(patient).changes,
  );

  for (const { type, id } of all) {
    // Removes the words of a name that nobody else has, too.
    removeDerived(db, type, id);
    for (const table of tablesByResource) {
      count(table, sql(db, `DELETE FROM ${table} WHERE type = ? AND id = ?`).run(type, id).changes);
    }
    count('reference', sql(db, 'DELETE FROM reference WHERE target_type = ? AND target_id = ?').run(type, id).changes);
    count('shadow_reading', sql(db, 'DELETE FROM shadow_reading WHERE reading = ?').run(id).changes);
    count('resource', sql(db, 'DELETE FROM resource WHERE type = ? AND id = ?').run(type, id).changes);
    count('change_log', sql(db, 'DELETE FROM change_log WHERE type = ? AND id = ?').run(type, id).changes);
    count('sync_conflict', sql(db, 'DELETE FROM sync_conflict WHERE type = ? AND resource = ?').run(type, id).changes);
  }
  for (const table of tablesByPatient(db))
    count(table, db.prepare(`DELETE FROM ${table} WHERE patient = ?`).run(patient).changes);
  return {
    resources: all.length,
    ...digest,
    rows,
    files,
    targets: all.map(keyOf),
    unsent,
    atServer,
    filesAtServer,
    mentions,
    fileKey: wrapped === undefined ? null : createHash('sha256').update(wrapped).digest('hex'),
  };
}

/** What is in nobody's record but belongs to this one alone: a Binary with a letter, a Provenance of an import, a Person. */
function straysOf(db: Db, patient: string, own: readonly Target[]): Target[] {
  const keys = new Set(own.map(keyOf));
  const strays: Target[] = [];
  for (let edge: readonly Target[] = own; edge.length > 0; ) {
    const next: Target[] = [];
    for (const near of edge.flatMap((target) => neighbours(db, target))) {
      if (keys.has(keyOf(near)) || shared.has(near.type)) continue;
      const head = sql<{ patient: string | null }>(db, 'SELECT patient FROM resource WHERE type = ? AND id = ?').get(
        near.type,
        near.id,
      );
      if (head === undefined || head.patient !== null || isOfOthers(db, near, patient)) continue;
      keys.add(keyOf(near));
      next.push(near);
    }
    strays.push(...next);
    edge = next;
  }
  return strays;
}

function isNobodys(db: Db, { type, id }: Target): boolean {
  const head = sql<{ patient: string | null }>(db, 'SELECT patient FROM resource WHERE type = ? AND id = ?').get(type, id);
  return head !== undefined && head.patient === null && !shared.has(type);
}

function unsentOf(db: Db, patient: string): number {
  const count = (text: string) => sql<{ n: number }>(db, text).get(patient)?.n ?? 0;
  return (
    count(
      "SELECT count(*) AS n FROM change_log c LEFT JOIN sync_item i ON i.seq = c.seq WHERE c.patient = ? AND (i.seq IS NULL OR i.state IN ('sending', 'sent', 'refused', 'conflicted'))",
    ) + count('SELECT count(*) AS n FROM draft WHERE patient = ?')
  );
}

function neighbours(db: Db, { type, id }: Target): Target[] {
  const to = sql<Target>(db, 'SELECT target_type AS type, target_id AS id FROM reference WHERE type = ? AND id = ?').all(
    type,
    id,
  );
  const from = sql<Target>(db, 'SELECT type, id FROM reference WHERE target_type = ? AND target_id = ?').all(type, id);
  if (to.length > 0) return [...to, ...from];
  // What was removed has no rows of references any more; its text still tells.
  const last = lastVersion(db, { type, id });
  return [...from, ...(last === undefined ? [] : derive(last.resource).references)];
}

function isOfOthers(db: Db, { type, id }: Target, patient: string): boolean {
  return (
    sql(
      db,
      `SELECT 1 FROM (SELECT f.target_type AS t, f.target_id AS i FROM reference f WHERE f.type = @type AND f.id = @id
        UNION ALL SELECT f.type, f.id FROM reference f WHERE f.target_type = @type AND f.target_id = @id) x
      JOIN resource r ON r.type = x.t AND r.id = x.i WHERE r.patient IS NOT NULL AND r.patient <> @patient LIMIT 1`,
    ).get({ type, id, patient }) !== undefined
  );
}

function mentionsOf(db: Db, all: readonly Target[], keys: ReadonlySet<string>): number {
  const found = new Set<string>();
  for (const { type, id } of all)
    for (const from of sql<Target>(db, 'SELECT type, id FROM reference WHERE target_type = ? AND target_id = ?').all(type, id))
      if (!keys.has(keyOf(from))) found.add(keyOf(from));
  return found.size;
}

function contentsOf(db: Db, all: readonly Target[]): { versions: number; contents: string } {
  const lines: string[] = [];
  for (const { type, id } of all)
    for (const { version, body } of sql<{ version: number; body: string }>(
      db,
      'SELECT version, body FROM resource_history WHERE type = ? AND id = ? ORDER BY version',
    ).all(type, id))
      lines.push(`${type}/${id}/${version} ${createHash('sha256').update(body).digest('hex')}\n`);
  return { versions: lines.length, contents: createHash('sha256').update(lines.sort().join('')).digest('hex') };
}

function columns(db: Db, table: string): string[] {
  return sql<{ name: string }>(db, 'SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map(({ name }) => name);
}

const keyOf = ({ type, id }: Target) => `${type}/${id}`;
