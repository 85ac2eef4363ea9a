import type { ReadLine } from './engines/neural/read-line.ts';

/** The commonest small words, which carry the grammar; short lists of the kind used for stop words, without those that English has too. */
const SMALL_WORDS: Readonly<Record<string, string>> = {
  eng: 'the of and to in is for with on at by was from be are this that not has he she his her or as it please patient daily once twice weeks',
  spa: 'el la los las del en que con por para una se su al es lo como más años paciente fue sin desde cada día horas',
  fra: 'le la les des du et que avec pour une est pas dans sur au aux par cette il elle ne sans fois jour depuis vous',
  por: 'os da dos das em que com por para um uma não ao mais anos vez dia horas utente sem desde pelo pela foi',
  swa: 'na ya wa kwa ni za katika hii huyo mgonjwa kila mara siku kuhusu alikuwa ana bila hakuna tafadhali dawa wiki baada pamoja mwenye miaka',
};
const TELLING: ReadonlyArray<readonly [letters: RegExp, language: string, weight: number]> = [
  [/[ñ¿¡]/g, 'spa', 3],
  [/ción\b/g, 'spa', 2],
  [/[ãõ]/g, 'por', 3],
  [/ção\b/g, 'por', 2],
  [/[èêëàùœ]/g, 'fra', 2],
];

const UNSURE = 0.85; // mean confidence of a line that may be of another script
const OTHER_SCRIPT = 0.3; // share of the text, by width, in lines of little confidence
const LEAST_SIGNS = 3;

/** Share of a page's text, by width, that the Latin engine could not read. */
function unreadShare(lines: readonly ReadLine[]): number {
  let all = 0;
  let unread = 0;
  for (const { box, confidence } of lines) {
    const width = box[2] - box[0];
    all += width;
    if (confidence < UNSURE) unread += width;
  }
  return all === 0 ? 0 : unread / all;
}

/** Whether so much could not be read that the page may be in another script. */
export function maybeOtherScript(lines: readonly ReadLine[]): boolean {
  return unreadShare(lines) > OTHER_SCRIPT;
}

/** Tesseract's code of the language that a text in Latin script is written in; English where nothing speaks for any. */
export function languageOf(text: string): string {
  return languageIn(text) ?? 'eng';
}

/** The same, null where nothing speaks for any. */
export function languageIn(text: string): string | null {
  const words = text.toLocaleLowerCase('en').match(/\p{L}+/gu) ?? [];
  let best: { language: string | null; score: number } = { language: null, score: LEAST_SIGNS - 1 };
  for (const [language, list] of Object.entries(SMALL_WORDS)) {
    const small = new Set(list.split(' '));
    let score = words.filter((word) => small.has(word)).length;
    for (const [letters, of, weight] of TELLING) if (of === language) score += (text.match(letters)?.length ?? 0) * weight;
    if (score > best.score) best = { language, score };
  }
  return best.language;
}
