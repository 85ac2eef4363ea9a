import type { Context } from './context.ts';
import { countPattern, dosePattern } from './dosing.ts';
import { fold } from './fold.ts';
import { measuredBy } from './measure.ts';
import { isMedicine, isNearlyMedicine, skeleton } from './medicine-names.ts';
import { sectionAt } from './sections.ts';

/** A medicine named in the running text. */
export interface Mention {
  start: number;
  end: number;
  /** One item of a list of medicines, not part of a sentence. */
  listed: boolean;
  /** The name is not in the vocabulary, or only with a letter wrong. */
  uncertain: boolean;
}

const marker = '(?:\\d{1,2}(?:[.)]|/(?=\\s))|[-•*·▪>])';
const forms =
  'inhaler|spray|tablets?|capsules?|cream|ointment|patch(?:es)?|injections?|suspension|syrup|solution|drops|gel|lotion|sachets?|mr|sr|xl|xr|er|cr|ec|la|retard|depot|modified\\s+release|prolonged\\s+release|extended\\s+release|dispersible|soluble|oral|inhalador|jarabe|crema|pomada|comprimidos?|capsulas?|colirio|gotas|sirop|pommade|creme|comprimes?|gelules?|collyre|xarope|pomada|acetate|sodium|hydrochloride|sulfate|sulphate|fumarate|succinate|tartrate|maleate|besylate|bromide|furoate|propionate|valerate|chloride|carbonate|mofetil|axetil|biosimilar|vidonge|sindano|गोली|सिरप|इंजेक्शन';
const formBehind = new RegExp(`^(?:\\s+(?:${forms})(?![\\p{L}]))+(?=\\s+[\\d½])`, 'u');
const doseSoon = new RegExp(`^[^.;\\n]{0,30}?(?:${dosePattern}|${countPattern})`, 'u');
const doseNext = new RegExp(`^\\s*[,:-]?\\s*(?:${dosePattern})`, 'u');

