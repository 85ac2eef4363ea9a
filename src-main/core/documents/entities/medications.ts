import type { Context } from './context.ts';
import { dosePattern } from './dosing.ts';
import { dropEmpty, type Place, placeBetween, spaced, squeeze } from './entity.ts';
import { fold } from './fold.ts';
import { medicinesOfTable } from './medication-tables.ts';
import { findMentions, type Mention, medicineKey } from './mentions.ts';
import { readPrescription } from './prescription.ts';
import { sectionAt } from './sections.ts';
import { statusIn } from './status.ts';
import type { MedicationEntity, MedicationStatus, MedicationValue } from './types.ts';

interface Candidate {
  entity: MedicationEntity;
  start: number;
  listed: boolean;
  /** Of a list of what was taken before. */
  earlier?: boolean;
}

/** Medicines of tables and lists; of sentences only those that are current and on no list. */
export function findMedications(context: Context): MedicationEntity[] {
  const found: Candidate[] = [];
  const taken: [number, number][] = [];
  for (const table of context.tables) {
    const rows = medicinesOfTable(table);
    const earlier = isEarlier(context, table.header.start);
    found.push(...rows.map((row) => ({ ...row, listed: true, earlier })));
    const measures = table.columns.some((c) => c.kind === 'value' || c.kind === 'date' || c.kind === 'measured');
    if (rows.length > 0 || measures) taken.push([table.lines[0]?.start ?? 0, table.lines.at(-1)?.end ?? 0]);
  }
  const mentions = findMentions(context, taken);
  for (const [i, mention] of mentions.entries()) {
    const candidate = fromMention(context, mention, mentions[i + 1]);
    if (candidate) found.push(candidate);
  }
  return settle(found).map((c) => c.entity);
}

/** Whether a list says what was taken before: on admission, at home. */
function isEarlier(context: Context, position: number): boolean {
  const heading = sectionAt(context.sections, position)?.heading;
  return (
    heading !== undefined &&
    /admission|ingreso|habitual|habituel|entree|domicil|\bhome|internamento|nyumbani/.test(
      context.letter.folded.slice(...heading),
    )
  );
}

