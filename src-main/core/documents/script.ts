import { quarterTurns } from './clean/raster.ts';
import type { ReadLine } from './engines/neural/read-line.ts';
import { readWithTesseract } from './engines/tesseract.ts';
import { type Box, type Grey, grey, type ReadWord } from './page.ts';

/** Never hin+eng, which drops the digit 1 without a trace. */
export const HINDI = 'eng+hin';

const SAMPLE_LINES = 4;
const MARGIN = 24; // pixels of white around each line of the sample
const CONVINCING_LETTERS = 0.2; // share of Devanagari letters that makes a page Hindi
const LEAST_LETTERS = 8;

/**
 * Looks at some lines that the Latin engine could not read: are they Devanagari, and which way up?
 * @returns quarter turns until the page stands upright, or null when it is not Devanagari
 */
export async function hindiTurns(
  page: Grey,
  lines: readonly ReadLine[],
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const width = ({ box }: ReadLine) => box[2] - box[0];
  const unread = [...lines].sort((a, b) => (1 - b.confidence) * width(b) - (1 - a.confidence) * width(a)).slice(0, SAMPLE_LINES);
  const sample = stacked(
    page,
    unread.map((line) => line.box),
  );
  const upright = letters(await readWithTesseract(sample, HINDI, signal));
  const turned = letters(await readWithTesseract(quarterTurns(sample, 2), HINDI, signal));
  const best = turned.sure > upright.sure ? turned : upright;
  if (best.count < LEAST_LETTERS || best.devanagari < CONVINCING_LETTERS * best.count) return null;
  return best === turned ? 2 : 0;
}

function letters(words: readonly ReadWord[]): { count: number; devanagari: number; sure: number } {
  const text = words.map((word) => word.text).join('');
  const sure = words.reduce((sum, word) => sum + word.text.length * Math.max(0, word.confidence - 0.5), 0);
  return { count: text.length, devanagari: text.match(/\p{Script=Devanagari}/gu)?.length ?? 0, sure };
}

/** The boxes of the page one below the other. */
function stacked(page: Grey, boxes: readonly Box[]): Grey {
  const width = Math.max(...boxes.map((box) => box[2] - box[0])) + 2 * MARGIN;
  const height = boxes.reduce((sum, box) => sum + box[3] - box[1] + MARGIN, MARGIN);
  const out = grey(width, height, 255);
  let y = MARGIN;
  for (const [x0, y0, x1, y1] of boxes) {
    for (let row = y0; row < y1; row++, y++) {
      out.data.set(page.data.subarray(row * page.width + x0, row * page.width + x1), y * width + MARGIN);
    }
    y += MARGIN;
  }
  return out;
}
