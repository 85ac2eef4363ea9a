import type { Context } from './context.ts';
import { diseasePattern } from './diseases.ts';
import { placeBetween, squeeze } from './entity.ts';
import { fold } from './fold.ts';
import { sectionAt } from './sections.ts';
import type { DiagnosisEntity } from './types.ts';

const disease = new RegExp(diseasePattern, 'u');
const denied =
  /^(?:no|nil|none|not|without|denies|negative|excluded|normal|sin|no\s+se|sem|nega|pas\s+d|absence|aucun|hana|hakuna)(?![\p{L}])|\b(?:no\s+evidence\s+of|ruled\s+out|excluded|negative|unlikely|descartad[oa]|excluid[oa]|ecarte|elimine)\b|नहीं/u;
const relatives =
  /\b(?:mother|father|brother|sister|parents?|aunt|uncle|grand\p{L}+|family\s+history|madre|padre|herman[oa]|mere|pere|frere|soeur|mae|pai|irma|irmao|baba\s+yake|mama\s+yake|wazazi)\b|(?:माता|पिता|परिवार)/u;
const toldStatus: [string, RegExp][] = [
  ['resolved', /\b(?:resolved|resuelt[oa]|resolu[e]?|resolvid[oa]|cured|healed)\b|ठीक/],
  [
    'past',
    /\b(?:previous(?:ly)?|former|old|history\s+of|antecedentes?\s+de|antecedents?\s+de|treated\s+(?:in\s+)?\d{4}|previ[oa])\b/,
  ],
  ['suspected', /\b(?:suspected|possible|probable|likely|query|\?|sospecha|probable|posible|suspicion|suspeita|inashukiwa)\b/],
  ['newly diagnosed', /\b(?:newly\s+diagnosed|new\s+diagnosis|new\s+onset|de\s+novo|reciente\s+diagnostico|nouvellement)\b/],
];
// Attributes that are not part of the name: side, site, time, certainty.
const attribute =
  /^(?:left|right|bilateral|both|resolved|newly|new|on\s|since|treated|diagnosed|known|stable|controlled|well|poorly|under|improving|izquierd[oa]|derech[oa]|gauche|droite?|esquerd[oa]|direit[oa]|upper|lower|in\s|at\s|with\s+(?:normal|low|high)|\d{4}|desde|depuis|tratad[oa]|traitee?|knee|hip)/;

// Below these stand sentences as well as diagnoses.
const verdict = /^\s*(?:conclusion|impression|assessment|evolution)/;

/** Diagnoses of their own section or of past history; of sentences only when the letter has no such section with content. */
export function findDiagnoses(context: Context): DiagnosisEntity[] {
  const { text, folded } = context.letter;
  const found: DiagnosisEntity[] = [];
  for (const section of context.sections) {
    if (section.kind !== 'diagnosis' && section.kind !== 'history') continue;
    const content = text.slice(section.start, Math.min(section.end, section.start + 1500));
    const inline = /[:\t]/.test(text[section.start - 1] ?? '') && /^[^\n]*\S/.test(content);
    const stop = inline ? inlineEnd(content) : content.length;
    for (const [a, b] of items(content.slice(0, stop)))
      offer(
        context,
        found,
        section.start + a,
        section.start + b,
        section.kind === 'diagnosis' && !verdict.test(folded.slice(...section.heading)),
      );
  }
  for (const [a, b] of comments(context)) offer(context, found, a, b, false);
  if (found.length < 2) fromSentences(context, found);
  return found;
}

/** "Diagnosis: acute otitis media, left." ends with its paragraph: a line that ends a sentence before one that opens another matter. */
function inlineEnd(content: string): number {
  for (const match of content.matchAll(/\n/g)) {
    const line = content.slice(0, match.index);
    const next = content.slice(match.index + 1).split('\n')[0] ?? '';
    if (/\.\s*$/.test(line) || !disease.test(fold(next)) || /^\p{L}[\p{L} ]{2,25}:/u.test(next)) return match.index;
  }
  return content.length;
}

