import type { PageText, PageWord } from './types.ts';

/** Lays a text out like a typewriter: a word's box follows from its place in the line, so blanks make columns. For tests. */
export function typed(text: string, change: Partial<Record<string, Partial<PageWord>>> = {}): PageText[] {
  return text.split('\f').map((sheet, n) => {
    const words: PageWord[] = [];
    for (const [row, line] of sheet.replace(/^\n/, '').split('\n').entries()) {
      for (const match of line.matchAll(/\S+/g)) {
        const x = 40 + 6 * match.index;
        const y = 40 + 14 * row;
        words.push({
          text: match[0],
          box: [x, y, x + 6 * match[0].length + 1, y + 11],
          confidence: 0.95,
          doubtful: false,
          ...change[match[0]],
        });
      }
    }
    return { page: n + 1, width: 700, height: 900, text: sheet, words };
  });
}
