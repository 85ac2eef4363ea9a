import { type Folded, fold } from './folding.ts';
import type { Span, TraceKind } from './pseudonyms.ts';

// What tells a person apart whoever it is: the identifiers of 45 CFR 164.514(b)(2) that have a shape. Patterns run over folded
// text: lower case, no accents, digits 0-9.

const MONTHS = monthNames(['en', 'fr', 'de', 'es', 'pt', 'it', 'nl', 'sv']);
const DAY = '(?:0?[1-9]|[12]\\d|3[01])(?:st|nd|rd|th|\\.|o|er)?';
const YEAR = "(?:1[89]\\d\\d|20\\d\\d|'\\d\\d)";
const GAP = '[\\s,./-]{0,3}(?:of\\s+|de\\s+|del\\s+)?';
const NOT_WORD_BEFORE = '(?<![\\p{L}\\p{N}])';
const NOT_WORD_AFTER = '(?![\\p{L}\\p{N}])';

const PATTERNS: readonly { kind: TraceKind; pattern: RegExp }[] = [
  { kind: 'EMAIL', pattern: /[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}.-]+/gu },
  { kind: 'LINK', pattern: /(?:https?:\/\/|www\.)[^\s<>"]+/gu },
  { kind: 'LINK', pattern: /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/gu },
  // 12 March 1956, 12.-Mar-56, March 12th, 1956, March 12, mars 1956
  { kind: 'DATE', pattern: word(`${DAY}${GAP}(?:${MONTHS})\\.?(?:${GAP}(?:${YEAR}|\\d\\d))?`) },
  { kind: 'DATE', pattern: word(`(?:${MONTHS})\\.?\\s{0,2}${DAY}(?:${GAP}${YEAR})?`) },
  { kind: 'DATE', pattern: word(`(?:${MONTHS})\\.?${GAP}${YEAR}`) },
  // 1956-03-12, 12/03/1956, 12.3.56, 12 03 1956, 1956年3月12日
  { kind: 'DATE', pattern: word('(?:1[89]|20)\\d\\d\\s?[-/. 年]\\s?\\d{1,2}\\s?[-/. 月]\\s?\\d{1,2}(?:t[\\d:.z+-]+)?日?') },
  { kind: 'DATE', pattern: word('\\d{1,2}\\s?[-/. ]\\s?\\d{1,2}\\s?[-/. ]\\s?(?:1[89]|20)\\d\\d') },
  { kind: 'DATE', pattern: word('(?:0?[1-9]|[12]\\d|3[01])([-/.])(?:0?[1-9]|[12]\\d|3[01])\\1\\d\\d') },
  // Ages of 90 and more are rare enough to name a person (safe harbour).
  { kind: 'AGE', pattern: word('(?:9\\d|1[0-2]\\d)[\\s-]*(?:years?|yrs?|y)[\\s./-]*(?:old|o)?') },
  { kind: 'AGE', pattern: word('(?:aged?|age\\s+of)[\\s:]*(?:9\\d|1[0-2]\\d)') },
  // Numbers that follow a label, whatever they look like.
  {
    kind: 'ID',
    pattern: new RegExp(
      `${NOT_WORD_BEFORE}(?:m\\.?r\\.?n|nhs|ssn|s\\.s\\.n|nin|cpf|curp|aadhaar|medicare|medicaid|insurance|policy|member|account|passport|licen[cs]e|accession|hospital|patient|record|chart|case|file|id|identifier)\\.?(?:\\s+(?:number|no|nr|id|identifier|code))?\\.?\\s*(?:is|was)?\\s*[:#=]?\\s*#?((?=[\\p{L}\\-./]*\\d)[\\p{L}\\d][\\p{L}\\d\\-./]*\\d[\\p{L}\\d]*)`,
      'gu',
    ),
  },
  // Letters and at least four digits: AB123456, H-2024-11873. Not 25mg, not SARS-CoV-2.
  { kind: 'ID', pattern: word('(?:\\p{L}{1,5}[-/_]?)+\\d{4,}[\\p{L}\\d]*(?:[-/]\\d+)*') },
  {
    kind: 'ID',
    pattern: word(
      '\\d{4,}[-/_]?\\p{L}{1,3}\\d*(?:[-/]\\d+)*(?<!\\d[-/_]?(?:iu|u|ul|mcl|mm3?|hpf|mg|ml|mcg|g|kg|m|cm|mm|kcal|kj|l|cc|bpm))',
    ),
  },
  // Telephone and other grouped numbers of seven digits or more; six or more when written in one.
  { kind: 'PHONE', pattern: /(?<![\p{L}\p{N}])(?:\+|\(\+?|00)?\d(?:[\s().\-/]{0,3}\d){6,}(?![\p{L}\p{N}])/gu },
  { kind: 'ID', pattern: /(?<![\p{L}\p{N}.,])\d{6,}(?![\p{L}\p{N}]|[.,]\d|\s?\/\s?(?:u|mc|c?mm|m?l|hpf))/gu },
  // 221b Baker Street; P.O. Box 12; British and Canadian postal codes; American ones behind a state.
  {
    kind: 'ADDRESS',
    pattern: word(
      "\\d{1,5}\\s?[a-z]?,?\\s+(?:[\\p{L}'.-]+\\s+){1,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|close|crescent|boulevard|blvd|way|place|pl|square|sq|terrace|gardens|highway|hwy|parkway)",
    ),
  },
  { kind: 'ADDRESS', pattern: word('\\p{L}{3,}(?:strasse|straße|str\\.|weg|platz|allee|gasse)\\s*\\d{1,4}\\s?[a-z]?') },
  {
    kind: 'ADDRESS',
    pattern: word("(?:rue|avenue|calle|avenida|via|rua)\\s+(?:[\\p{L}'.-]+\\s+){0,4}[\\p{L}'.-]+,?\\s+\\d{1,5}"),
  },
  { kind: 'ADDRESS', pattern: word('p\\.?\\s?o\\.?\\s?box\\s*\\d+') },
  { kind: 'ADDRESS', pattern: word('[a-z]{1,2}\\d[a-z\\d]?\\s\\d[abd-hjlnp-uw-z]{2}') },
  { kind: 'ADDRESS', pattern: word('[abceghj-nprstvxy]\\d[a-z]\\s?\\d[a-z]\\d') },
  {
    kind: 'ADDRESS',
    pattern: word(
      '(?:a[lkzr]|c[aot]|de|fl|ga|hi|i[dlna]|k[sy]|la|m[edainsot]|n[evhjmycd]|o[hkr]|pa|ri|s[cd]|t[nx]|ut|v[ta]|w[aviy])\\.?\\s+\\d{5}(?:-\\d{4})?',
    ),
  },
  { kind: 'ADDRESS', pattern: /(?<![\p{L}\p{N}])(?:zip|postal|post)\s?(?:code)?[\s:]*\d{4,6}(?:-\d{4})?/gu },
];

/** Titles before names; looked for in the original's capitals. */
const TITLED =
  /(?<![\p{L}\p{N}])(?:mr|mrs|ms|miss|mister|sir|señora?|monsieur|madame|herr|frau)\.?\s+((?:\p{L}\.?\s?){0,2}[\p{L}'-]{2,})/gu;

/** Places with the shape of an identifier, and the birth date in any of its shapes. */
export function patternSpans({ text }: Folded, birthDate?: string): Span[] {
  const spans: Span[] = [];
  for (const { kind, pattern } of PATTERNS) {
    for (const match of text.matchAll(pattern)) spans.push({ start: match.index, end: match.index + match[0].length, kind });
  }
  for (const match of text.matchAll(TITLED)) {
    const end = match.index + match[0].length;
    spans.push({ start: end - (match[1]?.length ?? 0), end, kind: 'NAME' });
  }
  for (const pattern of birthDatePatterns(birthDate)) {
    for (const match of text.matchAll(pattern))
      spans.push({ start: match.index, end: match.index + match[0].length, kind: 'DATE' });
  }
  return spans;
}

/** The year alone, and day with month in figures: too common to replace when they are not the patient's. */
function birthDatePatterns(birthDate?: string): RegExp[] {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(birthDate ?? '') ?? [];
  if (year === undefined) return [];
  const short = year.slice(2);
  const patterns = [word(year), new RegExp(`['’]${short}${NOT_WORD_AFTER}`, 'gu')];
  if (month === undefined || day === undefined) return patterns;
  const m = `0?${Number(month)}`;
  const d = `0?${Number(day)}`;
  const mark = '\\s?[-/. ]\\s?';
  patterns.push(word(`(?:${d}${mark}${m}|${m}${mark}${d})(?:${mark}(?:${year}|${short}))?`));
  patterns.push(word(`(?:${year}|${short})${mark}(?:${m}${mark}${d}|${d}${mark}${m})`));
  patterns.push(word(`(?:${year}|${short})${month}${day}|(?:${day}${month}|${month}${day})(?:${year}|${short})`));
  return patterns;
}

function word(pattern: string): RegExp {
  return new RegExp(`${NOT_WORD_BEFORE}(?:${pattern})${NOT_WORD_AFTER}`, 'gu');
}

/** Long and short names of the months; "sept" and the like stand beside "sep". */
function monthNames(languages: readonly string[]): string {
  const names = new Set(['sept']);
  for (const language of languages) {
    for (const month of ['long', 'short'] as const) {
      // With a day beside it a month has the case that dates use ("marzo", "de marzo").
      const format = new Intl.DateTimeFormat(language, { day: 'numeric', month, timeZone: 'UTC' });
      for (let n = 0; n < 12; n++) {
        const name = format.formatToParts(Date.UTC(2001, n, 1)).find((part) => part.type === 'month')?.value ?? '';
        names.add(fold(name).text.replace(/\W/g, ''));
      }
    }
  }
  return [...names].sort((a, b) => b.length - a.length).join('|');
}
