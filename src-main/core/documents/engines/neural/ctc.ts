import type { Box } from '../../page.ts';

/** One character that the network saw, with its place along the line. */
export interface Seen {
  text: string;
  /** Probability, 0 to 1. */
  confidence: number;
  /** Steps of the network's output at which it begins and ends. */
  from: number;
  to: number;
}

/**
 * Greedy CTC decoding (Graves et al. 2006): the best class of each step, repeats folded, blanks dropped.
 * @param probabilities steps x classes, row by row
 * @param labels text of each class, '' for the blank
 */
export function decodeCtc(probabilities: Float32Array, steps: number, labels: readonly string[]): Seen[] {
  const classes = labels.length;
  const seen: Seen[] = [];
  let before = -1;
  for (let step = 0; step < steps; step++) {
    const row = step * classes;
    let best = 0;
    let probability = -1;
    for (let c = 0; c < classes; c++) {
      const p = probabilities[row + c] ?? 0;
      if (p > probability) {
        probability = p;
        best = c;
      }
    }
    const label = labels[best] ?? '';
    const last = seen.at(-1);
    if (label !== '' && best === before && last !== undefined) {
      last.to = step + 1;
      last.confidence = Math.max(last.confidence, probability);
    } else if (label !== '') {
      seen.push({ text: label, confidence: probability, from: step, to: step + 1 });
    }
    before = best;
  }
  return seen;
}

/** The characters of a line as words with boxes; a step is `stepWidth` pixels of the page wide. */
export function wordsOf(seen: readonly Seen[], line: Box, stepWidth: number): { text: string; box: Box; confidence: number }[] {
  const words: { text: string; box: Box; confidence: number }[] = [];
  let run: Seen[] = [];
  const close = () => {
    const first = run[0];
    const last = run.at(-1);
    if (first !== undefined && last !== undefined) {
      const x0 = Math.round(line[0] + (first.from - 0.5) * stepWidth);
      const x1 = Math.round(line[0] + (last.to + 0.5) * stepWidth);
      words.push({
        text: run.map((s) => s.text).join(''),
        box: [Math.max(line[0], x0), line[1], Math.min(line[2], Math.max(x1, x0 + 1)), line[3]],
        confidence: Math.min(...run.map((s) => s.confidence)),
      });
    }
    run = [];
  };
  for (const s of seen) {
    if (s.text === ' ') close();
    else run.push(s);
  }
  close();
  return words;
}