/** One entry a medicine: lists go before sentences; a sentence may say that a listed one was stopped. */
function settle(found: Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  const listed = found.filter((c) => c.listed);
  for (const one of listed) {
    const key = medicineKey(one.entity.value.name);
    // What was taken on admission gives way to what is taken now.
    if (one.earlier && listed.some((other) => !other.earlier && medicineKey(other.entity.value.name) === key)) continue;
    const same = kept.some(
      (k) =>
        medicineKey(k.entity.value.name) === key &&
        k.entity.value.dose === one.entity.value.dose &&
        k.entity.value.frequency === one.entity.value.frequency,
    );
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
const weight = (value: MedicationValue): number =>
  (value.dose ? 2 : 0) + (value.status ? 2 : 0) + (value.frequency ? 1 : 0) + (value.route ? 1 : 0);

// ---- running text

const negated =
  /\b(?:not|never|avoid|no|without|denies|declined|refus\p{L}+|do\s+not\s+(?:re)?start|don't|sin|evitar|ne\s+pas|pas\s+de|sem|nao|usitumie|hajatumia)\s+(?:\p{L}+\s+){0,3}$/u;
const allergic = /(?:allerg|alerg|mzio|एलर्जी|hypersensitiv|intoleran|anaphyla|reaction\s+to|rash\s+with)/;
const past =
  /\b(?:treated\s+with|completed|received|(?:was|were|been)\s+given|i\s+gave|she\s+was\s+given|finished|course\s+of|previously|in\s+the\s+past|sensitive\s+to|resistant\s+to|tried|failed|tratad[oa]\s+con|recibio|recibiendo|traite\p{L}*\s+par|a\s+recu|tratad[oa]\s+com|recebeu|alitibiwa|alipewa|overdose|last\s+dose\s+of|sensible\s+a)\b/u;
const conditional = /\b(?:if|unless|should|consider|could|may|might|ikiwa|kama|considerar|envisager|eventuellement)\b|यदि|अगर/;
const relatives = /\b(?:mother|father|brother|sister|son|daughter|wife|husband|madre|padre|mere|pere|mae|pai|mama|baba)\b/;

function fromMention(context: Context, mention: Mention, next: Mention | undefined): Candidate | undefined {
  const { folded, text } = context.letter;
  const section = sectionAt(context.sections, mention.start);
  if (section?.kind === 'allergy' || section?.kind === 'family') return undefined;
  const sentence = sentenceBefore(text, folded, mention.start, section?.start ?? 0);
  const behind = folded.slice(mention.end, mention.end + 40);
  if (allergic.test(sentence) || /^[\s,]*(?:allergy|intolerance|hypersensitivity|:?\s*(?:rash|anaphylaxis))/.test(behind))
    return undefined;
  const limit = Math.min(
    next && next.start > mention.end ? next.start : text.length,
    mention.end + 320,
    sectionEnd(context, mention.start),
    itemEnd(folded, mention.end),
  );
  const parts = readPrescription(text.slice(mention.end, limit), mention.end, mention.listed);
  const before = mention.listed ? undefined : doseBefore(text, folded, mention.start);
  const dose = parts.dose ?? before?.dose;
  const after =
    text.slice(parts.end ?? mention.end, Math.min(limit, (parts.end ?? mention.end) + 60)).split(/\n|[.;](?:\s|$)/)[0] ?? '';
  const inHeading = section?.kind === 'medication' ? statusIn(text.slice(...section.heading)) : undefined;
  const lead = text.slice(text.lastIndexOf('\n', mention.start - 1) + 1, mention.start);
  const told = mention.listed
    ? ((/\d/.test(lead) ? undefined : statusIn(lead)) ?? statusIn(after) ?? parts.status ?? inHeading)
    : (parts.status ??
      statusIn(/^\s*\(([^()]*)\)/.exec(after)?.[1] ?? '') ??
      verbBefore(sentence) ??
      passiveBehind(text.slice(mention.end, mention.end + 40)) ??
      passiveBehind(text.slice(parts.end ?? mention.end, (parts.end ?? mention.end) + 40)));
  const status: MedicationStatus | undefined = told;
  if (!mention.listed) {
    if (/^[^.;]*\b(?:was|were)\s+(?:given|administered)\b/.test(folded.slice(mention.end, (parts.end ?? mention.end) + 24)))
      return undefined;
    if (negated.test(sentence) || relatives.test(sentence) || past.test(sentence)) return undefined;
    if (conditional.test(sentence) || /^[^.;]{0,60}\b(?:if|until|unless)\b/.test(folded.slice(parts.end ?? mention.end, limit)))
      return undefined;
    if (/\bby\s+$/.test(folded.slice(mention.end, parts.firstAt ?? mention.end))) return undefined;
    const stated = dose !== undefined && (parts.route !== undefined || parts.frequency !== undefined || status !== undefined);
    if (!stated && status !== 'STOPPED') return undefined;
  } else if (/^\s*(?:to\s+be\s+avoided|should\s+be\s+avoided|contra-?indicated|not\s+to\s+be)/.test(behind)) {
    return undefined;
  } else if (!dose && !parts.frequency && !status && !standsAlone(text, mention.start)) return undefined;
  const start = before?.start ?? mention.start;
  const end = parts.end ?? mention.end;
  const carrying: [number, number][] = [
    [mention.start, mention.end],
    ...parts.spans,
    ...(before ? [[before.start, before.end] as [number, number]] : []),
  ];
  const place: Place = placeBetween(context.letter, start, end, carrying);
  const name = squeeze(text.slice(mention.start, mention.end)).replace(/\s?([/+])\s?/g, '$1');
  const value: MedicationValue = dropEmpty({
    name,
    dose,
    strength: parts.strength,
    route: parts.route,
    frequency: parts.frequency,
    status,
  });
  return {
    entity: { kind: 'medication', ...place, doubtful: place.doubtful || mention.uncertain, value },
    start: mention.start,
    listed: mention.listed,
    earlier: mention.listed && isEarlier(context, mention.start),
  };
}

function sentenceBefore(text: string, folded: string, position: number, earliest: number): string {
  const from = Math.max(earliest, position - 220);
  const stretch = text.slice(from, position);
  const cut = [...stretch.matchAll(/[.;!?]\s+(?=\p{Lu}|\d|\p{Lo})|\n(?=\s*(?:\d{1,2}[.)]|[-•*])\s)/gu)].at(-1);
  return folded.slice(from + (cut ? cut.index + cut[0].length : 0), position).replace(/\s+/g, ' ');
}

const sectionEnd = (context: Context, position: number): number =>
  sectionAt(context.sections, position)?.end ?? context.letter.text.length;

function itemEnd(folded: string, from: number): number {
  const next = /\n\s*(?:\d{1,2}[.)]|[-•*·▪])\s/.exec(folded.slice(from));
  return next ? from + next.index : folded.length;
}

/** A short line of a list that begins with the name: "Warfarin as per INR clinic". */
function standsAlone(text: string, start: number): boolean {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const line = text.slice(from).split('\n')[0] ?? '';
  return (
    /^\s*(?:\d{1,2}[.)]|[-•*])?\s*$/.test(text.slice(from, start)) &&
    /^\p{Lu}/u.test(text.slice(start)) &&
    line.length < 50 &&
    !/[.:]\s/.test(line)
  );
}

/** "Stop amlodipine", "We have started apixaban": a verb right before the name. */
function verbBefore(sentence: string): MedicationStatus | undefined {
  const close = /(?:\p{L}+[\s:]+){1,4}$/u.exec(sentence)?.[0] ?? '';
  const status = statusIn(close);
  return status === 'unchanged' ? undefined : status;
}

/** "Ramipril was stopped on admission", "metformin has been reduced to". */
function passiveBehind(printed: string): MedicationStatus | undefined {
  // A capital on the next line opens another matter ("Suspendido: ...").
  if (/^\s*\n\s*\p{Lu}/u.test(printed)) return undefined;
  const behind = fold(printed);
  const verb = /^\s+(?:(?:was|were|is|has|have|had|been|to|be|has been|fue|ha sido|se|a ete|est|foi)\s+){0,3}(\p{L}+)/u.exec(
    behind,
  );
  return verb ? statusIn(verb[1] ?? '') : undefined;
}

/** "120 mg of methylprednisolone". */
function doseBefore(text: string, folded: string, start: number): { dose: string; start: number; end: number } | undefined {
  const from = Math.max(0, start - 40);
  const match = new RegExp(`(${dosePattern})\\s+(?:of|de|d'|ya)\\s*$`, 'u').exec(folded.slice(from, start));
  if (!match?.[1]) return undefined;
  const at = from + match.index;
  return { dose: spaced(text.slice(at, at + match[1].length)), start: at, end: at + match[1].length };
}
