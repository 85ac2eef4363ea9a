/** Words in a chunk: about 130 word pieces, half of what the sentence model reads. */
const CHUNK_WORDS = 100;

const ABBREVIATION = /(?:\b(?:Dr|Mr|Mrs|Ms|St|vs|etc|e\.g|i\.e|approx|Fig|No|Inc|U\.S)|\b[A-Z])\.$/;

/** Sentences and list items of a passage, in order, without their bullets. */
export function sentences(text: string): string[] {
  return text
    .split(/\n+/)
    .flatMap(splitLine)
    .map((sentence) => sentence.replace(/^[-•*\s]+/, '').trim())
    .filter((sentence) => sentence !== '');
}

/** Runs of whole sentences of about 100 words; a longer sentence is cut. */
export function chunks(text: string): string[] {
  const found: string[] = [];
  let words: string[] = [];
  for (const sentence of sentences(text)) {
    const next = sentence.split(/\s+/);
    if (words.length > 0 && words.length + next.length > CHUNK_WORDS) {
      found.push(words.join(' '));
      words = [];
    }
    words.push(...next);
    while (words.length > CHUNK_WORDS * 1.5) found.push(words.splice(0, CHUNK_WORDS).join(' '));
  }
  if (words.length > 0) found.push(words.join(' '));
  return found;
}

function splitLine(line: string): string[] {
  const parts: string[] = [];
  for (const part of line.split(/(?<=[.!?]["')\]]?)\s+(?=[A-Z0-9"'(])/)) {
    const last = parts.at(-1);
    if (last !== undefined && ABBREVIATION.test(last)) parts[parts.length - 1] = `${last} ${part}`;
    else parts.push(part);
  }
  return parts;
}
