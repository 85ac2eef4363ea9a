/** Resources in the vault: each change is a new version with its history, its derived rows and its line in the change log, in one transaction. */
import { createHash } from 'node:crypto';
import { AppError } from '../../../src-shared/errors/index.ts';
import { canonicalText, parseJson } from '../../../src-shared/fhir/json.ts';
import { patientReference, relativeTarget, type Target } from '../../../src-shared/fhir/references.ts';
import { type FhirResource, idPattern, resourceTypes } from '../../../src-shared/fhir/types.ts';
import { type Hlc, laterHlc, nextHlc } from '../../../src-shared/sync/hlc.ts';
import type { Db, Tx } from '../context.ts';
import { type Derived, derive } from './derived.ts';
import { codesAround, removeDerived, writeCodes, writeDerived } from './derived-tables.ts';
import { sql } from './statements.ts';

export type Origin = 'person' | 'machine' | 'imported';

export interface PutOptions {
  /** Whose record it belongs to; read from the resource when left out. */
  patient?: string;
  origin: Origin;
  /** Throws `conflict` when the current version is another one (0: must be new). */
  expectedVersion?: number;
  /** The encrypted file that belongs to it. */
  file?: string;
}

/** A resource ready to be written. */
export interface Prepared {
  type: string;
  id: string;
  patient: string | null;
  body: string;
  hash: string;
  derived: Derived;
}

export interface Head {
  patient: string | null;
  version: number;
  hlc: Hlc;
  deleted: 0 | 1;
  author: string;
  origin: Origin;
  file: string | null;
  hash: string;
}

export interface Stored {
  resource: FhirResource;
  version: number;
  patient: string | null;
  hlc: Hlc;
  author: string;
  origin: Origin;
  file: string | null;
}

/**
 * Writes a resource; one without an id gets a new one. The same content again is no new version.
 * @throws AppError `conflict`, `invalid-input`
 */
export function putResource(
  tx: Tx,
  resource: FhirResource,
  options: PutOptions,
): { id: string; version: number; changed: boolean } {
  const id = resource.id ?? tx.chance.id();
  const ready = prepare({ ...resource, id }, options.patient, knownAs(tx.db));
  const before = headOf(tx.db, ready.type, id);
  const base = before?.version ?? 0;
  if (options.expectedVersion !== undefined && options.expectedVersion !== (before?.deleted === 1 ? 0 : base))
    throw new AppError('conflict');
  if (isSame(before, ready) && (options.file === undefined || options.file === before?.file))
    return { id, version: base, changed: false };
  const stamp = nextStamp(tx);
  const written = writeVersion(tx.db, ready, {
    version: base + 1,
    hlc: stamp,
    author: tx.author,
    device: tx.device,
    at: tx.at,
    origin: options.origin,
    file: options.file ?? before?.file ?? null,
  });
  logChange(tx, ready, base, written, stamp);
  tx.touched({ type: ready.type, id, before: base === 0 ? undefined : base, after: written });
  tx.changed(topicsOf(ready.type), ready.patient ?? undefined);
  return { id, version: written, changed: true };
}

/** Marks a resource as deleted; its history stays. Answers false where there is none. */
export function deleteResource(tx: Tx, type: string, id: string): boolean {
  const before = headOf(tx.db, type, id);
  if (before === undefined || before.deleted === 1) return false;
  const stamp = nextStamp(tx);
  const version = before.version + 1;
  writeDeletion(
    tx.db,
    { type, id, patient: before.patient },
    { version, hlc: stamp, author: tx.author, device: tx.device, at: tx.at },
  );
  logChange(tx, { type, id, patient: before.patient, hash: EMPTY_HASH }, before.version, version, stamp);
  tx.touched({ type, id, before: before.version, after: version });
  tx.changed(topicsOf(type), before.patient ?? undefined);
  return true;
}

/** What another device or the server has written: kept as it is, with its own stamp, and not sent back. */
export type RemoteChange = { hlc: Hlc; author: string; device: string; origin?: Origin; file?: string; patient?: string } & (
  | { resource: FhirResource }
  | { deleted: Target }
);

