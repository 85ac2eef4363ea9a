import vocabulary from '../../../../resources/vocabulary/medicines.json' with { type: 'json' };
import { editDistance, fold } from './fold.ts';

/** Second words that only name a salt or a carrier: the first word alone names the medicine. */
const salts =
  /^(?:sodium|bromide|acetate|hydrochloride|medoxomil|etexilate|carbonate|sulfate|succinate|tartrate|mofetil|propionate|furoate|valerate|besylate|arginine|pegol|axetil|dipivoxil|recombinant|disoproxil|xinafoate|maleate|fumarate|chloride|trihydrate)$/;
const ions =
  /^(?:sodium|potassium|calcium|magnesium|zinc|iron|ferrous|ferric|aluminium|aluminum|lithium|selenium|benzyl|silver)$/;

/**
 * A word of a medicine's name without what differs between English, Spanish, French, Portuguese and Latin spellings:
 * hydrochlorothiazide and hidroclorotiazida both become "idroklorotiasid".
 */
export function skeleton(word: string): string {
  const plain = fold(word).replace(/['-]/g, '');
  const spelled = plain
    .replace(/ph/g, 'f')
    .replace(/y/g, 'i')
    .replace(/qu/g, 'k')
    .replace(/c|ch/g, 'k')
    .replace(/h/g, '')
    .replace(/z/g, 's')
    .replace(/w/g, 'v')
    .replace(/oe/g, 'e')
    .replace(/(.)\1/g, '$1')
    .replace(/m(?=[^aeiou]|$)/g, 'n')
    .replace(/^es(?=[pktl])/, 's');
  return spelled.replace(/(?:iun|un|us)$/, '').replace(/[aeiou]+s?$/, '');
}

/** Skeleton of a name of several words: acids are named either way round. */
function phraseSkeletons(name: string): string[] {
  const words = name.split(/\s+/).map(skeleton);
  const whole = words.join(' ');
  return words.length === 2 ? [whole, `${words[1]} ${words[0]}`] : [whole];
}

const exact = new Set<string>();
const skeletons = new Set<string>();
const byLength = new Map<number, string[]>();

for (const name of [...vocabulary.names, ...vocabulary.otherNames]) {
  for (const part of name.includes('/') ? [...name.split('/'), name] : [name]) {
    const words = part.split(' ');
    add(part);
    if (words.length === 2 && salts.test(words[1] ?? '') && !ions.test(words[0] ?? '')) add(words[0] ?? '');
  }
}

function add(name: string): void {
  exact.add(fold(name.normalize('NFC')).replace(/\p{M}/gu, ''));
  for (const key of phraseSkeletons(name)) {
    if (key.replace(/\s/g, '').length < 5) continue;
    skeletons.add(key);
    const same = byLength.get(key.length);
    if (same) same.push(key);
    else byLength.set(key.length, [key]);
  }
}

/** Whether a printed phrase is a medicine's name, in any of the letters' spellings. */
export function isMedicine(phrase: string): boolean {
  const folded = fold(phrase).replace(/\p{M}/gu, '');
  if (exact.has(folded)) return true;
  const key = folded.split(/\s+/).map(skeleton).join(' ');
  // Short skeletons meet ordinary words by chance.
  return key.length >= 6 && skeletons.has(key);
}

/** Whether a printed word is a medicine's name with one letter wrong, or two in a long one. */
export function isNearlyMedicine(word: string): boolean {
  const key = fold(word).split(/\s+/).map(skeleton).join(' ');
  if (key.length < 6) return false;
  const limit = key.length >= 11 ? 2 : 1;
  for (let length = key.length - limit; length <= key.length + limit; length++) {
    for (const known of byLength.get(length) ?? []) if (editDistance(known, key, limit) <= limit) return true;
  }
  return false;
}
