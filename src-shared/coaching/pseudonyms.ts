import { fold } from './folding.ts';
import { identifierSpans, nameSpans, phraseSpans } from './patient-traces.ts';
import { patternSpans } from './trace-patterns.ts';

/** What is known of the patient; whatever of it is found in a text is replaced before the text leaves. */
export interface Identifiers {
  /** Full names, former names and nicknames, parts in any order. */
  names?: readonly string[];
  /** YYYY-MM-DD, YYYY-MM or YYYY. */
  birthDate?: string;
  /** Medical record numbers, insurance numbers. */
  identifiers?: readonly string[];
  phones?: readonly string[];
  emails?: readonly string[];
  /** Lines of addresses: street, town, postal code. */
  addresses?: readonly string[];
}

export type TraceKind = 'NAME' | 'DATE' | 'AGE' | 'ID' | 'PHONE' | 'EMAIL' | 'ADDRESS' | 'LINK';

/** A place in the original text that tells who the patient is. */
export interface Span {
  start: number;
  end: number;
  kind: TraceKind;
}

export interface Protected {
  /** The text with tokens such as [NAME-1] in place of what identifies somebody. */
  text: string;
  /** What the tokens stand for. */
  tokens: ReadonlyMap<string, string>;
  /** Puts back what the tokens stand for, in the same or another text. */
  restore(text: string): string;
}

const TOKEN = /\[(NAME|DATE|AGE|ID|PHONE|EMAIL|ADDRESS|LINK)-(\d+)\]/gi;

/**
 * Replaces what identifies the patient, and what looks as if it identified anybody (numbers, dates, telephone numbers, e-mail and
 * post addresses, titled names), by tokens. Restoring the protected text gives the original, letter by letter.
 * Names of other people without a title are not recognised.
 */
export function protect(text: string, identifiers: Identifiers): Protected {
  const spans = merge(text, tracesIn(text, identifiers));
  const taken = new Set([...text.matchAll(TOKEN)].map((match) => match[0].toUpperCase()));
  const bySurface = new Map<string, string>();
  const tokens = new Map<string, string>();
  const counters = new Map<TraceKind, number>();
  let out = '';
  let done = 0;
  for (const { start, end, kind } of spans) {
    const surface = text.slice(start, end);
    let token = bySurface.get(surface);
    while (token === undefined) {
      const n = (counters.get(kind) ?? 0) + 1;
      counters.set(kind, n);
      const candidate = `[${kind}-${n}]`;
      if (!taken.has(candidate)) token = candidate;
    }
    bySurface.set(surface, token);
    tokens.set(token, surface);
    out += text.slice(done, start) + token;
    done = end;
  }
  out += text.slice(done);
  return {
    text: out,
    tokens,
    restore: (other) => other.replace(TOKEN, (whole) => tokens.get(whole.toUpperCase()) ?? whole),
  };
}

/** A protected text without its tokens: they tell a search nothing. */
export function withoutTokens(text: string): string {
  return text.replace(TOKEN, ' ');
}

/** Places that identify somebody; they may overlap. */
function tracesIn(text: string, identifiers: Identifiers): Span[] {
  const found: Span[] = [];
  for (const german of [false, true]) {
    const folded = fold(text, german);
    const spans = [
      ...phraseSpans(folded, identifiers.emails ?? [], 'EMAIL'),
      ...identifierSpans(folded, identifiers.identifiers ?? [], 'ID'),
      ...identifierSpans(folded, identifiers.phones ?? [], 'PHONE'),
      ...phraseSpans(folded, addressParts(identifiers.addresses ?? []), 'ADDRESS'),
      ...nameSpans(folded, identifiers.names ?? []),
      ...patternSpans(folded, identifiers.birthDate),
    ];
    for (const { start, end, kind } of spans) {
      found.push({ start: folded.starts[start] ?? 0, end: folded.ends[end - 1] ?? text.length, kind });
    }
  }
  return found;
}

/** Whole lines and their parts between commas, with and without house number. */
function addressParts(lines: readonly string[]): string[] {
  return lines.flatMap((line) =>
    [line, ...line.split(/[,;\n]/)].flatMap((part) => [part, part.replace(/^\s*\d+\s*[a-z]?\s+/i, '')]),
  );
}

/** Overlapping spans become one, of the first one's kind; so do the parts of one name. */
function merge(text: string, spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    const oneName = last?.kind === 'NAME' && span.kind === 'NAME' && /^[\s.'’-]{0,2}$/.test(text.slice(last.end, span.start));
    if (last !== undefined && (span.start < last.end || oneName)) last.end = Math.max(last.end, span.end);
    else merged.push({ ...span });
  }
  return merged;
}