/** Writes a change from elsewhere as the next version here; the clock moves past its stamp. */
export function applyRemote(tx: Tx, change: RemoteChange): { version: number } {
  rememberStamp(tx.db, change.hlc);
  const { type, id } =
    'deleted' in change ? change.deleted : { type: change.resource.resourceType, id: change.resource.id ?? '' };
  const before = headOf(tx.db, type, id);
  const version = (before?.version ?? 0) + 1;
  const mark = { version, hlc: change.hlc, author: change.author, device: change.device, at: tx.at };
  let patient: string | null;
  if ('deleted' in change) {
    if (before === undefined || before.deleted === 1) return { version: before?.version ?? 0 };
    patient = before.patient;
    writeDeletion(tx.db, { type, id, patient }, mark);
  } else {
    const ready = prepare(change.resource, change.patient ?? before?.patient ?? undefined, knownAs(tx.db));
    refuseErased(tx.db, ready.patient);
    if (isSame(before, ready)) return { version: before?.version ?? 0 };
    patient = ready.patient;
    writeVersion(tx.db, ready, {
      ...mark,
      origin: change.origin ?? before?.origin ?? 'imported',
      file: change.file ?? before?.file ?? null,
    });
  }
  tx.touched({ type, id, before: before?.version, after: version });
  tx.changed(topicsOf(type), patient ?? undefined);
  return { version };
}

/** What was erased here does not come back from elsewhere; whoever registers or imports the person again begins a new record. */
function refuseErased(db: Db, patient: string | null): void {
  if (patient === null || headOf(db, 'Patient', patient)?.deleted === 0) return;
  const erased = sql(db, "SELECT 1 FROM erasure WHERE patient = ? AND state IN ('rows-gone', 'done')").get(patient);
  if (erased !== undefined) throw new AppError('patient-erased');
}

/** The current version, numbers as they came; undefined where there is none or it was deleted. */
export function readResource(db: Db, type: string, id: string): Stored | undefined {
  const row = sql<Head & { body: string }>(
    db,
    `SELECT r.patient, r.version, r.hlc, r.deleted, r.author, r.origin, r.file, r.hash, h.body
    FROM resource r JOIN resource_history h ON h.n = r.body_n WHERE r.type = ? AND r.id = ?`,
  ).get(type, id);
  if (row === undefined || row.deleted === 1) return undefined;
  return {
    resource: toResource(row.body),
    version: row.version,
    patient: row.patient,
    hlc: row.hlc,
    author: row.author,
    origin: row.origin,
    file: row.file,
  };
}

/** A version of the past, for merging and for history; its resource is undefined where it is a deletion. */
export function readVersion(
  db: Db,
  type: string,
  id: string,
  version: number,
): { resource: FhirResource | undefined; hlc: Hlc; author: string; device: string; at: string } | undefined {
  const row = sql<{ deleted: number; hlc: Hlc; author: string; device: string; at: string; body: string }>(
    db,
    'SELECT deleted, hlc, author, device, at, body FROM resource_history WHERE type = ? AND id = ? AND version = ?',
  ).get(type, id, version);
  if (row === undefined) return undefined;
  const { deleted, body, ...rest } = row;
  return { ...rest, resource: deleted === 1 ? undefined : toResource(body) };
}

/** What is known of a resource without reading its text; deleted ones too. */
export function headOf(db: Db, type: string, id: string): Head | undefined {
  return sql<Head>(
    db,
    'SELECT patient, version, hlc, deleted, author, origin, file, hash FROM resource WHERE type = ? AND id = ?',
  ).get(type, id);
}

/** The current resources of a patient, of one type or of all, in order of type and id. */
export function resourcesOfPatient(db: Db, patient: string, type?: string): Stored[] {
  const rows =
    type === undefined
      ? sql<Target>(db, 'SELECT type, id FROM resource WHERE patient = ? AND deleted = 0 ORDER BY type, id').all(patient)
      : sql<Target>(db, 'SELECT type, id FROM resource WHERE patient = ? AND deleted = 0 AND type = ? ORDER BY type, id').all(
          patient,
          type,
        );
  return rows.map((row) => readResource(db, row.type, row.id)).filter((stored) => stored !== undefined);
}

/** The resource as text, hash and derived rows. @throws AppError `invalid-input` */
export function prepare(
  resource: FhirResource,
  patient: string | undefined,
  known?: (reference: string) => Target | undefined,
): Prepared {
  const { resourceType: type, id } = resource;
  if (!resourceTypes.has(type)) throw new AppError('invalid-input', { what: 'the type of the resource is not one of FHIR R4' });
  if (id === undefined || !idPattern.test(id))
    throw new AppError('invalid-input', { what: 'the id of the resource is not one of FHIR' });
  const body = canonicalText(resource);
  return { type, id, patient: patient ?? ownPatient(resource), body, hash: hashOf(body), derived: derive(resource, known) };
}

