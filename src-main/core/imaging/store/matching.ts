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
  /** JSON: system, value and label of each. */
  identifiers: string;
}

/** What machines and anonymisers write where they know no number: it stands for many people. */
const NOBODYS_NUMBER = /^(ANON(YM|YMOUS|YMIZED|YMISED)?|UNKNOWN|UNBEKANNT|INCONNU|NONE|NULL|NIL|NA|NOID|REMOVED|X+|0+|9{4,})$/;

export function matchPatient(db: Db, person: Person): Match {
  const number = numbersOf(person)[0] !== undefined;
  const byNumber = withNumber(db, person);
  const agreeing = byNumber.filter((row) => against(row, person).length === 0 && inFavour(row, person));
  const [only] = agreeing;
  if (only && agreeing.length === 1 && !sameIssuer(db, only, person))
    return { kind: 'doubt', reason: 'A patient here has this number and name, but the number was given out somewhere else.' };
  if (only && agreeing.length === 1) return { kind: 'patient', patient: only.id };
  if (agreeing.length > 1) return { kind: 'doubt', reason: 'Several patients here have this number and name.' };
  if (byNumber.length > 0)
    return { kind: 'doubt', reason: 'A patient here has this number, but name, birth date or sex differ.' };
  if (!number && person.name === '') return { kind: 'doubt', reason: 'The files name no patient.' };
  if (candidates(db, person).length > 0)
    return { kind: 'doubt', reason: 'Somebody here resembles this patient, but is not known by this number.' };
  if (!number || person.name === '')
    return { kind: 'doubt', reason: number ? 'The files give no name.' : 'The files give no patient number.' };
  return { kind: 'new' };
}

const ON_CHART = 'chart ';
/** Where a study comes from that was laid on somebody's chart. */
export const chartSource = (patient: string) => `${ON_CHART}${patient}`;
/** The same for people: whose chart it was stands among the candidates. */
export const shownSource = (source: string) => (source.startsWith(ON_CHART) ? 'chart' : source);

/** Those whom it may be, the likeliest first, with what speaks for and against each. @param source where it came from, as it was kept */
export function candidates(db: Db, person: Person, source = ''): (LookAlike & { against: string[] })[] {
  const identifier = person.id ? { value: person.id } : undefined;
  const found = lookAlikes(db, {
    family: person.family || person.name,
    given: person.given,
    birthDate: person.birthDate,
    sex: fhirSex(person.sex),
    identifier,
  });
  // Stations that exchange the two fields are not rare.
  for (const one of lookAlikes(db, {
    family: person.given,
    given: person.family,
    birthDate: person.birthDate,
    sex: fhirSex(person.sex),
  }))
    if (person.given && person.family && !found.some(({ id }) => id === one.id))
      found.push({ ...one, reasons: ['family and given name exchanged', ...one.reasons] });
  // Whoever has the number is shown, however little else agrees.
  for (const one of identifier ? lookAlikes(db, { identifier }) : [])
    if (!found.some(({ id }) => id === one.id)) found.push({ ...one, score: 0 });
  const laidOn = source.startsWith(ON_CHART) ? source.slice(ON_CHART.length) : undefined;
  const row = laidOn === undefined ? undefined : rowOf(db, laidOn);
  if (row && !found.some(({ id }) => id === row.id))
    for (const one of lookAlikes(db, { family: row.family, given: row.given, birthDate: row.birth_date ?? undefined }))
      if (one.id === row.id) found.push({ ...one, score: 0, reasons: ['laid on this chart'] });
  return found.map((one) => ({ ...one, against: against(rowOf(db, one.id), person) }));
}

export function fhirSex(sex: string | undefined): 'female' | 'male' | 'other' | 'unknown' | undefined {
  if (sex === undefined || sex === '') return undefined;
  return sex === 'F' ? 'female' : sex === 'M' ? 'male' : sex === 'O' ? 'other' : 'unknown';
}

/** What speaks against a study of this person going to this patient: names, dates, sex, and numbers of which none is the same. */
export function speaksAgainst(db: Db, patient: string, person: Person): string[] {
  const row = rowOf(db, patient);
  const theirs = numbersIn(row).map(({ value }) => identifierKey(value));
  const ours = numbersOf(person).map(identifierKey);
  const none = theirs.length > 0 && ours.length > 0 && !ours.some((one) => theirs.includes(one));
  return [...against(row, person), ...(none ? ['other number'] : [])];
}

const COLUMNS = 'id, family, given, birth_date, sex, identifiers';

function rowOf(db: Db, id: string): Row {
  return (
    sql<Row>(db, `SELECT ${COLUMNS} FROM patient_row WHERE id = ?`).get(id) ?? {
      id,
      family: '',
      given: '',
      birth_date: null,
      sex: null,
      identifiers: '[]',
    }
  );
}

/** Numbers that stand for somebody, the first one first. */
function numbersOf({ id, otherIds }: Person): string[] {
  return [id, ...otherIds].filter(
    (number): number is string => number !== undefined && !NOBODYS_NUMBER.test(identifierKey(number) || '0'),
  );
}

interface Numbered {
  value: string;
  system?: string;
}

/** Written by this program from the patient's own identifiers. */
const numbersIn = (row: Row) => JSON.parse(row.identifiers) as Numbered[];

function withNumber(db: Db, person: Person): Row[] {
  const rows = new Map<string, Row>();
  for (const number of numbersOf(person)) {
    if (identifierKey(number).length < 2) continue;
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

/** A number and a family name are not enough: a given name or the birth date must agree with it. */
function inFavour(row: Row, person: Person): boolean {
  const given = nameTokens(person.given).length > 0 && nameTokens(row.given).length > 0;
  const birth = row.birth_date !== null && row.birth_date === person.birthDate;
  return folded(person.name).trim() !== '' && folded(row.family).trim() !== '' && (given || birth);
}

/** Hospitals give out the same numbers: where both sides say who gave theirs out, it must be the same one. */
function sameIssuer(db: Db, row: Row, { id, issuer }: Person): boolean {
  if (!issuer || !id) return true;
  const kept = sql<{ name: string | null }>(
    db,
    `SELECT i.value ->> '$.assigner.display' AS name FROM resource r JOIN resource_history h ON h.n = r.body_n, json_each(h.body, '$.identifier') i
     WHERE r.type = 'Patient' AND r.id = ? AND i.value ->> '$.value' = ?`,
  ).all(row.id, id);
  const named = kept.map(({ name }) => name).filter((name) => name !== null);
  return named.length === 0 || named.some((name) => folded(name) === folded(issuer));
}

/** Same family name, and given names of which one has all words of the other: scanners leave out middle names. */
function sameName(row: Row, person: Person): boolean {
  const family = sameWord(row.family, person.family || person.name);
  const [mine, theirs] = [nameTokens(person.given), nameTokens(row.given)];
  const [fewer, more] = mine.length < theirs.length ? [mine, theirs] : [theirs, mine];
  return family && fewer.every((word) => more.includes(word)) && (fewer.length > 0 || more.length === 0);
}

/** Letters of other scripts fold to sounds, and many names sound alike: two that are written in such letters must be written alike. */
function sameWord(one: string, other: string): boolean {
  const plain = (text: string) => text.normalize('NFKC').toLowerCase().trim();
  const beyondLatin = (text: string) => /\p{L}/u.test(text.replace(/\p{Script=Latin}/gu, ''));
  if (beyondLatin(one) && beyondLatin(other)) return plain(one) === plain(other);
  return folded(one).trim() === folded(other).trim();
}
