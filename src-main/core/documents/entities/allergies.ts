import type { Context } from './context.ts';
import { placeBetween, squeeze } from './entity.ts';
import { fold } from './fold.ts';
import type { AllergyEntity } from './types.ts';

const none =
  /^(?:no|none|nil|not|nkda|nka|denies|unknown|n\/a|nega|ningun[ao]?|sin|no\s+(?:conocidas|refiere)|aucune?s?|pas\s+d|neant|nenhuma?|desconhecidas|nao|sem|hana|hakuna|hajulikani|कोई\s+नहीं|नहीं|ज्ञात\s+नहीं)(?![\p{L}\p{M}])|\b(?:no|ningun[ao]?|sin|aucune?|sem|hana|hakuna)\s+(?:\p{L}+\s+){0,3}(?:known|allerg\p{L}*|alerg\p{L}*|conocidas|conhecidas|connue|mzio)|नहीं|none\s+known|nkda/u;

// The substance stands behind these words.
const told =
  /\b(?:allerg(?:ic|y|ies)[ ]+(?:to|reaction[ ]+to)|hypersensitivity[ ]+to|anaphyla\p{L}+[ ]+(?:to|with)|intoleran(?:t[ ]+of|t[ ]+to|ce[ ]+to|ce[ ]+of)|alergi(?:a|as|c[oa])[ ]+(?:al|a[ ]+la|a[ ]+los|a[ ]+las|a|aos?)(?![\p{L}])|allergi(?:e|que)[ ]+(?:a[ ]+la|a[ ]+l'|au|aux|a)|(?:ana[ ]+)?mzio[ ]+(?:wa|na)|anapata[ ]+mzio[ ]+(?:wa|na))\s*/gu;
const classes = /^(?:dawa|drugs?|medicines?|medication|food|foods|medicamentos?|medicaments?|anything|any|known|unajulikana)\b/;

/** Substances that the letter says the patient does not bear; "no known allergies" gives none. */
export function findAllergies(context: Context): AllergyEntity[] {
  const { text, folded } = context.letter;
  const found: AllergyEntity[] = [];
  const offer = (start: number, end: number) => {
    const item = itemAt(text, start, end);
    if (!item) return;
    const place = placeBetween(context.letter, item.start, item.end, [[item.start, item.start + item.substance.length]]);
    const value = { substance: item.substance, ...(item.reaction ? { reaction: item.reaction } : {}) };
    if (!found.some((a) => fold(a.value.substance) === fold(value.substance))) found.push({ kind: 'allergy', ...place, value });
  };
  for (const section of context.sections) {
    if (section.kind !== 'allergy') continue;
    const content = text.slice(section.start, Math.min(section.end, section.start + 500));
    // Behind a heading of its own up to the next one; behind "Allergies:" only its own line, and the next when that one goes on.
    const inline = text.slice(...section.heading).length > 0 && text[section.start - 1] === ':';
    const stop = inline ? endOfItem(content) : endOfList(content);
    for (const [a, b] of items(content.slice(0, stop))) offer(section.start + a, section.start + b);
  }
  for (const match of folded.matchAll(told)) {
    const before = folded.slice(Math.max(0, match.index - 30), match.index);
    if (
      /\b(?:no|not|denies|without|sin|sem|hana|hakuna|nega)\s+(?:\p{L}+\s+){0,2}$|\bpas\s+d[e']\s*$|नहीं/u.test(before) ||
      /\b(?:mother|father|sister|brother|madre|padre|mere|pere)\b/.test(before)
    )
      continue;
    const start = match.index + match[0].length;
    const stretch = text.slice(start, start + 80);
    const stop = /[.;:\n(]|,(?!\s*\p{L}+\s+(?:and|y|et|e)\b)/u.exec(stretch)?.index ?? stretch.length;
    for (const [a, b] of items(stretch.slice(0, stop)))
      offer(start + a, start + b + (stretch[stop] === '(' ? (/^\([^()]*\)?/.exec(stretch.slice(stop))?.[0].length ?? 0) : 0));
  }
  return found;
}

/** A list of allergies ends where a longer sentence begins. */
function endOfList(content: string): number {
  let end = 0;
  for (const line of content.split('\n')) {
    const before = content.slice(0, end).trimEnd();
    if (before !== '' && /[.।]$/.test(before) && line.split(/\s+/).length > 7 && !/[:(]|\s-\s/.test(line)) break;
    end += line.length + 1;
  }
  return end;
}

const endOfItem = (content: string): number => {
  const line = content.indexOf('\n');
  if (line < 0) return content.length;
  // A line that does not end a sentence goes on.
  if (/[,;-]\s*$/.test(content.slice(0, line)))
    return content.indexOf('\n', line + 1) < 0 ? content.length : content.indexOf('\n', line + 1);
  return line;
};

/** Items of a list: by full stop, semicolon, line or list number; by comma only where no reaction is told. */
function items(content: string): [number, number][] {
  const found: [number, number][] = [];
  for (const match of content.matchAll(/[^.;\n]+/g)) {
    const piece = match[0];
    const told = /[:(]|\s-\s/.test(piece);
    for (const part of piece.matchAll(
      told ? /(?:(?!,\s*\p{L}[\p{L} -]{2,25}\().)+/gu : /(?:(?!,|\s(?:and|y|et|e|na|और)\s).)+/gu,
    )) {
      const at = match.index + part.index;
      found.push([at, at + part[0].length]);
    }
  }
  return found;
}

function itemAt(
  text: string,
  from: number,
  to: number,
): { start: number; end: number; substance: string; reaction?: string } | undefined {
  const printed = text.slice(from, to);
  const lead =
    /^\s*(?:\d{1,2}[.)]\s*|[-•*]\s*)?(?:allerg(?:ic|y)\s+to\s+|alergia\s+a(?:l|\s+la)?\s+|allergie\s+(?:a\s+la|à\s+la|au|aux|à)\s+|mzio\s+wa\s+|(?:the|la|el|le|les|los|las)\s+)?/iu.exec(
      printed,
    );
  const start = from + (lead?.[0].length ?? 0);
  const bare = text.slice(start, to);
  const mark = /\s*[:(]|\s+[-–—]\s|\s+(?:causes?|caused|causing|gives?|gave|produce|provoque|causa|produces)\s/u.exec(bare);
  const substance = squeeze(bare.slice(0, mark?.index ?? bare.length)).replace(/[,\s]+$/, '');
  const reaction = mark ? squeeze(bare.slice(mark.index + mark[0].length)).replace(/[).,\s]+$/, '') : undefined;
  const folded = fold(substance);
  if (
    substance.length < 3 ||
    !/^\p{L}/u.test(substance) ||
    substance.split(' ').length > 5 ||
    none.test(folded) ||
    none.test(fold(bare)) ||
    classes.test(folded)
  )
    return undefined;
  return { start, end: from + printed.trimEnd().length, substance, reaction };
}
