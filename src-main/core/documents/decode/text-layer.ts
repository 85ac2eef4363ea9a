import type { Box, ReadWord } from '../page.ts';
import type { LayerCharacter, RenderedPage } from './pdf.ts';

const LEAST_CHARACTERS = 20; // fewer may be a page number or a stamp over a scan
const MOST_UNMAPPED = 0.02;
const MOST_STRANGE = 0.02;
const MOST_PICTURED = 0.5; // text over a picture of the page is somebody else's recognition: read the picture ourselves
const STRANGE = /[\uFFFD\uE000-\uF8FF\u0000-\u0008\u000E-\u001F]/;

/** The words of a page's text layer, or null where there is none to rely on. */
export function soundLayer({ characters, unmapped, pictured }: RenderedPage): ReadWord[] | null {
  const inked = characters.filter((c) => c.text.trim() !== '');
  if (inked.length < LEAST_CHARACTERS || unmapped > MOST_UNMAPPED || pictured > MOST_PICTURED) return null;
  if (inked.filter((c) => STRANGE.test(c.text)).length > MOST_STRANGE * inked.length) return null;
  return wordsOf(characters);
}

function wordsOf(characters: readonly LayerCharacter[]): ReadWord[] {
  const words: ReadWord[] = [];
  let open: ReadWord | null = null;
  for (const { text, box } of characters) {
    if (text.trim() === '') {
      open = null;
    } else if (open !== null && follows(open.box, box)) {
      open.text += text;
      open.box = [
        Math.min(open.box[0], box[0]),
        Math.min(open.box[1], box[1]),
        Math.max(open.box[2], box[2]),
        Math.max(open.box[3], box[3]),
      ];
    } else {
      open = { text, box: [...box], confidence: 1 };
      words.push(open);
    }
  }
  return words.map((word) => ({ ...word, text: word.text.normalize('NFC') }));
}

/** On the same line and not far to the right: some writers place words without a blank between them. */
function follows(word: Box, next: Box): boolean {
  const height = Math.max(1, word[3] - word[1]);
  const middle = (next[1] + next[3]) / 2;
  return middle > word[1] && middle < word[3] && next[0] - word[2] < 0.6 * height && next[0] > word[0] - height;
}
