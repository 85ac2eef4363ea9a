import { type Folded, fold } from './folding.ts';
import type { Span, TraceKind } from './pseudonyms.ts';

/** A part of a name that is this long is also found inside longer words (user names) and with one letter wrong. */
const LONG_PART = 5;
/** Scripts without spaces or with other word endings: parts are found anywhere. */
const OTHER_SCRIPT = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;
const WORD = /[\p{L}\p{N}]+/gu;
/** Particles of names that are ordinary words of English or say nothing of who it is. */
const PARTICLES = new Set([
  'de',
  'da',
  'do',
  'dos',
  'das',
  'del',
  'la',
  'le',
  'van',
  'von',
  'der',
  'den',
  'di',
  'du',
  'el',
  'al',
  'bin',
  'mr',
  'mrs',
  'ms',
  'dr',
  'jr',
  'sr',
  'ii',
  'iii',
  'of',
  'the',
]);

/** Parts of the names in any order and case, with initials beside them, possessives and one wrong letter. */
export function nameSpans(folded: Folded, names: readonly string[]): Span[] {
  const parts = nameParts(names);
  if (parts.size === 0) return [];
  const words = [...folded.text.matchAll(WORD)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
  const hits = new Set(words.flatMap((word, n) => (isPart(word.text, parts) ? [n] : [])));
  for (const n of joinedParts(words, parts)) hits.add(n);
  const initials = new Set([...parts].map((part) => part.charAt(0)));
  for (const n of [...hits]) {
    for (const step of [-1, 1]) {
      // "J. R. Smith", "Smith, J." and particles between parts: "van" in "Anna van Dijk".
      for (let m = n + step; isInitial(words[m]?.text, initials) && near(words, m, m - step, folded.text); m += step) hits.add(m);
    }
  }
  const spans: Span[] = [...hits].map((n) => ({ start: words[n]?.start ?? 0, end: words[n]?.end ?? 0, kind: 'NAME' }));
  return [...spans, ...dottedInitials(folded, names)];
}

/** Numbers and codes however they are grouped: spaces, hyphens, dots and strokes are looked through. */
export function identifierSpans(folded: Folded, values: readonly string[], kind: TraceKind): Span[] {
  return values.flatMap((value) => {
    const characters = fold(value).text.match(/[\p{L}\p{N}]/gu) ?? [];
    if (characters.length < 3) return [];
    const pattern = new RegExp(characters.map(literal).join('[\\s\\-./_()]*'), 'gu');
    return [...folded.text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length, kind }));
  });
}

/** Whole phrases, whatever stands between their words. */
export function phraseSpans(folded: Folded, phrases: readonly string[], kind: TraceKind): Span[] {
  return phrases.flatMap((phrase) =>
    [false, true].flatMap((german) => {
      const words = fold(phrase, german).text.match(WORD) ?? [];
      if (words.join('').length < 4) return [];
      const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${words.map(literal).join('[^\\p{L}\\p{N}]+')}(?![\\p{L}\\p{N}])`, 'gu');
      return [...folded.text.matchAll(pattern)].map((match) => ({
        start: match.index,
        end: match.index + match[0].length,
        kind,
      }));
    }),
  );
}

function nameParts(names: readonly string[]): Set<string> {
  const parts = new Set<string>();
  for (const name of names) {
    for (const german of [false, true]) {
      const words = fold(name, german).text.match(WORD) ?? [];
      for (const part of words) {
        // In a name of two words a particle is a name: "Van Do", "Al Smith".
        const silent = PARTICLES.has(part) && words.length > 2;
        if ((part.length >= 2 || OTHER_SCRIPT.test(part)) && !silent) parts.add(part);
      }
    }
  }
  return parts;
}

function isPart(word: string, parts: ReadonlySet<string>): boolean {
  if (parts.has(word) || (word.endsWith('s') && parts.has(word.slice(0, -1)))) return true;
  for (const part of parts) {
    const long = part.length >= LONG_PART || (part.length >= 2 && OTHER_SCRIPT.test(part));
    if (long && word.includes(part)) return true;
    if (part.length >= LONG_PART && oneEditApart(word, part)) return true;
  }
  return false;
}

/** Words that make a part together ("Mary ann", "O Brien") or parts written together ("annasmith"). */
function joinedParts(words: readonly { text: string }[], parts: ReadonlySet<string>): number[] {
  const found: number[] = [];
  words.forEach(({ text }, n) => {
    const next = words[n + 1]?.text;
    if (next !== undefined && text.length + next.length >= 4 && parts.has(text + next)) found.push(n, n + 1);
    for (const part of parts) {
      const rest = text.startsWith(part)
        ? text.slice(part.length)
        : text.endsWith(part)
          ? text.slice(0, -part.length)
          : undefined;
      if (rest !== undefined && rest !== '' && (parts.has(rest) || /^\d+$/.test(rest))) found.push(n);
    }
  });
  return found;
}

function isInitial(word: string | undefined, initials: ReadonlySet<string>): boolean {
  return (
    word !== undefined && ((word.length === 1 && initials.has(word)) || (PARTICLES.has(word) && word !== 'of' && word !== 'the'))
  );
}

/** Only spaces, dots, commas or hyphens between two neighbouring words. */
function near(words: readonly { start: number; end: number }[], a: number, b: number, text: string): boolean {
  const [first, second] = a < b ? [words[a], words[b]] : [words[b], words[a]];
  return first !== undefined && second !== undefined && /^[\s.,\-']{1,3}$/.test(text.slice(first.end, second.start));
}

/** "J.S." and "J. S." for John Smith; without dots initials are too often abbreviations of medicine. */
function dottedInitials(folded: Folded, names: readonly string[]): Span[] {
  return names.flatMap((name) => {
    const letters = (fold(name).text.match(WORD) ?? []).map((part) => literal(part.charAt(0)));
    if (letters.length < 2) return [];
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${letters.join('\\.\\s?')}\\.`, 'gu');
    return [...folded.text.matchAll(pattern)].map(
      (match): Span => ({ start: match.index, end: match.index + match[0].length, kind: 'NAME' }),
    );
  });
}

/** One letter more, fewer, other, or two neighbours exchanged. */
function oneEditApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const restA = a.slice(start, a.length - end);
  const restB = b.slice(start, b.length - end);
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
