/** Text with all white space as single blanks. */
export function squeezed(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** Edit distance (Levenshtein) divided by the length of the truth, in code points. */
export function characterErrors(read: string, truth: string): number {
  const [a, b] = [[...read], [...truth]];
  let before = Uint32Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const now = new Uint32Array(b.length + 1);
    now[0] = i;
    for (let j = 1; j <= b.length; j++) {
      now[j] = Math.min((before[j] ?? 0) + 1, (now[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    before = now;
  }
  return (before[b.length] ?? 0) / Math.max(1, b.length);
}
