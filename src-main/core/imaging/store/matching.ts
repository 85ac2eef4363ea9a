/**
 * Whose a study is. A patient of ours is taken only where the number and what else is known agree, a new one is registered only where nobody here resembles them; anything between waits for a person.
 * Two people with the same number must never become one.
 */
import type { Db } from '../../context.ts';
import { folded, identifierKey, type LookAlike, lookAlikes, nameTokens, sql } from '../../records/index.ts';
import type { Belonging } from '../facts.ts';

type Person = Belonging['patient'];
export type Match = { kind: 'patient'; patient: string } | { kind: 'new' } | { kind: 'doubt'; reason: string };

interface Row {
  id: string;
  family: string;
  given: string;
  birth_date: string | null;
  sex: string | null;
}

export function matchPatient(db: Db, person: Person): Match {
  const byNumber = withNumber(db, person);
  const agreeing = byNumber.filter((row) => against(row, person).length === 0 && inFavour(row, person));
  const [only] = agreeing;
  if (only && agreeing.length === 1) return { kind: 'patient', patient: only.id };
  if (agreeing.length > 1) return { kind: 'doubt', reason: 'Several patients here have this number and name.' };
  if (byNumber.length > 0)
    return { kind: 'doubt', reason: 'A patient here has this number, but name, birth date or sex differ.' };
  if (!person.id && person.name === '') return { kind: 'doubt', reason: 'The files name no patient.' };
  if (candidates(db, person).length > 0)
    return { kind: 'doubt', reason: 'Somebody here resembles this patient, but has another number.' };
  if (!person.id || person.name === '')
    return { kind: 'doubt', reason: person.id ? 'The files give no name.' : 'The files give no patient number.' };
  return { kind: 'new' };
}

/** Those whom it may be, the likeliest first, with what speaks for and against each. */
export function candidates(db: Db, person: Person): (LookAlike & { against: string[] })[] {
  const identifier = person.id ? { value: person.id } : undefined;
  const found = lookAlikes(db, {
    family: person.family || person.name,
    given: person.given,
    birthDate: person.birthDate,
    sex: fhirSex(person.sex),
    identifier,
  });
  // Whoever has the number is shown, however little else agrees.
  for (const one of identifier ? lookAlikes(db, { identifier }) : [])
    if (!found.some(({ id }) => id === one.id)) found.push({ ...one, score: 0 });
  return found.map((one) => ({ ...one, against: against(rowOf(db, one.id), person) }));
}

export function fhirSex(sex: string | undefined): 'female' | 'male' | 'other' | 'unknown' | undefined {
  if (sex === undefined || sex === '') return undefined;
  return sex === 'F' ? 'female' : sex === 'M' ? 'male' : sex === 'O' ? 'other' : 'unknown';
}

const COLUMNS = 'id, family, given, birth_date, sex';

function rowOf(db: Db, id: string): Row {
  return (
    sql<Row>(db, `SELECT ${COLUMNS} FROM patient_row WHERE id = ?`).get(id) ?? {
      id,
      family: '',
      given: '',
      birth_date: null,
      sex: null,
    }
  );
}

function withNumber(db: Db, { id, otherIds }: Person): Row[] {
  const rows = new Map<string, Row>();
  for (const number of [id, ...otherIds]) {
    if (!number || identifierKey(number).length < 2) continue;
    for (const row of sql<Row>(
      db,
      `SELECT ${COLUMNS} FROM patient_row WHERE id IN (SELECT patient FROM person_key WHERE kind = 'id' AND key = ?) LIMIT 20`,
    ).all(identifierKey(number)))
      rows.set(row.id, row);
  }
  return [...rows.values()];
}

/** Name and, where both sides know them, birth date and sex. */
function against(row: Row, person: Person): string[] {
  const found: string[] = [];
  if (!sameName(row, person)) found.push('other name');
  if (
    row.birth_date &&
    person.birthDate &&
    !row.birth_date.startsWith(person.birthDate) &&
    !person.birthDate.startsWith(row.birth_date)
  )
    found.push('other birth date');
  const sex = fhirSex(person.sex);
  if (row.sex && sex && row.sex !== 'unknown' && sex !== 'unknown' && row.sex !== sex) found.push('other sex');
  return found;
}

/** A number and nothing else is not enough. */
function inFavour(row: Row, person: Person): boolean {
  return folded(person.name).trim() !== '' && (folded(row.family).trim() !== '' || folded(row.given).trim() !== '');
}

/** Same family name, and given names of which one has all words of the other: scanners leave out middle names. */
function sameName(row: Row, person: Person): boolean {
  const family = folded(row.family).trim() === folded(person.family || person.name).trim();
  const [mine, theirs] = [nameTokens(person.given), nameTokens(row.given)];
  const [fewer, more] = mine.length < theirs.length ? [mine, theirs] : [theirs, mine];
  return family && fewer.every((word) => more.includes(word)) && (fewer.length > 0 || more.length === 0);
}
