import { plainWords, terms } from './words.ts';

/** A sentence of an answer with the passages that it cites. */
export interface Claim {
  text: string;
  cites: number[];
  /** Its citations exist and carry it. Anything else is marked on screen. */
  supported: boolean;
}

/** Share of a claim's words that must stand in the passages it cites. */
const SHARED_WORDS_MIN = 0.5;
const CITATION = /\[(\d{1,2}(?:\s*[,;–-]\s*\d{1,2})*)\]/g;
const CLOSING = /^(?:\s*\[[\d\s,;–-]+\])+[.!?]?/;

/**
 * The sentences of a model's answer, each with its citations, checked against the passages: a citation must exist, at least half of
 * the sentence's words and every figure in it must stand in what it cites. Wording is checked, not truth.
 * @param passages text by citation number
 */
export function checkClaims(answer: string, passages: ReadonlyMap<number, string>): Claim[] {
  const known = new Map([...passages].map(([n, text]) => [n, { terms: new Set(terms(text)), words: new Set(plainWords(text)) }]));
  return claims(answer).map((text) => {
    const cites = citations(text);
    const plain = text.replace(CITATION, ' ');
    const cited = cites.flatMap((n) => known.get(n) ?? []);
    const existing = cites.length > 0 && cited.length === cites.length;
    const words = [...new Set(terms(plain))];
    const shared = words.filter((term) => cited.some((passage) => passage.terms.has(term))).length;
    const figures = plain.match(/\d+(?:[.,]\d+)*/g) ?? [];
    const figuresThere = figures.every((figure) =>
      cited.some((passage) => plainWords(figure).every((word) => passage.words.has(word))),
    );
    return { text: text.trim(), cites, supported: existing && figuresThere && shared >= SHARED_WORDS_MIN * words.length };
  });
}

/** Sentences and list items; citations behind a full stop belong to the sentence before. */
function claims(answer: string): string[] {
  const found: string[] = [];
  for (const line of answer.split(/\n+/)) {
    let rest = line.replace(/^\s*(?:[-*•]|\d+[.)]|#+)\s+/, '').trim();
    while (rest !== '') {
      const end = /[.!?]["')]?(?=\s+(?:\[\d|["'(]?[A-Z])|$)/.exec(rest);
      let length = end === null ? rest.length : end.index + end[0].length;
      length += CLOSING.exec(rest.slice(length))?.[0].length ?? 0;
      found.push(rest.slice(0, length));
      rest = rest.slice(length).trim();
    }
  }
  return found.filter((text) => /[\p{L}\p{N}]/u.test(text.replace(CITATION, '')));
}

function citations(text: string): number[] {
  const found = new Set<number>();
  for (const [, inside = ''] of text.matchAll(CITATION)) {
    for (const part of inside.split(/\s*[,;]\s*/)) {
      const [from = 0, to = from] = part.split(/\s*[–-]\s*/).map(Number);
      for (let n = from; n <= Math.min(to, from + 20); n++) found.add(n);
    }
  }
  return [...found];
}
