/**
 * Whether a letter is of another patient than the chart it was put on: what it says behind “Patient”, “Name” or “Date of birth” against the chart. A wrong warning
 * teaches people to close warnings, so it takes a stated name of which nothing fits, or a stated birth date that is more than one misread digit away.
 */
import anyAscii from 'any-ascii';
import { daysIn } from '../../../src-shared/fhir/dates.ts';
import { findDates } from './entities/dates.ts';
import { editDistance, fold } from './entities/fold.ts';

export interface ChartPatient {
  family: string;
  given: string;
  birthDate: string | undefined;
}

/** What the letter states that does not fit, as it stands there (dates as ISO 8601). */
export interface OtherPerson {
  name?: string;
  birthDate?: string;
}

const LABELS = [
  "patient(?:['’]?s)? name",
  'name of (?:the )?patient',
  'patiente?',
  'full name',
  'name',
  're',
  'pt',
  'client',
  'paciente',
  'nombre(?: y apellidos)?',
  'nom(?: et prénom)?',
  'utente',
  'doente',
  'nome',
  'jina la mgonjwa',
  'mgonjwa',
  'jina',
  'रोगी का नाम',
  'मरीज का नाम',
  'नाम',
];
const TITLES = 'mr|mrs|ms|miss|mx|master|sr|sra|srta|monsieur|madame|mme|mlle|m|senhor|senhora|bw|bi|श्री|श्रीमती|सुश्री|कुमारी';
/** A word of a name: capitalised, or of a script without capitals; with its hyphens and apostrophes. */
const NAME_WORD = "(?:[\\p{Lu}\\p{Lo}][\\p{L}\\p{M}'’-]*\\.?)";
const STATED = new RegExp(
  `(?:^|[\\s:;,|])(?:${LABELS.join('|')})(?<colon>[ \\t]*[:.][ \\t]*|[ \\t]+)(?<title>(?:${TITLES})\\.?[ \\t]+)?(?<name>${NAME_WORD}(?:,?[ ]${NAME_WORD}){1,4})`,
  'giu',
);
/** Words that stand behind such a label and are no name: “Patient Information”, “Name Harbour Clinic”. */
const NOT_A_PERSON =
  /^(?:hospital|clinic|clinica|practice|surgery|centre|center|department|laborator|laboratory|lab|unit|ward|education|instructions?|information|details|record|number|no|id|care|history|name|address|date|born|dob|sex|gender|age|tel|phone|nhs|nhc|mrn|ref|umri|edad|sexo|fecha|data|dossier|advice|leaflet|summary|status|consent|transport|safety)$/;
/** Words behind a name on the same line. */
const STOP =
  /^(?:hospital|nhs|nhc|mrn|dob|born|sex|sexo|date|lab|no|age|umri|jinsia|fecha|data|dossier|ne|nee|edad|tel|ref|address|ward|id|number|निवासी|आयु|लिंग)$/;

/** Undefined where it fits, or where the letter does not say whose it is. */
export function otherPersonIn(pages: readonly string[], chart: ChartPatient): OtherPerson | undefined {
  const text = pages.join('\n');
  const words = new Set(plainWords(text));
  const family = plainWords(chart.family);
  const given = plainWords(chart.given);
  const hasFamily = family.some((part) => isAmong(part, words));
  const hasGiven = given.some((part) => isAmong(part, words));
  const born = birthDates(text);
  const birth = chart.birthDate?.length === 10 ? chart.birthDate : undefined;
  const birthFits = birth === undefined || born.length === 0 ? undefined : born.some((date) => isNear(date, birth));
  const name = statedName(text);
  const nameDiffers = name !== undefined && !hasFamily && !hasGiven && sameScript(name, `${chart.family} ${chart.given}`);

  // The same birth date and a name that does not fit: a maiden name, another spelling. Two signs must not contradict each other.
  if (birthFits === true) return undefined;
  if (birthFits === false) return { name: nameDiffers ? name : undefined, birthDate: born[0] };
  return nameDiffers ? { name } : undefined;
}

/** The first name that stands behind a label and is a person's. */
function statedName(text: string): string | undefined {
  for (const match of text.matchAll(STATED)) {
    const { name = '', title, colon = '' } = match.groups ?? {};
    const words: string[] = [];
    for (const word of name.split(/[ ]+/)) {
      const plain = plainWords(word)[0] ?? '';
      if (STOP.test(plain)) break;
      words.push(word);
    }
    const plain = words.flatMap(plainWords);
    // The flags of the pattern forget capitals: a name has them.
    const capital = words.every((word) => /^[\p{Lu}\p{Lo}]/u.test(word));
    const strong = title !== undefined || colon.includes(':') || /^(?:patient|name|paciente)/i.test(match[0].trim());
    if (capital && strong && plain.length >= 2 && !plain.some((word) => NOT_A_PERSON.test(word)))
      return words.join(' ').replace(/[,.]$/, '');
  }
  return undefined;
}

/** Dates that the letter calls birth dates; where day and month could be either, both. */
function birthDates(text: string): string[] {
  const folded = fold(text);
  const found = [false, true].flatMap((monthFirst) => findDates(text, folded, monthFirst));
  return [...new Set(found.filter(({ value }) => value.kind === 'birth').map(({ value }) => value.iso))];
}

/** The same day, day and month exchanged, or one digit misread. */
function isNear(one: string, other: string): boolean {
  const [year = '', month = '', day = ''] = other.split('-');
  const exchanged = Number(day) <= 12 && Number(month) <= daysIn(Number(year), Number(day)) ? `${year}-${day}-${month}` : other;
  return [other, exchanged].some((date) => [...date].filter((digit, place) => digit !== one[place]).length <= 1);
}

function isAmong(part: string, words: ReadonlySet<string>): boolean {
  if (words.has(part)) return true;
  const slack = part.length >= 9 ? 2 : part.length >= 5 ? 1 : 0;
  if (slack === 0) return false;
  for (const word of words)
    if (Math.abs(word.length - part.length) <= slack && editDistance(word, part, slack) <= slack) return true;
  return false;
}

/** Names in two scripts cannot be compared by letters: transliterations differ too much to accuse anybody. */
function sameScript(one: string, other: string): boolean {
  return /\p{Script=Latin}/u.test(one) === /\p{Script=Latin}/u.test(other);
}

function plainWords(text: string): string[] {
  return (
    anyAscii(text.normalize('NFC'))
      .toLowerCase()
      .match(/[a-z]+/g) ?? []
  ).filter((word) => word.length >= 2);
}