/** Finds the medicines named outside `taken`, with combinations ("amoxicillin/clavulanic acid") as one. */
export function findMentions(context: Context, taken: [number, number][]): Mention[] {
  const { folded, text } = context.letter;
  const words = [...folded.matchAll(/(?!(?:[ldjmnst]|qu)')[\p{L}\p{M}][\p{L}\p{M}\d]*(?:['-][\p{L}\p{M}\d]+)*/gu)].map((m) => ({
    start: m.index,
    end: m.index + m[0].length,
  }));
  const mentions: Mention[] = [];
  for (let i = 0; i < words.length; i++) {
    const first = words[i];
    if (!first || taken.some(([a, b]) => first.start < b && first.end > a)) continue;
    let length = 0;
    for (let n = Math.min(4, words.length - i); n >= 1 && length === 0; n--) {
      const last = words[i + n - 1];
      const phrase = last ? folded.slice(first.start, last.end) : '';
      if (/^[\p{L}\p{M}\d' \n-]+$/u.test(phrase) && isMedicine(phrase.replace(/\s+/g, ' '))) length = n;
    }
    const last = words[i + Math.max(0, length - 1)];
    if (!last) continue;
    const behind = folded.slice(last.end, last.end + 80);
    const fuzzy =
      length === 0 &&
      first.end - first.start >= 7 &&
      doseSoon.test(behind) &&
      !measuredBy(text.slice(first.start, first.end)) &&
      isNearlyMedicine(folded.slice(first.start, first.end));
    if (length === 0 && !fuzzy) continue;
    const joined = mentions.at(-1);
    const link = joined ? folded.slice(joined.end, first.start) : '';
    // "Tiotropium (Spiriva)": the brand in brackets is the same medicine.
    if (joined && /^\s?[/+]\s?$/.test(link)) joined.end = last.end;
    else if (joined && /^\s?\($/.test(link) && folded[last.end] === ')') continue;
    else mentions.push({ start: first.start, end: last.end, listed: false, uncertain: fuzzy });
    i += Math.max(0, length - 1);
  }
  const all = [...mentions, ...unknownNames(context, taken, mentions)].sort((a, b) => a.start - b.start);
  for (const [i, mention] of all.entries()) {
    const before = all[i - 1];
    if (before && mention.start < before.end) continue;
    extendName(context, mention);
    mention.listed = isListed(context, mention);
  }
  return all.filter(
    (mention, i) => !all.slice(0, i).some((before) => mention.start < before.end && mention.start >= before.start),
  );
}

/** "Insulina isofânica", "Salbutamol inhaler": form, salt or kind that stands between the name and its dose belong to the name. */
function extendName(context: Context, mention: Mention): void {
  const { folded } = context.letter;
  const behind = folded.slice(mention.end, mention.end + 80);
  const form = formBehind.exec(behind);
  if (form) mention.end += form[0].length;
  else if (skeleton(folded.slice(mention.start, mention.end).split(/\s/)[0] ?? '') === 'insulin') {
    const kind = /^((?:[ ][\p{L}'-]+){1,2})(?=\s*:?\s*\d)/u.exec(behind);
    if (kind && !/\b(?:dose|of|at|to|was|is|de|a)\b/.test(kind[0])) mention.end += kind[0].length;
  }
}

/** Lines of a list of medicines that begin with a name we do not know and a dose. */
function unknownNames(context: Context, taken: [number, number][], known: Mention[]): Mention[] {
  const { text, folded, lines } = context.letter;
  const found: Mention[] = [];
  const opening = new RegExp(
    `^(?:${marker}\\s*)?(\\p{L}[\\p{L}\\p{M}'-]{3,}(?:[ /+-][\\p{L}\\p{M}'-]+){0,3}?)(?=\\s*[,:-]?\\s+(?:${dosePattern}))`,
    'u',
  );
  for (const line of lines) {
    if (taken.some(([a, b]) => line.start < b && line.end > a)) continue;
    const printed = text.slice(line.start, line.end);
    const match = opening.exec(folded.slice(line.start, line.end));
    const name = match?.[1];
    if (!match || !name || !/^[^\p{L}]*[\p{Lu}\p{Lo}]/u.test(printed)) continue;
    const start = line.start + match[0].lastIndexOf(name);
    const end = start + name.length;
    if (
      known.some((m) => m.start < end && m.end > start) ||
      measuredBy(text.slice(start, end)) ||
      measuredBy(name.split(' ')[0] ?? '')
    )
      continue;
    const inList = sectionAt(context.sections, start)?.kind === 'medication';
    const numbered = new RegExp(`^${marker}\\s`, 'u').test(printed);
    if (inList || (numbered && doseNext.test(folded.slice(end, end + 60))))
      found.push({ start, end, listed: true, uncertain: true });
  }
  return found;
}

function isListed(context: Context, mention: Mention): boolean {
  const { text, folded } = context.letter;
  const lineStart = folded.lastIndexOf('\n', mention.start - 1) + 1;
  const before = folded.slice(lineStart, mention.start);
  const opens = new RegExp(`^\\s*(?:${marker}\\s*)?$`, 'u').test(before);
  const section = sectionAt(context.sections, mention.start)?.kind;
  if (section === 'medication') return opens || /[;,:]\s*$/.test(before) || mention.uncertain || hasDoseNext(folded, mention.end);
  if (!opens || !hasDoseNext(folded, mention.end)) return false;
  if (before.trim() !== '') return true;
  // A sentence that happens to break before the name is no list.
  const previous = text.slice(text.lastIndexOf('\n', lineStart - 2) + 1, Math.max(0, lineStart - 1));
  return (
    /^\p{Lu}/u.test(text.slice(mention.start, mention.end)) &&
    (previous === '' || /[.:;)\d]\s*$/.test(previous) || previous.length < 45)
  );
}

const hasDoseNext = (folded: string, end: number): boolean =>
  doseNext.test(folded.slice(end, end + 60)) || doseSoon.test(folded.slice(end, end + 60));

/** Key under which mentions of one medicine are the same. */
export function medicineKey(name: string): string {
  const first = fold(name)
    .replace(/\p{M}/gu, '')
    .split(/\s+/)
    .filter((word) => word.length > 2)
    .slice(0, 3)
    .map(skeleton);
  return first.filter((word, i) => i === 0 || !new RegExp(`^(?:${forms})$`, 'u').test(word)).join(' ');
}
