/** Decides under which id each entry of a file is kept and whose record it belongs to: nothing may ever come under the wrong person. */
import { setImmediate } from 'node:timers/promises';
import { relativeTarget, type Target } from '../../../../src-shared/fhir/references.ts';
import type { Context, Db } from '../../context.ts';
import { derive, identifiersOf } from '../derived.ts';
import { nameTokens } from '../normal.ts';
import { sql } from '../statements.ts';
import { hashOf, headOf, knownAs, readVersion } from '../store.ts';
import type { Decision, FileFinding, Head } from './messages.ts';

/** Look-ups before others get their turn. */
const HEADS_IN_A_ROW = 500;

export interface Planned {
  id: string;
  /** Whose record; null for what is nobody's. */
  patient: string | null;
  address: string | undefined;
  /** Came without an id: found again by the hash of its content. */
  hash: string | undefined;
  deleted: boolean;
  /** Under which name to find it when the file comes again, where it got another id than it came with. */
  was: string | undefined;
  /** Already here by the request's own condition (ifNoneExist): not written. */
  skip: boolean;
}

export interface Plan {
  byIndex: Map<number, Planned>;
  decision: Decision;
  findings: FileFinding[];
  deletions: { n: number; line: number; type: string; plan: Planned }[];
}

/** @param lookUps addresses and conditional references that the file does not explain */
export async function planFile(context: Context, heads: Head[], lookUps: string[]): Promise<Plan> {
  const { db } = context.vault;
  const plan: Plan = { byIndex: new Map(), decision: { ids: [], lookUps: [] }, findings: [], deletions: [] };
  const known = new Map<string, Target>();
  for (const reference of lookUps) {
    const target = knownAs(db)(reference) ?? conditional(db, reference);
    if (target !== undefined) known.set(reference, target);
  }
  plan.decision.lookUps = [...known];
  const patientsFirst = [...heads].sort((one, other) => Number(other.type === 'Patient') - Number(one.type === 'Patient'));
  for (const [count, head] of patientsFirst.entries()) {
    if (count % HEADS_IN_A_ROW === HEADS_IN_A_ROW - 1) await setImmediate();
    const planned = plannedOf(context, head, plan, known);
    plan.byIndex.set(head.index, planned);
    if (planned.id !== head.id) plan.decision.ids.push([head.index, planned.id]);
  }
  return plan;
}

function plannedOf(context: Context, head: Head, plan: Plan, known: Map<string, Target>): Planned {
  const { db } = context.vault;
  const rest = { address: head.address, hash: head.hash, deleted: head.deleted, was: undefined };
  const existing = head.ifNoneExist === undefined ? undefined : conditional(db, head.ifNoneExist);
  if (existing?.type === head.type)
    return { ...rest, id: existing.id, patient: headOf(db, existing.type, existing.id)?.patient ?? null, skip: true };
  const id = head.id ?? (head.hash === undefined ? undefined : knownAs(db)(`sha256:${head.hash}`)?.id) ?? context.chance.id();
  const patient = head.type === 'Patient' ? id : owner(head, plan, known);
  if (namesAnother(db, head, patient)) {
    plan.findings.push({
      n: head.n,
      line: head.line,
      severity: 'warning',
      text: 'the name beside the reference is not that of the patient who has this id here: check whose it is',
    });
  }
  const before = headOf(db, head.type, id);
  if (head.deleted || before === undefined || !belongsToAnother(db, head, before, patient))
    return { ...rest, id, patient, skip: false };
  const was = formerName(head, patient);
  const fresh = knownAs(db)(was)?.id ?? context.chance.id();
  plan.findings.push({
    n: head.n,
    line: head.line,
    severity: 'warning',
    text: `${head.type}/${id} is here already and is another one; this one is kept as ${head.type}/${fresh}`,
  });
  return { ...rest, id: fresh, was, patient: head.type === 'Patient' ? fresh : patient, skip: false };
}

/** Ids such as "1" are given by many systems: a name that has no word in common with the patient's is worth saying. */
function namesAnother(db: Db, head: Head, patient: string | null): boolean {
  if (patient === null || head.patient === undefined || 'index' in head.patient || head.patient.named.length === 0) return false;
  const words = nameWords(db, patient);
  return (
    words.length > 0 &&
    !head.patient.named.some((word) => words.some((known) => known.startsWith(word) || word.startsWith(known)))
  );
}

