import type { Context } from './context.ts';
import { placeBetween, squeeze } from './entity.ts';
import { fold } from './fold.ts';
import { isMedicine } from './medicine-names.ts';
import type { AllergyEntity } from './types.ts';

const none =
  /^(?:no|none|nil|not|nkda|nka|denies|unknown|n\/a|nega|ningun[ao]?|sin|no\s+(?:conocidas|refiere)|aucune?s?|pas\s+d|neant|nenhuma?|desconhecidas|nao|sem|hana|hakuna|hajulikani|कोई\s+नहीं|नहीं|ज्ञात\s+नहीं)(?![\p{L}\p{M}])|\b(?:no|ningun[ao]?|sin|aucune?|sem|hana|hakuna)\s+(?:\p{L}+\s+){0,3}(?:known|allerg\p{L}*|alerg\p{L}*|conocidas|conhecidas|connue|mzio)|नहीं|none\s+known|nkda/u;

// The substance stands behind these words.
const told =
  /\b(?:allerg(?:ic|y|ies)[ ]+(?:to|reaction[ ]+to)|hypersensitivity[ ]+to|anaphyla\p{L}+[ ]+(?:to|with)|intoleran(?:t[ ]+of|t[ ]+to|ce[ ]+to|ce[ ]+of)|alergi(?:a|as|c[oa])[ ]+(?:al|a[ ]+la|a[ ]+los|a[ ]+las|a|aos?)(?![\p{L}])|allergi(?:e|que)[ ]+(?:a[ ]+la|a[ ]+l'|au|aux|a)|(?:ana[ ]+)?mzio[ ]+(?:wa|na)|anapata[ ]+mzio[ ]+(?:wa|na))\s*/gu;
const allergens =
  /^(?:penicillin|latex|peanuts?|nuts?|eggs?|milk|sulfa|sulpha|iodine|contrast|shellfish|pollen|aspirin|nsaid|codeine|wasp|bee|dust|strawberry|plaster|elastoplast|cephalosporin|macrolide|quinolone)$/;
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
    for (const [a, b] of items(content)) offer(section.start + a, section.start + b);
  }
  for (const match of folded.matchAll(/(\p{L}{4,})\s+allergy(?!\p{L})/gu)) {
    const word = match[1] ?? '';
    if (isMedicine(word) || allergens.test(word)) offer(match.index, match.index + word.length);
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

/** Items of a list: by full stop, semicolon, line or list number, and by comma unless a reaction is told behind a colon or a dash. */
function items(content: string): [number, number][] {
  const found: [number, number][] = [];
  for (const match of content.matchAll(/(?:[^.;\n(]|\([^()]*\)?)+/g)) {
    const piece = match[0];
    for (const part of piece.matchAll(/(?:\([^()]*\)?|(?!,|\s(?:and|y|et|e|na|और)\s)[^(])+/gu)) {
      const at = match.index + part.index;
      const last = found.at(-1);
      // "Penicillin: rash, swelling": what follows the colon is still the reaction.
      if (last && last[0] >= match.index && /[:]|\s[-–—]\s/.test(content.slice(...last))) last[1] = at + part[0].length;
      else found.push([at, at + part[0].length]);
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
    /^\s*(?:\d{1,2}[.)]\s*|[-•*]\s*)?(?:(?:and|y|et|e|na|और|or|ou)\s+)?(?:allerg(?:ic|y)\s+to\s+|alergia\s+a(?:l|\s+la)?\s+|allergie\s+(?:a\s+la|à\s+la|au|aux|à)\s+|mzio\s+wa\s+|(?:the|la|el|le|les|los|las)\s+)?/iu.exec(
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
