/** Names, numbers and dates brought to one form, so that they are found however they are written. */
import anyAscii from 'any-ascii';

/** Words kept of one person's names, and letters of each: a name of 200 kB is no reason for 200 kB of index. */
const WORDS_MAX = 24;
const WORD_LENGTH_MAX = 40;

/** Lower-case Latin letters and digits without accents: "Łukasz Ångström" is "lukasz angstrom", "Мария" is "mariya". */
export function folded(text: string): string {
  return anyAscii(text.normalize('NFKC')).toLowerCase().replace(/['’`]/g, '');
}

/** The words under which a name is found, each once. A hyphenated name is found by each half and as a whole. */
export function nameTokens(name: string): string[] {
  const words = new Set<string>();
  for (const word of folded(name.slice(0, 2000)).split(/[^a-z0-9-]+/)) {
    for (const piece of [word.replaceAll('-', ''), ...word.split('-')]) {
      if (piece !== '' && words.size < WORDS_MAX) words.add(piece.slice(0, WORD_LENGTH_MAX));
    }
  }
  return [...words];
}

/** Letters and digits only, capital: "900 123-A" is "900123A". */
export function identifierKey(value: string): string {
  return folded(value)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 64);
}

export function digits(value: string): string {
  return value.replace(/\D/g, '').slice(0, 20);
}

/** Found by its beginning, and by its end: whoever calls from abroad writes another beginning. */
export function phoneKeys(value: string): { kind: string; key: string }[] {
  const number = digits(value);
  return number.length < 4
    ? []
    : [
        { kind: 'phone', key: number },
        { kind: 'phone-end', key: reversed(number) },
      ];
}

export const reversed = (value: string) => [...value].reverse().join('');

/** Three rows of the table, kept: searching compares thousands of words a keystroke. */
const table = [
  new Uint8Array(WORD_LENGTH_MAX + 2),
  new Uint8Array(WORD_LENGTH_MAX + 2),
  new Uint8Array(WORD_LENGTH_MAX + 2),
] as const;

/** Damerau-Levenshtein distance (optimal string alignment), given up above `limit`; of words of at most 40 letters. */
export function editDistance(one: string, other: string, limit: number): number {
  const a = one.slice(0, WORD_LENGTH_MAX);
  const b = other.slice(0, WORD_LENGTH_MAX);
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let [beforeLast, last, row] = table;
  for (let j = 0; j <= b.length; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    row[0] = i;
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
      let value = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1))
        value = Math.min(value, (beforeLast[j - 2] ?? 0) + 1);
      row[j] = value;
      if (value < best) best = value;
    }
    if (best > limit) return limit + 1;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return last[b.length] ?? limit + 1;
}
