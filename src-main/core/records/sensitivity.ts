/** Which entries of a chart labels keep from a person. Every read of a chart asks here; the choke point refuses what names one of them. */
import { hiddenCodes, type SensitivityCode } from '../../../src-shared/access/sensitivity.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Context, Db } from '../context.ts';
import { isoTime } from '../ports.ts';
import { glassIsBroken } from './access.ts';
import { sql } from './statements.ts';

/** Entries as `Type/id`. */
export type Hidden = ReadonlySet<string>;
type Asking = Pick<Context, 'person' | 'clock' | 'vault'>;

const NONE: Hidden = new Set();

/**
 * The labelled entries that this person may not see, what refers to one of them (it tells of it), what was done with any of these, the values of a report among
 * them, and the contents that belong to them; removed ones too. Empty for whoever has broken the glass.
 */
export function hiddenFrom({ person, clock, vault: { db } }: Asking, patient: string): Hidden {
  const codes = hiddenCodes(person.roles);
  if (codes.length === 0 || sql(db, 'SELECT 1 FROM sensitive WHERE patient = ? LIMIT 1').get(patient) === undefined) return NONE;
  if (glassIsBroken(db, patient, person.id, isoTime(clock))) return NONE;
  const rows = sql<{ type: string; id: string }>(
    db,
    `WITH labelled AS (SELECT DISTINCT type, id FROM sensitive WHERE patient = @patient AND code IN (SELECT value FROM json_each(@codes))),
      telling AS (SELECT type, id FROM labelled
        UNION SELECT f.type, f.id FROM labelled l JOIN reference f ON f.target_type = l.type AND f.target_id = l.id
          JOIN resource r ON r.type = f.type AND r.id = f.id WHERE r.patient = @patient AND f.type <> 'Patient')
      SELECT type, id FROM telling
      UNION SELECT f.type, f.id FROM telling t JOIN reference f ON f.target_type = t.type AND f.target_id = t.id
        JOIN resource r ON r.type = f.type AND r.id = f.id WHERE r.patient = @patient AND f.type IN ('Provenance', 'Task')
      UNION SELECT f.target_type, f.target_id FROM telling t JOIN reference f ON f.type = t.type AND f.id = t.id
        WHERE f.target_type = 'Binary' OR (t.type = 'DiagnosticReport' AND f.target_type = 'Observation')`,
  ).all({ patient, codes: JSON.stringify(codes) });
  return new Set(rows.map(({ type, id }) => `${type}/${id}`));
}

/** Part of a WHERE over `type` and `id`, to stand before anything else with values of its own. */
export function unlessHidden(hidden: Hidden, table = ''): { where: string; values: string[] } {
  if (hidden.size === 0) return { where: '1', values: [] };
  const column = table === '' ? '' : `${table}.`;
  return {
    where: `${column}type || '/' || ${column}id NOT IN (SELECT value FROM json_each(?))`,
    values: [JSON.stringify([...hidden])],
  };
}

/** How many lines of the chart are kept from this person. */
export function countHidden(db: Db, patient: string, hidden: Hidden, list?: string): number {
  if (hidden.size === 0) return 0;
  const found = sql<{ n: number }>(
    db,
    "SELECT count(DISTINCT type || '/' || id) AS n FROM chart_row WHERE patient = ? AND (? IS NULL OR list = ?) AND type || '/' || id IN (SELECT value FROM json_each(?))",
  ).get(patient, list ?? null, list ?? null, JSON.stringify([...hidden]));
  return found?.n ?? 0;
}

/** Refuses a call whose input names a hidden entry or a file of one. Throws `hidden-for-sensitivity`. */
export function refuseHidden(context: Asking, patient: string, input: unknown): void {
  const hidden = hiddenFrom(context, patient);
  if (hidden.size === 0) return;
  const names = new Set([...hidden].map((name) => name.slice(name.indexOf('/') + 1)));
  const list = JSON.stringify([...hidden]);
  const { db } = context.vault;
  const files = sql<{ file: string }>(
    db,
    `SELECT file FROM resource WHERE patient = ? AND file IS NOT NULL AND type || '/' || id IN (SELECT value FROM json_each(?))
      UNION SELECT p.image FROM document d JOIN document_page p ON p.document = d.id WHERE d.patient = ? AND 'DocumentReference/' || d.id IN (SELECT value FROM json_each(?))`,
  ).all(patient, list, patient, list);
  for (const { file } of files) names.add(file);
  if (mentions(input, names)) throw new AppError('hidden-for-sensitivity');
}

/** The labels of a patient's entries by `Type/id`. */
export function labelsIn(db: Db, patient: string): ReadonlyMap<string, SensitivityCode[]> {
  const found = new Map<string, SensitivityCode[]>();
  // Only codes of the table are written there.
  for (const { type, id, code } of sql<{ type: string; id: string; code: SensitivityCode }>(
    db,
    'SELECT type, id, code FROM sensitive WHERE patient = ?',
  ).all(patient))
    found.set(`${type}/${id}`, [...(found.get(`${type}/${id}`) ?? []), code]);
  return found;
}

function mentions(value: unknown, names: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return names.has(value) || names.has(value.slice(value.lastIndexOf('/') + 1));
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return false;
  return Object.values(value).some((part) => mentions(part, names));
}
