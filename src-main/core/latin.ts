/**
 * Words in the letters that a PDF's standard fonts have (WinAnsi: Western European). Names in other scripts are transliterated; signs of medicine are not, where that
 * would change what they say: μg is not mg, 10⁹ is not 109.
 */
import anyAscii from 'any-ascii';

/** Everything outside Latin-1 that WinAnsi has. */
const WIN_ANSI_MORE = 'ƒ–—‘’‚“”„†‡•…€‰‹›ˆ™Œœ˜ŠšŸŽž';
const OUTSIDE = new RegExp(`[^\\n\\u0020-\\u007e\\u00a1-\\u00ff${WIN_ANSI_MORE}]`, 'gu');

/** A Greek letter by itself is a sign (β-blocker, γ-GT), in a word it is a letter. */
const GREEK_ALONE = /(?<!\p{Script=Greek})[α-ωΑ-Ω](?!\p{Script=Greek})/gu;
const greek =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda µ nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega'.split(
    ' ',
  );
/** Of α; the capitals lie as far from Α. */
const ALPHA = 0x3b1;
const CAPITAL_ALPHA = 0x391;

const SUPERSCRIPT = /[⁰¹²³⁴-⁹⁺⁻]*[⁰⁴-⁹⁺⁻][⁰¹²³⁴-⁹⁺⁻]*/gu;
const signs: Readonly<Record<string, string>> = {
  '→': '->',
  '←': '<-',
  '↔': '<->',
  '↑': '(up)',
  '↓': '(down)',
  '℃': '°C',
  '℉': '°F',
  '㎍': 'µg',
  '∆': 'delta',
  '−': '-',
  '\t': ' ',
};

export function latin(words: string): string {
  return words
    .replace(SUPERSCRIPT, (digits) => `^${digits.normalize('NFKC').replace('−', '-')}`)
    .replace(/(\d)([⅐-⅞])/gu, '$1 $2')
    .replace(GREEK_ALONE, greekName)
    .replace(OUTSIDE, (letter) => signs[letter] ?? anyAscii(letter));
}

/** Whether letters of another script stand in it, which on paper are written in Latin ones. */
export function isTransliterated(words: string): boolean {
  return /(?!\p{Script=Latin})\p{L}/u.test(words.replace(GREEK_ALONE, '').replace(/[\u0000-\u00ff]/g, ''));
}

function greekName(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  const name = greek[code - (code >= ALPHA ? ALPHA : CAPITAL_ALPHA)] ?? letter;
  return code >= ALPHA || name === 'µ' ? name : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
