import type { Context } from './context.ts';
import { countPattern, dosePattern, findFrequency, findRoute } from './dosing.ts';
import { type Place, placeBetween, placeOf, squeeze } from './entity.ts';
import { fold } from './fold.ts';
import type { Token } from './layout.ts';
import { isMedicine } from './medicine-names.ts';
import { findMentions, type Mention, medicineKey } from './mentions.ts';
import { sectionAt } from './sections.ts';
import { statusIn } from './status.ts';
import type { ColumnKind, Row, Table } from './tables.ts';
import type { MedicationEntity, MedicationStatus, MedicationValue } from './types.ts';

interface Candidate {
  entity: MedicationEntity;
  start: number;
  listed: boolean;
}

/** Medicines of tables and lists; of sentences only those that are current and on no list. */
export function findMedications(context: Context): MedicationEntity[] {
  const found: Candidate[] = [];
  const taken: [number, number][] = context.tables.map((t) => [t.lines[0]?.start ?? 0, t.lines.at(-1)?.end ?? 0]);
  for (const table of context.tables) found.push(...fromTable(table));
  const mentions = findMentions(context, taken);
  for (const [i, mention] of mentions.entries()) {
    const candidate = fromMention(context, mention, mentions[i + 1]);
    if (candidate) found.push(candidate);
  }
  return settle(found).map((c) => c.entity);
}

/** One entry a medicine: lists go before sentences; a sentence may say that a listed one was stopped. */
function settle(found: Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const one of found.filter((c) => c.listed)) {
    const same = kept.some((k) => medicineKey(k.entity.value.name) === medicineKey(one.entity.value.name) && k.entity.value.dose === one.entity.value.dose && k.entity.value.frequency === one.entity.value.frequency);
    if (!same) kept.push(one);
  }
  for (const one of found.filter((c) => !c.listed)) {
    const key = medicineKey(one.entity.value.name);
    const known = kept.find((k) => overlaps(medicineKey(k.entity.value.name), key));
    if (!known) {
      kept.push(one);
      continue;
    }
    if (known.listed) {
      if (!known.entity.value.status && one.entity.value.status === 'STOPPED') known.entity.value.status = 'STOPPED';
    } else if (weight(one.entity.value) > weight(known.entity.value)) kept[kept.indexOf(known)] = one;
  }
  return kept.sort((a, b) => a.start - b.start);
}

const overlaps = (a: string, b: string): boolean => a === b || a.split(/[ /]/).includes(b) || b.split(/[ /]/).includes(a);
const weight = (value: MedicationValue): number => (value.dose ? 2 : 0) + (value.status ? 2 : 0) + (value.frequency ? 1 : 0) + (value.route ? 1 : 0);

// ---- tables

function fromTable(table: Table): Candidate[] {
  const nameAt = table.columns.findIndex((c) => c.kind === 'medicine');
  const column = nameAt >= 0 ? nameAt : table.columns.some((c) => c.kind === 'dose' || c.kind === 'frequency') ? table.columns.findIndex((c) => c.kind === 'name') : -1;
  return column < 0 ? [] : table.rows.flatMap((row) => fromRow(table, row, column) ?? []);
}

function fromRow(table: Table, row: Row, nameAt: number): Candidate | undefined {
  const cell = (kind: ColumnKind): Token[] => table.columns.flatMap((c, i) => (c.kind === kind ? row.cells[i] ?? [] : []));
  const join = (tokens: Token[]) => tokens.map((t) => t.text).join(' ').replace(/\/\s+/g, '/');
  const nameTokens = row.cells[nameAt] ?? [];
  const printed = join(nameTokens).replace(/^(?:\d{1,2}[.)]|[-•*])\s*/, '');
  if (!/\p{L}{3}/u.test(printed)) return undefined;
  const rest = row.cells.flatMap((tokens, i) => (i === nameAt ? [] : [...tokens]));
  if (rest.length === 0) return undefined;
  const inName = dosing(` ${printed}`, 0, true);
  const name = (inName.firstAt === undefined ? printed : printed.slice(0, inName.firstAt - 1)).replace(/[\s,:-]+$/, '');
  const spread = dosing(` ${join(rest)}`, 0, true);
  const doseCell = join(cell('dose'));
  const timing = join(cell('frequency'));
  const value: MedicationValue = dropEmpty({
    name,
    dose: (doseCell || spread.dose) ?? inName.dose,
    strength: doseCell && inName.dose && inName.dose !== doseCell ? inName.dose : undefined,
    route: routeOf(join(cell('route'))) ?? spread.route ?? inName.route,
    frequency: (statusIn(timing) && !findFrequency(timing) ? '' : timing) || spread.frequency || inName.frequency,
    status: statusIn(join(cell('status'))) ?? (findFrequency(timing) ? undefined : statusIn(timing)) ?? statusIn(join(cell('comment'))),
  });
  if (!value.dose && !value.frequency && !value.status) return undefined;
  const place = placeOf([...nameTokens, ...rest], [...nameTokens, ...cell('dose'), ...cell('frequency')]);
  const known = isMedicine(name) || name.split(/[\s/+]+/).some((word) => isMedicine(word));
  return { entity: { kind: 'medication', ...place, doubtful: place.doubtful || !known, value }, start: nameTokens[0]?.start ?? 0, listed: true };
}

