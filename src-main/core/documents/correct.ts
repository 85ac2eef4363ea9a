import type { ReadWord } from './page.ts';

const DECIMAL = /^(\D*\d+)([.,])(\d{1,2})(?!\d)(\D*)$/;
const MAJORITY = 3; // commas for each point
const LEAST_COMMAS = 4;

/** Names that no engine can tell by shape alone, since O and 0, l and 1 look alike in many fonts: spelled as medicine does. */
const SPELLINGS: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(S[ap]|PaC?|pC?)02\b/g, '$1O2'],
  [/\bHbA[lI|]c?(?=\W|$)/g, 'HbA1c'],
];

/** Last corrections that need the whole page: clinical spellings, and a decimal point among commas, which a coarse scan cannot tell apart. */
export function corrected<T extends ReadWord & { doubtful: boolean }>(words: readonly T[]): T[] {
  const signs = words.flatMap((word) => DECIMAL.exec(word.text)?.[2] ?? []);
  const commas = signs.filter((sign) => sign === ',').length;
  const commaPage = commas >= LEAST_COMMAS && commas >= MAJORITY * (signs.length - commas);
  return words.map((word) => {
    const decimal = commaPage ? DECIMAL.exec(word.text) : null;
    if (decimal?.[2] === '.') return { ...word, text: `${decimal[1]},${decimal[3]}${decimal[4]}`, doubtful: true };
    const text = SPELLINGS.reduce((spelled, [wrong, right]) => spelled.replace(wrong, right), word.text);
    return text === word.text ? word : { ...word, text };
  });
}