const nameWords = (db: Db, patient: string) =>
  sql<{ token: string }>(db, 'SELECT token FROM name_token WHERE patient = ?')
    .all(patient)
    .map(({ token }) => token);

type Stored = NonNullable<ReturnType<typeof headOf>>;

function belongsToAnother(db: Db, head: Head, before: Stored, now: string | null): boolean {
  if (head.type === 'Patient') return !samePerson(db, head, before);
  return before.patient !== null && now !== null && before.patient !== now;
}

const formerName = (head: Head, patient: string | null) =>
  `was:${head.type === 'Patient' ? hashOf(`${head.person?.tokens.join(' ')} ${head.person?.birthDate}`) : patient}/${head.type}/${head.id}`;

/** The patient who has this id here, or had it before being deleted, and the one who comes: one person by identifier, or by name and birth date. */
function samePerson(db: Db, head: Head, before: Stored): boolean {
  const known = before.deleted === 1 ? formerPatient(db, head.id ?? '', before.version) : currentPatient(db, head.id ?? '');
  if (known === undefined || head.identifiers.some(known.has)) return true;
  const words = known.tokens;
  const agree = head.person?.tokens.some((token) => words.includes(token)) ?? false;
  const nothingKnown = words.length === 0 && (head.person?.tokens.length ?? 0) === 0;
  return (
    (agree || nothingKnown) &&
    (known.birthDate === null || head.person?.birthDate == null || known.birthDate === head.person.birthDate)
  );
}

interface Known {
  tokens: string[];
  birthDate: string | null;
  has: (identifier: Head['identifiers'][number]) => boolean;
}

function currentPatient(db: Db, id: string): Known | undefined {
  const row = sql<{ birth_date: string | null }>(db, 'SELECT birth_date FROM patient_row WHERE id = ?').get(id);
  if (row === undefined) return undefined;
  const has: Known['has'] = ({ system, code }) =>
    sql(db, "SELECT 1 FROM token WHERE type = 'Patient' AND id = ? AND system = ? AND code = ?").get(id, system, code) !==
    undefined;
  return { tokens: nameWords(db, id), birthDate: row.birth_date, has };
}

/** Results stay under the id of a deleted patient: nobody else may come to them. Undefined where the past was erased too. */
function formerPatient(db: Db, id: string, deletion: number): Known | undefined {
  const resource = readVersion(db, 'Patient', id, deletion - 1)?.resource;
  if (resource === undefined) return undefined;
  const person = derive(resource).person;
  const identifiers = identifiersOf(resource);
  return {
    tokens: nameTokens(`${person?.family ?? ''} ${person?.given ?? ''}`),
    birthDate: person?.birthDate ?? null,
    has: ({ system, code }) => identifiers.some((one) => (one.system ?? '') === system && one.value === code),
  };
}

function owner(head: Head, plan: Plan, known: Map<string, Target>): string | null {
  if (head.patient === undefined) return null;
  if ('index' in head.patient) return plan.byIndex.get(head.patient.index)?.id ?? null;
  const { id } = head.patient;
  const target = known.get(id);
  if (target !== undefined) return target.type === 'Patient' ? target.id : null;
  // A name that nobody knows is nobody's record here, and always the same nobody.
  return relativeTarget(`Patient/${id}`) === undefined ? `unknown-${hashOf(id).slice(0, 32)}` : id;
}

/** `Type?identifier=system|value` (in a request also without the type), if exactly one fits. */
function conditional(db: Db, reference: string): Target | undefined {
  const [, type, query] = /^([A-Z][A-Za-z]+)\?(.+)$/.exec(reference) ?? [];
  const identifier = new URLSearchParams(query).get('identifier');
  if (type === undefined || identifier == null) return undefined;
  const bar = identifier.indexOf('|');
  return byIdentifier(db, type, identifier.slice(0, Math.max(bar, 0)), identifier.slice(bar + 1));
}

function byIdentifier(db: Db, type: string, system: string, value: string): Target | undefined {
  const found = sql<Target>(db, 'SELECT type, id FROM token WHERE system = ? AND code = ? AND type = ? LIMIT 2').all(
    system,
    value,
    type,
  );
  return found.length === 1 ? found[0] : undefined;
}
