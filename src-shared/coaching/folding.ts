/** A text made comparable, with the place in the original of each of its characters. */
export interface Folded {
  text: string;
  /** Index in the original where character n of the folded text comes from; one more entry marks the end. */
  starts: number[];
  /** Index in the original just behind what character n comes from. */
  ends: number[];
}

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
  '’': "'",
  '‘': "'",
  ʼ: "'",
};
const TRANSLITERATED: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' };
const DROPPED = /[\p{M}\p{Cf}]/u;

/**
 * Lower case, without accents and invisible characters, digits of any script as 0-9.
 * @param german ä as ae, ö as oe, ü as ue, å as aa: people write names either way
 */
export function fold(original: string, german = false): Folded {
  const text: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  // A letter and its combining marks are one segment, however they were typed.
  for (const match of original.matchAll(/\P{M}\p{M}*|\p{M}+/gsu)) {
    const end = match.index + match[0].length;
    const folded = foldSegment(match[0], german);
    if (folded === '') {
      if (ends.length > 0) ends[ends.length - 1] = end;
      continue;
    }
    for (const character of folded) {
      // By UTF-16 units, as regular expressions count.
      for (let unit = 0; unit < character.length; unit++) {
        text.push(character.charAt(unit));
        starts.push(match.index);
        ends.push(end);
      }
    }
  }
  starts.push(original.length);
  return { text: text.join(''), starts, ends };
}

function foldSegment(segment: string, german: boolean): string {
  const composed = segment.normalize('NFC').toLowerCase();
  if (german && TRANSLITERATED[composed] !== undefined) return TRANSLITERATED[composed];
  let folded = '';
  for (const character of composed.normalize('NFKD')) {
    if (DROPPED.test(character)) continue;
    folded += LETTERS[character] ?? digit(character) ?? character;
  }
  return folded;
}

function digit(character: string): string | undefined {
  if (!/\p{Nd}/u.test(character)) return undefined;
  // Digits of a script stand in blocks of ten that begin at a multiple of ten from the block's zero.
  let zero = character.codePointAt(0) ?? 0;
  const code = zero;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String((code - zero) % 10);
}
