import type { DateValue } from './types.ts';

// Month names as folded text has them, in the six languages of the letters.
const months: string[] = [
  'january|jan|enero|ene|janvier|janv|janeiro|januari|जनवरी',
  'february|feb|febrero|fevrier|fevr|fev|fevereiro|februari|फरवरी|फ़रवरी',
  'march|mar|marzo|mars|marco|machi|मार्च',
  'april|apr|abril|abr|avril|avr|aprili|अप्रैल',
  'may|mayo|mai|maio|mei|मई',
  'june|jun|junio|juin|junho|juni|जून',
  'july|jul|julio|juillet|juil|julho|julai|जुलाई',
  'august|aug|agosto|ago|aout|agosti|अगस्त',
  'september|sept|sep|septiembre|setiembre|septembre|setembro|set|septemba|सितंबर|सितम्बर',
  'october|oct|octubre|octobre|outubro|out|oktoba|अक्टूबर|अक्तूबर',
  'november|nov|noviembre|novembre|novembro|novemba|नवंबर|नवम्बर',
  'december|dec|diciembre|dic|decembre|dezembro|dez|desemba|दिसंबर|दिसम्बर',
];

const allMonths = months
  .flatMap((names) => names.split('|'))
  .sort((a, b) => b.length - a.length)
  .join('|');
const edge = '(?<![\\p{L}\\p{M}\\d/.-])';
const end = '(?![\\p{L}\\p{M}\\d]|[/-]\\d)';

const numeric = `(\\d{1,2})\\s?(?<mark>[/.-])\\s?(\\d{1,2})\\s?\\k<mark>\\s?((?:19|20)\\d{2}|\\d{2})`;
const iso = '((?:19|20)\\d{2})[-/.](\\d{1,2})[-/.](\\d{1,2})';
const worded = `(\\d{1,2})(?:st|nd|rd|th|er|°)?[\\s.-]*(?:de\\s+|of\\s+|d[ou]\\s+)?(${allMonths})\\.?[\\s,.-]*(?:de\\s+|del\\s+)?((?:19|20)\\d{2}|'?\\d{2}(?![:.,]\\d))`;
const american = `(${allMonths})\\.?\\s+(\\d{1,2})(?:st|nd|rd|th)?,?\\s+((?:19|20)\\d{2})`;

/** One date, anywhere in folded text. */
export const datePattern = `${edge}(?:${iso}|${numeric}|${worded}|${american})${end}`;

export interface FoundDate {
  start: number;
  end: number;
  value: DateValue;
}

/** Whether the letter writes the month first: so when a second number is above twelve and no first one is. */
export function isMonthFirst(folded: string, language: string): boolean {
  if (/^en[-_]us/i.test(language)) return true;
  let first = 0;
  let second = 0;
  for (const match of folded.matchAll(new RegExp(`${edge}${numeric}${end}`, 'gu'))) {
    if (Number(match[1]) > 12) first++;
    if (Number(match[3]) > 12) second++;
  }
  return second > 0 && first === 0;
}

/** All dates of the folded text, in order, with what they date where the words around tell it. */
export function findDates(text: string, folded: string, monthFirst: boolean): FoundDate[] {
  const found: FoundDate[] = [];
  for (const match of folded.matchAll(new RegExp(datePattern, 'gu'))) {
    const isoDate = toIso(match, monthFirst);
    if (!isoDate) continue;
    const start = match.index;
    const stop = start + match[0].length;
    found.push({
      start,
      end: stop,
      value: { iso: isoDate, printed: text.slice(start, stop).replace(/\s+/g, ' '), kind: kindOf(folded, start, stop) },
    });
  }
  return found;
}

function toIso(match: RegExpMatchArray, monthFirst: boolean): string | undefined {
  const g = (n: number) => match[n];
  if (g(1)) return valid(Number(g(1)), Number(g(2)), Number(g(3)));
  if (g(4)) {
    const a = Number(g(4));
    const b = Number(g(6));
    const year = fullYear(Number(g(7)));
    return monthFirst ? valid(year, a, b) : valid(year, b, a);
  }
  if (g(8)) return valid(fullYear(Number(g(10)?.replace("'", ''))), monthOf(g(9) ?? ''), Number(g(8)));
  return valid(Number(g(13)), monthOf(g(11) ?? ''), Number(g(12)));
}

/** Two-digit years: 30 and above belong to the last century (birth dates). */
const fullYear = (year: number): number => (year > 99 ? year : year >= 30 ? 1900 + year : 2000 + year);

function monthOf(name: string): number {
  return months.findIndex((names) => names.split('|').includes(name)) + 1;
}

function valid(year: number, month: number, day: number): string | undefined {
  if (month < 1 || month > 12 || day < 1 || year < 1890 || year > 2100) return undefined;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

const kinds: [kind: string, before: RegExp][] = [
  [
    'birth',
    /(?:born|birth|\bd\.?o\.?b\.?|\bdob|nacimiento|nacid[oa]|naissance|\bnee?\b|nascimento|nascid[oa]|kuzaliwa|alizaliwa|जन्म)/,
  ],
  ['due date', /(?:\bedd\b|due date|fpp\b|dpp\b|terme prevu)/],
  ['discharge', /(?:discharged?|\balta\b|sortie|kuruhusiwa|छुट्टी)/],
  ['admission', /(?:admitted|admission|ingreso|admissao|internamento|entree|hospitalisation|kulazwa|भर्ती)/],
  [
    'appointment',
    /(?:appointment|review|follow|next visit|return|prochaine? consultation|rendez|proxima|revision|control\b|cita\b|consulta|kurudi|marudio|seen on|clinic(?! date)|ओपीडी|दिखाएं)/,
  ],
  ['collected', /(?:collected|sampled?|drawn|collection|prelev|extraccion|colheita)/],
  ['blood test', /(?:blood|bloods|lab|results?|analitic|analisis|biologie|bilan|exames|vipimo|check|जांच)/],
  ['reported', /(?:reported|printed|typed|validated)/],
  ['clinic', /(?:clinic date|clinic|date of (?:visit|consultation)|visit)/],
  ['referral', /(?:referral|referred|rufaa)/],
];

function kindOf(folded: string, start: number, stop: number): string | undefined {
  const before =
    folded
      .slice(Math.max(0, start - 40), start)
      .split(/[\n\t.;]/)
      .at(-1) ?? '';
  const after = folded.slice(stop, stop + 24).split('\n')[0] ?? '';
  const near = kinds
    .map(([kind, pattern]) => ({ kind, at: before.search(pattern) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => b.at - a.at)[0];
  return near?.kind ?? (/ओपीडी/.test(after) ? 'appointment' : undefined);
}
