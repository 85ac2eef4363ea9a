import { rowsOf } from './layout.ts';
import { hasDigit, numberShape } from './numbers.ts';
import type { Box, ReadWord, Word } from './page.ts';

type Merged = Omit<Word, 'line'>;

const SURE = 0.8; // below it a word alone is doubtful
const NOISE = 0.55; // what one engine alone saw with less is a speck or a rule
const NUMBER_SURE = 0.5; // agreed numbers stay doubtful below it
const WIDER = 1.4; // a box so much wider belongs to more than the word
const COMMA_LANGUAGES: readonly string[] = ['spa', 'fra', 'por'];
const DECIMAL_COMMA = /\d,\d/;
const DEVANAGARI = /\p{Script=Devanagari}/u;

/**
 * Joins what two engines read into one list of words. Words over the same place form a group; where the letters agree the group is sure, where
 * not the more plausible reading is taken and marked. A number is unmarked only when both engines saw the same digits and signs.
 * @param language Tesseract's code: the neural engine knows Latin letters only, and some languages write decimals with a comma
 */
export function merge(tesseract: readonly ReadWord[], neural: readonly ReadWord[], language: string): Merged[] {
  const latin = !language.includes('hin');
  const comma = COMMA_LANGUAGES.includes(language);
  const tagged = [
    ...tesseract.map((word) => ({ ...word, by: 't' as const })),
    ...neural.map((word) => ({ ...word, by: 'n' as const })),
  ];
  return rowsOf(tagged).flatMap((row) =>
    groupsOf(row).flatMap((group) => {
      const t = group.filter((word) => word.by === 't').sort(leftFirst);
      const n = group.filter((word) => word.by === 'n').sort(leftFirst);
      return latin ? settle(t, n, comma) : settleOther(t, n);
    }),
  );
}

/** Words of a row whose widths overlap, over either engine's words. */
function groupsOf<T extends { box: Box }>(row: readonly T[]): T[][] {
  const groups: { words: T[]; right: number }[] = [];
  for (const word of [...row].sort(leftFirst)) {
    const last = groups.at(-1);
    const width = word.box[2] - word.box[0];
    const height = word.box[3] - word.box[1];
    if (last !== undefined && last.right - word.box[0] > Math.min(0.35 * width, 0.35 * height)) {
      last.words.push(word);
      last.right = Math.max(last.right, word.box[2]);
    } else {
      groups.push({ words: [word], right: word.box[2] });
    }
  }
  return groups.map((group) => group.words);
}

function settle(t: readonly ReadWord[], n: readonly ReadWord[], comma: boolean): Merged[] {
  if (n.length === 0) return t.filter((word) => word.confidence >= NOISE && !onlySigns(word.text)).map((word) => single(word));
  if (t.length === 0) return n.filter((word) => word.confidence >= NOISE).map((word) => single(word));
  const [tText, nText] = [joined(t), joined(n)];
  const [tSure, nSure] = [least(t), least(n)];
  if (plain(tText) === plain(nText)) {
    const confidence = 1 - (1 - tSure) * (1 - nSure);
    const exact = betterParted(n, t) ? n : tText === nText ? t : spelled(t, n);
    return exact.map(({ text, box }) => ({
      text,
      box: exact === n ? tight(box, t) : box,
      confidence,
      doubtful: hasDigit(text) && confidence < NUMBER_SURE,
    }));
  }
  if (t.length === n.length && t.length > 1) return t.flatMap((word, i) => settle([word], n.slice(i, i + 1), comma));
  const numbersDiffer = numberShape(tText) !== numberShape(nText);
  const preferred = clipped(nText, tText) && tSure > SURE ? t : nSure + 0.15 >= tSure ? n : t;
  const chosen = comma && sameButSign(tText, nText) ? (DECIMAL_COMMA.test(tText) ? t : n) : preferred;
  return chosen.map(({ text, box, confidence }) => ({
    text,
    box: tight(box, t),
    confidence: Math.min(confidence, 0.7),
    doubtful: (numbersDiffer && hasDigit(tText + nText)) || letters(tText) !== letters(nText),
  }));
}

/** The same digits, a point read by one engine and a comma by the other. */
function sameButSign(a: string, b: string): boolean {
  return plain(a).replace(/,/g, '.') === plain(b).replace(/,/g, '.') && DECIMAL_COMMA.test(a) !== DECIMAL_COMMA.test(b);
}