const routeOf = (printed: string): string | undefined => (printed === '' ? undefined : findRoute(printed)?.route ?? printed);

function dropEmpty<T extends object>(value: T): T {
  for (const key of Object.keys(value)) if (!Reflect.get(value, key)) Reflect.deleteProperty(value, key);
  return value;
}

// ---- running text

const negated = /\b(?:not|never|avoid|no|without|denies|declined|refus\p{L}+|do\s+not\s+(?:re)?start|don't|sin|evitar|ne\s+pas|pas\s+de|sem|nao|usitumie|hajatumia)\s+(?:\p{L}+\s+){0,3}$/u;
const allergic = /(?:allerg|alerg|mzio|एलर्जी|hypersensitiv|intoleran|anaphyla|reaction\s+to|rash\s+with)/;
const past = /\b(?:treated\s+with|completed|received|(?:was|were|been)\s+given|i\s+gave|she\s+was\s+given|finished|course\s+of|previously|in\s+the\s+past|sensitive\s+to|resistant\s+to|tried|failed|tratad[oa]\s+con|recibio|recibiendo|traite\p{L}*\s+par|a\s+recu|tratad[oa]\s+com|recebeu|alitibiwa|alipewa|overdose|last\s+dose\s+of|sensible\s+a)\b/u;
const conditional = /\b(?:if|unless|should|consider|could|may|might|ikiwa|kama|considerar|envisager|eventuellement)\b|यदि|अगर/;
const relatives = /\b(?:mother|father|brother|sister|son|daughter|wife|husband|madre|padre|mere|pere|mae|pai|mama|baba)\b/;

function fromMention(context: Context, mention: Mention, next: Mention | undefined): Candidate | undefined {
  const { folded, text } = context.letter;
  const section = sectionAt(context.sections, mention.start);
  if (section?.kind === 'allergy' || section?.kind === 'family') return undefined;
  const sentence = sentenceBefore(text, folded, mention.start, section?.start ?? 0);
  const behind = folded.slice(mention.end, mention.end + 40);
  if (allergic.test(sentence) || /^[\s,]*(?:allergy|intolerance|hypersensitivity|:?\s*(?:rash|anaphylaxis))/.test(behind)) return undefined;
  const limit = Math.min(next && next.start > mention.end ? next.start : text.length, mention.end + 320, sectionEnd(context, mention.start), itemEnd(folded, mention.end));
  const parts = dosing(text.slice(mention.end, limit), mention.end, mention.listed);
  const before = mention.listed ? undefined : doseBefore(text, folded, mention.start);
  const dose = parts.dose ?? before?.dose;
  const after = text.slice(parts.end ?? mention.end, Math.min(limit, (parts.end ?? mention.end) + 60)).split(/\n|[.;](?:\s|$)/)[0] ?? '';
  const inHeading = section?.kind === 'medication' ? statusIn(text.slice(...section.heading)) : undefined;
  const told = mention.listed ? statusIn(after) ?? parts.status ?? inHeading : parts.status ?? verbBefore(sentence) ?? passiveBehind(behind) ?? passiveBehind(folded.slice(parts.end ?? mention.end, (parts.end ?? mention.end) + 40));
  const status: MedicationStatus | undefined = told;
  if (!mention.listed) {
    if (negated.test(sentence) || relatives.test(sentence) || past.test(sentence)) return undefined;
    if (conditional.test(sentence) || /^[^.;]{0,60}\b(?:if|until|unless)\b/.test(folded.slice(parts.end ?? mention.end, limit))) return undefined;
    if (/\bby\s+$/.test(folded.slice(mention.end, parts.firstAt ?? mention.end))) return undefined;
    const stated = dose !== undefined && (parts.route !== undefined || parts.frequency !== undefined || status !== undefined);
    if (!stated && status !== 'STOPPED') return undefined;
  } else if (!dose && !parts.frequency && !status) return undefined;
  const start = before?.start ?? mention.start;
  const end = parts.end ?? mention.end;
  const carrying: [number, number][] = [[mention.start, mention.end], ...parts.spans, ...(before ? [[before.start, before.end] as [number, number]] : [])];
  const place: Place = placeBetween(context.letter, start, end, carrying);
  const name = squeeze(text.slice(mention.start, mention.end)).replace(/\s?([/+])\s?/g, '$1');
  const value: MedicationValue = dropEmpty({ name, dose, strength: parts.strength, route: parts.route, frequency: parts.frequency, status });
  return { entity: { kind: 'medication', ...place, doubtful: place.doubtful || mention.uncertain, value }, start: mention.start, listed: mention.listed };
}

function sentenceBefore(text: string, folded: string, position: number, earliest: number): string {
  const from = Math.max(earliest, position - 220);
  const stretch = text.slice(from, position);
  const cut = [...stretch.matchAll(/[.;!?]\s+(?=\p{Lu}|\d|\p{Lo})|\n(?=\s*(?:\d{1,2}[.)]|[-•*])\s)/gu)].at(-1);
  return folded.slice(from + (cut ? cut.index + cut[0].length : 0), position).replace(/\s+/g, ' ');
}

