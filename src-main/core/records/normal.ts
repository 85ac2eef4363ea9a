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

/** Damerau-Levenshtein distance (optimal string alignment), given up above `limit`. */
export function editDistance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      let value = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        value = Math.min(value, (beforeLast[j - 2] ?? 0) + 1);
      row.push(value);
      best = Math.min(best, value);
    }
    if (best > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[other.length] ?? limit + 1;
}
