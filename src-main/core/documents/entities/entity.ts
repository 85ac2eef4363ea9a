import { boxAround, type Letter, type Token, tokensBetween } from './layout.ts';
import type { Box } from './types.ts';

export interface Place {
  text: string;
  page: number;
  box: Box;
  confidence: number;
  doubtful: boolean;
}

/** Where an entity stands: text, box and the engines' confidence in the words that carry it. */
export function placeOf(tokens: Token[], carrying: Token[] = tokens): Place {
  const page = tokens[0]?.page ?? 1;
  const here = tokens.filter((t) => t.page === page);
  return {
    text: tokens.map((t) => t.text).join(' '),
    page,
    box: boxAround(here.length > 0 ? here : tokens),
    confidence: Math.min(1, ...carrying.map((t) => t.confidence)),
    doubtful: carrying.some((t) => t.doubtful),
  };
}

/** The same for a stretch of the running text. */
export function placeBetween(letter: Letter, start: number, end: number, carrying?: [start: number, end: number][]): Place {
  const tokens = tokensBetween(letter, start, end);
  const weights = carrying?.flatMap(([a, b]) => tokensBetween(letter, a, b));
  return {
    ...placeOf(tokens, weights && weights.length > 0 ? weights : tokens),
    text: letter.text.slice(start, end).replace(/\s+/g, ' ').trim(),
  };
}

export const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The same object without elements that are undefined or empty. */
export function dropEmpty<T extends object>(value: T): T {
  for (const key of Object.keys(value)) {
    const element = Reflect.get(value, key);
    if (element === undefined || (element === '' && key !== 'unit')) Reflect.deleteProperty(value, key);
  }
  return value;
}

/** A dose with a blank between number and unit, printed or not: "5mg" is easily read as 5 with another letter. */
export const spaced = (dose: string): string => squeeze(dose).replace(/(\d)(?=[a-zµ])/giu, '$1 ');
