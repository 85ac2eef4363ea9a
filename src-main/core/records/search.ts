/** Finds patients while somebody types: by the beginnings of names, identifier, birth date, phone, and forgiving slips of the keyboard. */

import type { PatientRow } from '../../../src-shared/contract/types.ts';
import type { Db } from '../context.ts';
import { digits, editDistance, identifierKey, nameTokens, reversed } from './normal.ts';
import { asPatientRow, type PatientRecord, patientColumns } from './patient-record.ts';
import { sql } from './statements.ts';
import { typedDates } from './typed-date.ts';

/** People looked at closely before the best are shown. */
const CANDIDATES_MAX = 250;
/** So many are gone through for them: those whose number begins as typed, and may not be known by that, must not stand before those whose may. */
const GONE_THROUGH_MAX = 2000;
/** Beyond this a term is too common to be worth counting on. */
const COUNT_MAX = 2000;
const TERMS_MAX = 6;
/** With fewer exact finds than this, similar names are looked for too. */
const ENOUGH = 5;
/** A find as good as this needs no guesses beside it. */
const SURE = 0.95;
const SIMILAR_MAX = 24;
/** Digits from the end that a number has in common at home and from abroad. */
const PHONE_END = 8;

interface Term {
  /** Where it may be found: ranges of name tokens, or of keys; not of both. */
  ranges: { source: 'name' | 'key'; kind: string; from: string; to: string; score: (found: string) => number }[];
  /** The word, where it is one. */
  word?: string;
}

/** Whose numbers whoever searches may know; others are found by their whole number alone, or one could be guessed digit by digit. */
type Knows = (patient: string) => boolean;

/** @param nowMs for ages and two-digit years */
export function searchPatients(db: Db, text: string, limit: number, nowMs: number, knows: Knows): PatientRow[] {
  const terms = termsOf(text, new Date(nowMs).getUTCFullYear());
  if (terms.length === 0) return [];
  let found = ranked(db, terms, knows);
  // "0712 345 678" and "MRN 0077" are one number, written in groups.
  if (/\d/.test(text) && /\s/.test(text.trim()))
    found = merged(found, ranked(db, [numberTerm(text, new Date(nowMs).getUTCFullYear())], knows));
  const sure = found.some((one) => one.score >= SURE);
  if (!sure && found.length < ENOUGH && terms.some((term) => term.word !== undefined)) {
    const wider = terms.map((term) => (term.word === undefined ? term : withSimilar(db, term, term.word)));
    found = merged(found, ranked(db, wider, knows));
  }
  found.sort((one, other) => other.score - one.score || (one.record.name < other.record.name ? -1 : 1));
  return found.slice(0, limit).map(({ record, score }) => asPatientRow(record, score));
}

interface Found {
  record: PatientRecord;
  score: number;
}

function merged(found: Found[], more: Found[]): Found[] {
  const known = new Set(found.map(({ record }) => record.id));
  return [...found, ...more.filter(({ record }) => !known.has(record.id))];
}

function ranked(db: Db, terms: Term[], knows: Knows): Found[] {
  const found: Found[] = [];
  for (const { patient } of candidates(db, terms)) {
    if (found.length === CANDIDATES_MAX) break;
    const score = scoreOf(db, patient, terms, knows);
    const record =
      score === 0 ? undefined : sql<PatientRecord>(db, `SELECT ${patientColumns} FROM patient_row WHERE id = ?`).get(patient);
    if (record !== undefined) found.push({ record, score });
  }
  return found;
}

/** Patients that every term can mean: driven by the rarest, checked against the others. */
function candidates(db: Db, terms: Term[]): { patient: string }[] {
  const counted = terms.map((term) => ({
    term,
    count: sql<{ n: number }>(db, `SELECT count(*) AS n FROM (${union(term)} LIMIT ${COUNT_MAX})`).get(...bounds(term))?.n ?? 0,
  }));
  counted.sort((one, other) => one.count - other.count);
  const [driver, ...others] = counted.map(({ term }) => term);
  if (driver === undefined) return [];
  const checks = others.map((term) => `AND ${fits(term)}`).join(' ');
  return sql<{ patient: string }>(
    db,
    `SELECT DISTINCT patient FROM (${union(driver)}) AS c WHERE 1 ${checks} LIMIT ${GONE_THROUGH_MAX}`,
  ).all(...bounds(driver), ...others.flatMap(bounds));
}

type Range = Term['ranges'][number];
const union = (term: Term) =>
  term.ranges
    .map((range) =>
      range.source === 'name'
        ? 'SELECT patient FROM name_token WHERE token >= ? AND token < ?'
        : 'SELECT patient FROM person_key WHERE kind = ? AND key >= ? AND key < ?',
    )
    .join(' UNION ALL ');
/** Whether the person of the row fits the term. Of many ranges, + keeps SQLite from searching each instead of the person's few names. */
const fits = (term: Term) => {
  const plus = term.ranges.length > 1 ? '+' : '';
  return term.ranges[0]?.source === 'name'
    ? `EXISTS (SELECT 1 FROM name_token t WHERE t.patient = c.patient AND (${term.ranges.map(() => `(${plus}t.token >= ? AND ${plus}t.token < ?)`).join(' OR ')}))`
    : `EXISTS (SELECT 1 FROM person_key k WHERE k.patient = c.patient AND (${term.ranges.map(() => `(${plus}k.kind = ? AND ${plus}k.key >= ? AND ${plus}k.key < ?)`).join(' OR ')}))`;
};
const bounds = (term: Term) =>
  term.ranges.flatMap((range) => (range.source === 'name' ? [range.from, range.to] : [range.kind, range.from, range.to]));