const sectionEnd = (context: Context, position: number): number => sectionAt(context.sections, position)?.end ?? context.letter.text.length;

function itemEnd(folded: string, from: number): number {
  const next = /\n\s*(?:\d{1,2}[.)]|[-•*·▪])\s/.exec(folded.slice(from));
  return next ? from + next.index : folded.length;
}

/** "Stop amlodipine", "We have started apixaban": a verb right before the name. */
function verbBefore(sentence: string): MedicationStatus | undefined {
  const close = /(?:\b\p{L}+\s+){1,4}$/u.exec(sentence)?.[0] ?? sentence;
  const status = statusIn(close);
  return status === 'unchanged' ? undefined : status;
}

/** "Ramipril was stopped on admission", "metformin has been reduced to". */
function passiveBehind(behind: string): MedicationStatus | undefined {
  const verb = /^\s+(?:(?:was|were|is|has|have|had|been|to|be|has been|fue|ha sido|se|a ete|est|foi)\s+){0,3}(\p{L}+)/u.exec(behind);
  return verb ? statusIn(verb[1] ?? '') : undefined;
}

/** "120 mg of methylprednisolone". */
function doseBefore(text: string, folded: string, start: number): { dose: string; start: number; end: number } | undefined {
  const from = Math.max(0, start - 40);
  const match = new RegExp(`(${dosePattern})\\s+(?:of|de|d'|ya)\\s*$`, 'u').exec(folded.slice(from, start));
  if (!match?.[1]) return undefined;
  const at = from + match.index;
  return { dose: squeeze(text.slice(at, at + match[1].length)), start: at, end: at + match[1].length };
}

interface Dosing {
  dose?: string;
  strength?: string;
  route?: string;
  frequency?: string;
  status?: MedicationStatus;
  /** Places in the letter: of the first part, behind the last, and of each part that carries a number. */
  firstAt?: number;
  end?: number;
  spans: [number, number][];
}

// Words that may stand between the parts of a prescription even over a full stop or a line end.
const fillers =
  /^(?:take|taken|give|given|inhale|inject|apply|use|to|a|an|the|of|at|and|with|spacer|or|then|dose|dosis|doses|tablets?|tabs?|capsules?|caps?|suspension|solution|syrup|inhaler|injection|spray|drops|cream|ointment|patch|pen|gel|tomar|tome|toma|administrar|aplicar|inyectar|comprimidos?|comp|capsulas?|jarabe|solucion|suspensao|solucao|xarope|inhalador|inalador|sobres?|via|por|par|voie|de|del|la|el|le|un|une|una|uno|um|uma|prendre|prenez|comprimes?|gelules?|sirop|injection|soit|dia|kunywa|meza|vidonge|kidonge|sindano|kwa|गोली|लें|की|का|दवा|daily|form|oral|mr|sr|xl|ec|per|increased|reduced|decreased|from|stat|start|started|starting|now|biosimilar|once|acetate|was|is|has|been)$/;

