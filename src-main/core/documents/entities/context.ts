import { type FoundDate, findDates, isMonthFirst } from './dates.ts';
import type { Letter } from './layout.ts';
import { layOut } from './layout.ts';
import { findSections, type Section, sectionAt } from './sections.ts';
import { findTables, type Table } from './tables.ts';
import type { ExtractOptions, PageText } from './types.ts';

/** Everything the finders of single kinds share about one letter. */
export interface Context {
  letter: Letter;
  sections: Section[];
  tables: Table[];
  dates: FoundDate[];
  monthFirst: boolean;
  decimalComma: boolean;
  language: string;
  adult: boolean | undefined;
}

/** Reads layout, sections, tables and dates once. */
export function readContext(pages: PageText[], options: ExtractOptions): Context {
  const letter = layOut(pages);
  const language = languageOf(options.language, letter.folded);
  const sections = findSections(letter);
  const monthFirst = isMonthFirst(letter.folded, options.language ?? '');
  const dates = findDates(letter.text, letter.folded, monthFirst);
  return {
    letter,
    language,
    monthFirst,
    dates,
    sections,
    tables: findTables(letter, sections),
    decimalComma: usesDecimalComma(letter.folded, language),
    adult: isAdult(options.birthDate, dates),
  };
}

const iso2: Record<string, string> = { eng: 'en', spa: 'es', fra: 'fr', fre: 'fr', por: 'pt', swa: 'sw', hin: 'hi' };

// Words that are frequent in one of the languages and rare in the others.
const marks: [language: string, pattern: RegExp][] = [
  ['en', /\b(?:the|and|with|was|of|for)\b/g],
  ['es', /\b(?:el|los|las|del|una|cada|por|con)\b/g],
  ['fr', /\b(?:le|les|des|une|pour|avec|dans|est)\b/g],
  ['pt', /\b(?:os|uma|dos|da|em|com|nao|ao)\b/g],
  ['sw', /\b(?:kwa|ya|na|wa|za|ni|mgonjwa)\b/g],
];

function languageOf(given: string | undefined, folded: string): string {
  const name = given?.split(/[-_]/)[0]?.toLowerCase();
  // "eng+hin" says what was looked for, not which of the two it is.
  if (name && !name.includes('+')) return iso2[name] ?? name;
  if ((folded.match(/\p{Script=Devanagari}/gu)?.length ?? 0) > 40) return 'hi';
  const counts = marks.map(([language, pattern]) => ({ language, count: folded.match(pattern)?.length ?? 0 }));
  return counts.reduce((best, other) => (other.count > best.count ? other : best)).language;
}

function usesDecimalComma(folded: string, language: string): boolean {
  const commas = folded.match(/(?<![\d.,])\d{1,3},\d{1,2}(?![\d,])/g)?.length ?? 0;
  const points = folded.match(/(?<![\d.,/])\d{1,3}\.\d{1,2}(?![\d./])/g)?.length ?? 0;
  return commas === points ? ['es', 'fr', 'pt'].includes(language) : commas > points;
}

/** Grown up when the letter was written (or as far as its dates tell). */
function isAdult(birthDate: string | undefined, dates: FoundDate[]): boolean | undefined {
  const born = birthDate ?? dates.find((d) => d.value.kind === 'birth')?.value.iso;
  const latest = dates
    .map((d) => d.value.iso)
    .sort()
    .at(-1);
  if (!born || !latest || latest <= born) return undefined;
  const years = Number(latest.slice(0, 4)) - Number(born.slice(0, 4));
  return years > 16;
}

/** Date in the heading above, or the day of collection of a laboratory report. */
export function headingDate(context: Context, position: number): string | undefined {
  const section = sectionAt(context.sections, position);
  const inHeading = section
    ? context.dates.find((d) => d.start >= section.heading[0] && d.end <= section.heading[1] + 1)
    : undefined;
  return (inHeading ?? context.dates.find((d) => d.value.kind === 'collected'))?.value.iso;
}