/** Mean of how well each term fits its best match in this person; 0 where one does not fit at all. */
function scoreOf(db: Db, patient: string, terms: Term[], knows: Knows): number {
  const uses = (source: Range['source']) => terms.some((term) => term.ranges.some((range) => range.source === source));
  const names = uses('name') ? sql<{ token: string }>(db, 'SELECT token FROM name_token WHERE patient = ?').all(patient) : [];
  const keys = uses('key')
    ? sql<{ kind: string; key: string }>(db, 'SELECT kind, key FROM person_key WHERE patient = ?').all(patient)
    : [];
  let sum = 0;
  for (const term of terms) {
    let best = 0;
    for (const { source, kind, from, to, score } of term.ranges) {
      const values =
        source === 'name' ? names.map((name) => name.token) : keys.filter((key) => key.kind === kind).map((key) => key.key);
      for (const value of values)
        if (value >= from && value < to && (kind !== 'id' || value === from || knows(patient)))
          best = Math.max(best, score(value));
    }
    if (best === 0) return 0;
    sum += best;
  }
  return Math.round((sum / terms.length) * 1000) / 1000;
}

const prefix = (source: 'name' | 'key', kind: string, from: string, weight: number): Range => ({
  source,
  kind,
  from,
  to: `${from}\u{10ffff}`,
  score: (value) => weight * (0.7 + (0.3 * from.length) / Math.max(value.length, from.length)),
});

function termsOf(text: string, thisYear: number): Term[] {
  const whole = typedDates(text, thisYear);
  if (whole.length > 0 && !/^\d+$/.test(text.trim())) return [birthTerm(whole)];
  const terms: Term[] = [];
  for (const piece of pieces(text, thisYear)) {
    if (Array.isArray(piece)) terms.push(birthTerm(piece));
    else if (/\d/.test(piece)) terms.push(numberTerm(piece, thisYear));
    else for (const word of nameTokens(piece).slice(0, 1)) terms.push({ word, ranges: [prefix('name', '', word, 1)] });
  }
  return terms.filter((term) => term.ranges.length > 0).slice(0, TERMS_MAX);
}

/** Words of the text, with up to three neighbours that make a date taken together. */
function pieces(text: string, thisYear: number): (string | string[])[] {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  const found: (string | string[])[] = [];
  for (let at = 0; at < words.length; at++) {
    const span = [3, 2].find(
      (length) => at + length <= words.length && typedDates(words.slice(at, at + length).join(' '), thisYear).length > 0,
    );
    const single = /[./-]/.test(words[at] ?? '') ? typedDates(words[at] ?? '', thisYear) : [];
    if (span !== undefined) found.push(typedDates(words.slice(at, at + span).join(' '), thisYear));
    else if (single.length > 0) found.push(single);
    else found.push(words[at] ?? '');
    if (span !== undefined) at += span - 1;
  }
  return found;
}

function birthTerm(dates: string[]): Term {
  return { ranges: dates.map((date, order) => prefix('key', 'birth', date, order === 0 ? 1 : 0.95)) };
}

function numberTerm(text: string, thisYear: number): Term {
  const key = identifierKey(text);
  const number = digits(text);
  const ranges = key.length < 2 ? [] : [prefix('key', 'id', key, 1)];
  if (number.length >= 4 && !/[a-z]/i.test(text))
    ranges.push(prefix('key', 'phone', number, 0.9), prefix('key', 'phone-end', reversed(number.slice(-PHONE_END)), 0.85));
  if (/^(18|19|20|21)\d\d$/.test(text)) ranges.push(prefix('key', 'birth', text, 0.9));
  for (const date of typedDates(text, thisYear)) ranges.push(prefix('key', 'birth', date, 0.95));
  return { ranges };
}

/** The term widened by words that differ by a slip or two. */
function withSimilar(db: Db, term: Term, word: string): Term {
  const limit = word.length < 3 ? 0 : word.length < 6 ? 1 : 2;
  if (limit === 0) return term;
  const near = new Map<string, number>();
  for (const candidate of [...sameBeginning(db, word), ...sharedTrigrams(db, word)]) {
    // While somebody types, the word may still be shorter than the name.
    const distance = Math.min(
      editDistance(word, candidate, limit),
      editDistance(word, candidate.slice(0, word.length), limit) + (candidate.length > word.length ? 0.5 : 0),
    );
    if (distance <= limit && distance > 0) near.set(candidate, distance);
  }
  const best = [...near].sort((one, other) => one[1] - other[1]).slice(0, SIMILAR_MAX);
  return {
    word,
    ranges: [
      ...term.ranges,
      ...best.map(
        ([token, distance]): Range => ({
          source: 'name',
          kind: '',
          from: token,
          to: `${token}\0`,
          score: () => 0.75 * (1 - distance / (word.length + 1)),
        }),
      ),
    ],
  };
}

/** Words that begin as this one does, also with a slip in the first letters. */
function sameBeginning(db: Db, word: string): string[] {
  const [a = '', b = '', c = ''] = word;
  const range = sql<{ word: string }>(db, 'SELECT word FROM name_word WHERE word >= ? AND word < ? LIMIT 3000');
  return [...new Set([a + b, b + a, a + c, b + c])].flatMap((start) =>
    range.all(start, `${start}\u{10ffff}`).map((row) => row.word),
  );
}

function sharedTrigrams(db: Db, word: string): string[] {
  if (word.length < 4) return [];
  // Only letters and digits are left in a token, so that quoting is enough.
  const trigrams = Array.from({ length: word.length - 2 }, (_, index) => `"${word.slice(index, index + 3)}"`);
  return sql<{ word: string }>(db, 'SELECT word FROM name_trigram WHERE name_trigram MATCH ? ORDER BY rank LIMIT 200')
    .all(trigrams.join(' OR '))
    .map((row) => row.word);
}