/** A page of another script: Tesseract reads, the neural engine checks the numbers. */
function settleOther(t: readonly ReadWord[], n: readonly ReadWord[]): Merged[] {
  const nText = joined(n);
  if (t.length === 0) {
    return n.filter((word) => hasDigit(word.text) && word.confidence >= 0.9).map((word) => ({ ...word, doubtful: true }));
  }
  return t
    .filter((word) => word.confidence >= 0.2 || hasDigit(word.text))
    .map((word) => {
      const { text, box, confidence } = word;
      const foreign = !DEVANAGARI.test(text);
      if (!hasDigit(text) && !(foreign && hasDigit(nText))) {
        const better = foreign && n.length > 0 && least(n) > 0.9 && confidence < 0.9 && plain(nText) !== plain(text);
        return { text: better ? nText : text, box, confidence: better ? 0.7 : confidence, doubtful: better || confidence < SURE };
      }
      const seen = numberShape(text);
      const other = n.length > 0 && least(n) > 0.9 && confidence < 0.6 && foreign;
      if (other) return { text: nText, box, confidence: 0.6, doubtful: true };
      if (nText !== '' && numberShape(nText) === seen)
        return { text, box, confidence: Math.max(confidence, least(n)), doubtful: false };
      return { text, box, confidence: Math.min(confidence, 0.6), doubtful: true };
    });
}

/** Only one engine saw it; a number is then never sure. */
function single({ text, box, confidence }: ReadWord): Merged {
  return {
    text,
    box,
    confidence: Math.min(confidence, hasDigit(text) ? 0.6 : 0.9),
    doubtful: hasDigit(text) || confidence < SURE,
  };
}

/** Which engine's blanks to believe where the letters agree: more words, unless a blank falls into a number. */
function betterParted(n: readonly ReadWord[], t: readonly ReadWord[]): boolean {
  const torn = (words: readonly ReadWord[]) =>
    words.filter((word, i) => /\d[.,/]?$/.test(word.text) && /^[.,/]?\d/.test(words[i + 1]?.text ?? '')).length;
  return torn(n) === torn(t) ? n.length > t.length : torn(n) < torn(t);
}

/** The words of one engine in the spelling of the other: Tesseract parts words better, the neural engine knows more signs. */
function spelled(t: readonly ReadWord[], n: readonly ReadWord[]): ReadWord[] {
  const letters = joined(n);
  const lengths = t.map((word) => word.text.length);
  if (lengths.reduce((sum, l) => sum + l, 0) !== letters.length) return [...t];
  let at = 0;
  return t.map((word, i) => {
    const text = letters.slice(at, at + (lengths[i] ?? 0));
    at += lengths[i] ?? 0;
    return { ...word, text };
  });
}

/** Tesseract's boxes sit closer to the ink: take the union of those that a word covers, their height alone where they cover more than the word. */
function tight(box: Box, others: readonly ReadWord[]): Box {
  const over = others.filter(
    ({ box: o }) => Math.min(o[2], box[2]) - Math.max(o[0], box[0]) > 0.5 * Math.min(o[2] - o[0], box[2] - box[0]),
  );
  if (over.length === 0) return box;
  const [y0, y1] = [Math.min(...over.map((w) => w.box[1])), Math.max(...over.map((w) => w.box[3]))];
  const [x0, x1] = [Math.min(...over.map((w) => w.box[0])), Math.max(...over.map((w) => w.box[2]))];
  return x1 - x0 > WIDER * (box[2] - box[0]) ? [box[0], y0, box[2], y1] : [x0, y0, x1, y1];
}

/** The first lacks only signs at its ends, which a box cut too close has lost. */
function clipped(short: string, long: string): boolean {
  return (
    short.length < long.length && long.replace(/^[("'[]+|[.,;:)\]"'%]+$/g, '') === short.replace(/^[("'[]+|[.,;:)\]"'%]+$/g, '')
  );
}

function joined(words: readonly ReadWord[]): string {
  return words.map((word) => word.text).join('');
}

function least(words: readonly ReadWord[]): number {
  return Math.min(...words.map((word) => word.confidence));
}

/** Without the differences that mean nothing: kinds of quotes and dashes, degree and ordinal signs. */
function plain(text: string): string {
  return text
    .replace(/[‘’`´′]/g, "'")
    .replace(/[“”„″]/g, '"')
    .replace(/[−–—]/g, '-')
    .replace(/[º˚]/g, '°')
    .replace(/µ/g, 'μ')
    .replace(/…/g, '...');
}

function letters(text: string): string {
  return plain(text).replace(/[^\p{L}\d]/gu, '');
}

function onlySigns(text: string): boolean {
  return !/[\p{L}\d%]/u.test(text);
}

function leftFirst(a: { box: Box }, b: { box: Box }): number {
  return a.box[0] - b.box[0];
}