export interface VersionMark {
  version: number;
  hlc: Hlc;
  author: string;
  device: string;
  at: string;
}

/** History, current row and derived rows of a new version. */
export function writeVersion(
  db: Db,
  ready: Prepared,
  mark: VersionMark & { origin: Origin; file: string | null },
  showPatient = true,
): number {
  const n = addHistory(db, ready, mark, 0, ready.body);
  sql(
    db,
    `INSERT OR REPLACE INTO resource (type, id, patient, version, hlc, deleted, author, origin, file, hash, body_n) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)`,
  ).run(ready.type, ready.id, ready.patient, mark.version, mark.hlc, mark.author, mark.origin, mark.file, ready.hash, n);
  if (mark.version > 1) removeDerived(db, ready.type, ready.id);
  writeDerived(
    db,
    { type: ready.type, id: ready.id, patient: ready.patient, origin: mark.origin, file: mark.file },
    ready.derived,
    showPatient,
  );
  return mark.version;
}

function writeDeletion(db: Db, key: Target & { patient: string | null }, mark: VersionMark): void {
  const n = addHistory(db, key, mark, 1, '');
  const codes = codesAround(db, key);
  sql(
    db,
    'UPDATE resource SET version = ?, hlc = ?, author = ?, deleted = 1, hash = ?, body_n = ? WHERE type = ? AND id = ?',
  ).run(mark.version, mark.hlc, mark.author, EMPTY_HASH, n, key.type, key.id);
  removeDerived(db, key.type, key.id);
  writeCodes(db, key, codes);
}

function addHistory(db: Db, key: Target, mark: VersionMark, deleted: 0 | 1, body: string): number | bigint {
  return sql(
    db,
    'INSERT INTO resource_history (type, id, version, hlc, deleted, author, device, at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(key.type, key.id, mark.version, mark.hlc, deleted, mark.author, mark.device, mark.at, body).lastInsertRowid;
}

export function logChange(
  tx: Tx,
  key: Target & { patient: string | null; hash: string },
  base: number,
  version: number,
  stamp: Hlc,
): void {
  sql(
    tx.db,
    'INSERT INTO change_log (type, id, patient, base_version, new_version, hlc, author, device, hash, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(key.type, key.id, key.patient, base, version, stamp, tx.author, tx.device, key.hash, tx.at);
}

/** The next stamp of this device's hybrid clock, remembered in the same transaction. */
export function nextStamp(tx: Tx): Hlc {
  const last = sql<{ value: string }>(tx.db, "SELECT value FROM meta WHERE key = 'hlc'").get()?.value ?? null;
  const stamp = nextHlc(tx.clock.now(), last, tx.device);
  sql(tx.db, "INSERT OR REPLACE INTO meta (key, value) VALUES ('hlc', ?)").run(stamp);
  return stamp;
}

function rememberStamp(db: Db, heard: Hlc): void {
  const last = sql<{ value: string }>(db, "SELECT value FROM meta WHERE key = 'hlc'").get()?.value ?? '';
  sql(db, "INSERT OR REPLACE INTO meta (key, value) VALUES ('hlc', ?)").run(laterHlc(last, heard));
}

export function isSame(before: Head | undefined, ready: Pick<Prepared, 'hash' | 'patient'>): boolean {
  return before !== undefined && before.deleted === 0 && before.hash === ready.hash && before.patient === ready.patient;
}

/** Looks up the resource that once came under this address. */
export const knownAs =
  (db: Db) =>
  (name: string): Target | undefined =>
    sql<Target>(db, "SELECT type, id FROM known_as WHERE name = ? AND id <> ''").get(name);

function ownPatient(resource: FhirResource): string | null {
  if (resource.resourceType === 'Patient') return resource.id ?? null;
  const target = relativeTarget(patientReference(resource) ?? '');
  return target?.type === 'Patient' ? target.id : null;
}

export const hashOf = (body: string) => createHash('sha256').update(body).digest('hex');
const EMPTY_HASH = hashOf('');

// What was stored is the canonical text of a resource.
const toResource = (body: string) => parseJson(body).value as unknown as FhirResource;

export const topicsOf = (type: string) => (type === 'Patient' ? (['patients', 'chart'] as const) : (['chart'] as const));
