import { parts } from './sentences.ts';

/** A sentence of a passage, word for word, and the number by which it cites it. */
export interface Quote {
  n: number;
  text: string;
}

const LIST_WORDS_MAX = 60;
const NEAREST_MIN = 0.45;
const LIST_STARTS = /(?::|\b(?:are|be|include|includes|including|following))$/;

/** Sentences of a part of an answer that can stand alone; a line that announces a list takes the list with it. */
export function quotable(answer: string, part: number): string[] {
  const found: string[] = [];
  let list: string | undefined;
  for (const sentence of parts(answer)[part] ?? []) {
    if (list !== undefined && list.split(' ').length + sentence.split(' ').length <= LIST_WORDS_MAX) {
      list += `${LIST_STARTS.test(list) ? '' : ';'} ${sentence.replace(/[.;]$/, '')}`;
      continue;
    }
    if (list !== undefined && !LIST_STARTS.test(list)) found.push(list);
    list = LIST_STARTS.test(sentence) ? sentence : undefined;
    if (list === undefined) found.push(sentence);
  }
  if (list !== undefined && !LIST_STARTS.test(list)) found.push(list);
  return found.filter((sentence) => !sentence.endsWith('?') && sentence.split(' ').length >= 5);
}

/**
 * Best first: the nearest sentence of each passage and a second one where it is nearly as near.
 * @param cosines of each candidate with the question
 */
export function bestQuotes(candidates: readonly Quote[], cosines: readonly number[], limit: number): Quote[] {
  const chosen: Quote[] = [];
  const said = new Set<string>();
  for (const n of new Set(candidates.map((quote) => quote.n))) {
    const own = candidates
      .map((quote, place) => ({ quote, cosine: cosines[place] ?? -1 }))
      .filter(({ quote, cosine }) => quote.n === n && cosine >= NEAREST_MIN && !said.has(quote.text))
      .sort((a, b) => b.cosine - a.cosine);
    const nearest = own[0]?.cosine ?? 1;
    for (const { quote } of own.slice(0, 2).filter(({ cosine }) => cosine >= 0.9 * nearest)) {
      said.add(quote.text);
      chosen.push(quote);
    }
  }
  return chosen.slice(0, limit);
}