/** Follows dose, route and frequency behind a name as long as only words that belong to a prescription stand between. */
function dosing(printed: string, offset: number, listed: boolean): Dosing {
  const folded = fold(printed);
  const parts: Dosing = { spans: [] };
  const doses = new RegExp(dosePattern, 'gu');
  const counts = new RegExp(countPattern, 'gu');
  let pieces: string | undefined;
  let position = 0;
  while (position < printed.length) {
    const rest = printed.slice(position);
    doses.lastIndex = position;
    counts.lastIndex = position;
    const dose = doses.exec(folded);
    const piece = counts.exec(folded);
    const route = findRoute(rest);
    const frequency = findFrequency(rest);
    const candidates = [
      dose && { kind: 'dose' as const, start: dose.index, end: dose.index + dose[0].length, text: squeeze(printed.slice(dose.index, dose.index + dose[0].length)) },
      piece && { kind: 'pieces' as const, start: piece.index, end: piece.index + piece[0].length, text: squeeze(printed.slice(piece.index, piece.index + piece[0].length)) },
      route && { kind: 'route' as const, start: position + route.start, end: position + route.end, text: route.route },
      frequency && { kind: 'frequency' as const, start: position + frequency.start, end: position + frequency.end, text: frequency.frequency },
    ].filter((c) => c !== null && c !== undefined).sort((a, b) => a.start - b.start || b.end - a.end);
    const part = candidates[0];
    if (!part) break;
    const filler = folded.slice(position, part.start);
    if (!bridges(filler, listed)) break;
    if (part.kind === 'dose') {
      const change = /\bto\s+$|\ba\s+$|->\s*$|→\s*$|\bpara\s+$|hadi\s+$/.test(filler);
      if (parts.dose && parts.frequency && !change) break;
      if (parts.dose && change) parts.status = compareDoses(parts.dose, part.text) ?? parts.status;
      else if (parts.dose && !/\/|per/.test(fold(parts.dose).replace(/^[\d.,]+\/[\d.,]+/, '')) && !/\p{L}{4}/u.test(filler)) break;
      else if (parts.dose) parts.strength = parts.dose;
      parts.dose = part.text;
    } else if (part.kind === 'pieces') pieces ??= part.text;
    else if (part.kind === 'route') parts.route ??= part.text;
    else if (parts.frequency && lasts.test(fold(part.text))) parts.frequency += ` ${part.text}`;
    else if (parts.frequency) break;
    else parts.frequency = part.text;
    const said = statusIn(filler);
    if (said && !parts.status) parts.status = said;
    parts.firstAt ??= offset + part.start;
    parts.end = offset + part.end;
    if (part.kind !== 'route') parts.spans.push([offset + part.start, offset + part.end]);
    position = part.end;
  }
  parts.dose ??= pieces;
  return parts;
}

/** How long or until when: may follow apart from how often. */
const lasts = /^(?:for|x\s?\d|until|durante|por\s+\d|pendant|hasta|kwa\s+siku|kwa\s+wiki|\d+\s+(?:दिन|सप्ताह))/;

function bridges(filler: string, listed: boolean): boolean {
  const open = filler.replace(/\([^()]*\)/g, ' ');
  const words = open.match(/[\p{L}\p{M}]+/gu) ?? [];
  const unknown = words.filter((word) => !fillers.test(word));
  const breaks = /[.;]\s|[.;]$/.test(open.trimEnd().replace(/^\s*[.]/, '.')) || (listed && open.includes('\n'));
  if (/\n\s*\n/.test(open)) return false;
  return breaks ? unknown.length === 0 : unknown.length <= 3 && words.length <= 7;
}

/** "from 1 g to 500 mg": compared when both are masses. */
function compareDoses(from: string, to: string): MedicationStatus | undefined {
  const grams = (dose: string): number | undefined => {
    const match = /^([\d.,]+)\s*(mg|g|mcg|ug|micrograms?|units?)/.exec(fold(dose));
    if (!match) return undefined;
    const factor = match[2] === 'g' ? 1 : match[2] === 'mg' ? 1e-3 : match[2]?.startsWith('unit') ? 1 : 1e-6;
    return Number((match[1] ?? '').replace(',', '.')) * factor;
  };
  const a = grams(from);
  const b = grams(to);
  if (a === undefined || b === undefined || a === b) return undefined;
  return b < a ? 'reduced' : 'increased';
}