/** Items of a list, numbered, by line, full stop or semicolon; commas part them only when each piece names a disease. */
function items(content: string): [number, number][] {
  const found: [number, number][] = [];
  const joined = content.replace(/\n(?=\s*[\p{Ll}(])/gu, ' ');
  for (const match of joined.matchAll(/(?:(?![;\n]|[.।](?:\s|$)|\s\(?\d[.)]\s+\p{Lu}).)+/gu)) {
    const piece = match[0];
    const parts = [...piece.matchAll(/(?:(?!,\s).)+/gu)].map((m): [number, number] => [
      match.index + m.index,
      match.index + m.index + m[0].length,
    ]);
    const pieces = parts.map(([a, b]) => fold(joined.slice(a, b)).replace(/^[,\s]+/, ''));
    const list = pieces.filter((p) => disease.test(p)).length >= 2 && !pieces.some((p) => attribute.test(p));
    if (list) found.push(...parts);
    else found.push([match.index, match.index + piece.length]);
  }
  return found;
}

/** A laboratory's comment or a letter's verdict: "consistent with iron deficiency". */
function comments(context: Context): [number, number][] {
  const { folded } = context.letter;
  const found: [number, number][] = [];
  for (const match of folded.matchAll(/(?:^|\n)\s*comments?\s*:\s*/gu)) {
    const start = match.index + match[0].length;
    const sentence = /^(?:(?!\.\s)[\s\S])+/.exec(folded.slice(start, start + 300))?.[0] ?? '';
    for (const piece of sentence.matchAll(
      /(?:(?!,\s|\bconsistent\s+with\b|\bsuggest\p{L}*\b|\bwith\s+low\b|\bwith\s+raised\b)[\s\S])+/gu,
    )) {
      if (disease.test(piece[0])) found.push([start + piece.index, start + piece.index + piece[0].length]);
    }
  }
  return found;
}

function offer(context: Context, found: DiagnosisEntity[], from: number, to: number, trusted: boolean): void {
  const { text } = context.letter;
  const printed = text.slice(from, to);
  const lead = /^[\s,]*(?:\(?\d{1,2}[.)]\s*|[-•*]\s*)?(?:consistent\s+with\s+)?/iu.exec(printed)?.[0].length ?? 0;
  const start = from + lead;
  const bare = text.slice(start, to).trimEnd();
  const folded = fold(bare);
  if (!/^[\p{L}?]/u.test(bare) || bare.length < 3 || denied.test(folded) || relatives.test(folded)) return;
  const words = folded.split(/\s+/).length;
  // Outside a list of diagnoses, or when it is a whole sentence, only what names a disease.
  if ((!trusted || words > 9) && !disease.test(folded)) return;
  if (
    /\b(?:mg|mcg|tablets?|clinic|consult\p{L}*|control|review|appointment|prochaine|proxima|rendez|arret|introduction|repeat)\b/u.test(
      folded,
    ) ||
    /^(?:dr|dra|docteur|yours|cc)\b/.test(folded)
  )
    return;
  const name = nameOf(bare);
  if (name.length < 3) return;
  const status = toldStatus.find(([, pattern]) => pattern.test(folded))?.[0];
  const place = placeBetween(context.letter, start, start + bare.length, [[start, start + name.length]]);
  if (found.some((d) => fold(d.value.text) === fold(name))) return;
  found.push({ kind: 'diagnosis', ...place, value: { text: name, ...(status ? { status } : {}) } });
}

/** The name without brackets, years, and attributes behind commas. */
function nameOf(bare: string): string {
  const open = squeeze(bare.replace(/\s*\([^()]*\)?/g, ''));
  const [head = '', ...rest] = open.split(/,\s*/);
  const kept = rest.filter((part, i) => i === 0 && !part.includes(' ') && !attribute.test(fold(part)) && !/\d/.test(part));
  return [head, ...kept]
    .join(', ')
    .replace(/^(?:previous|possible|probable|suspected|likely|known)\s+/i, '')
    .replace(/\s+(?:with\s+(?:significant|low|raised)\s.*|(?:since|in|diagnosed|desde|depuis)?\s*(?:19|20)\d{2})$/i, '')
    .replace(/[.,;:\s।]+$/, '');
}

/** Diseases named in sentences: with the words behind that specify them. */
function fromSentences(context: Context, found: DiagnosisEntity[]): void {
  const { folded, text } = context.letter;
  for (const match of folded.matchAll(new RegExp(diseasePattern, 'gu'))) {
    const section = sectionAt(context.sections, match.index)?.kind;
    // Short forms stand in headings and names of clinics too.
    if (match[0].length <= 4) continue;
    if (section === 'family' || section === 'allergy' || section === 'plan') continue;
    const sentence =
      folded
        .slice(Math.max(0, match.index - 120), match.index)
        .split(/[.;]\s|\n\s*\n/)
        .at(-1) ?? '';
    if (
      /\b(?:no|not|without|denies|nor|excluded?|pas\s+d[e']|sans|sin|nega|niega|sem|nao|hana|hakuna|risk\s+of|screening|clinic|nurse|vaccin\p{L}*|for\s+the\s+prevention)\s*(?:[\p{L}']+\s+){0,3}$/u.test(
        sentence,
      ) ||
      relatives.test(sentence)
    )
      continue;
    const rest = folded.slice(match.index + match[0].length);
    if (
      /^\s+(?:clinic|service|nurse|team|unit|department|ward|education|screen\p{L}*|review|specialist|vaccin\p{L}*)/u.test(rest)
    )
      continue;
    const behind =
      /^(?:\s+(?:de\s+type|tipo|type|of\s+the|du|de\s+la|des|del|de|d'|stage|[\p{L}\p{M}'’-]{4,})(?:\s?[\p{L}\p{M}\d'’-]+)?)?/u.exec(
        rest,
      );
    const extension = specifies(behind?.[0] ?? '');
    const end = match.index + match[0].length + extension;
    const name = squeeze(text.slice(match.index, end));
    if (found.some((d) => overlaps(fold(d.value.text), fold(name)))) continue;
    found.push({ kind: 'diagnosis', ...placeBetween(context.letter, match.index, end), value: { text: name } });
  }
}

const overlaps = (a: string, b: string): boolean => a.includes(b) || b.includes(a);

/** Length of the words behind a disease that belong to its name ("de type 2", "minime", "du sommeil"). */
function specifies(behind: string): number {
  const typed =
    /^\s+(?:(?:de\s+)?(?:type|tipo)\s*\d|stage\s+\d\p{L}?|(?:du|de\s+la|des|del)\s+\p{L}+|[\p{L}'-]*(?:ique|aire|ante|ente|elle|ine|ime|ale|ica|ico|aria|al|ar|ic))(?![\p{L}])/u.exec(
      behind,
    );
  return typed ? typed[0].length : 0;
}
