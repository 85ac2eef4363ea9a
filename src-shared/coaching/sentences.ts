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

/** Runs of whole sentences of about 100 words; a longer sentence is cut. What gets a vector. */
export function chunks(text: string): string[] {
  return parts(text).map((part) => part.join(' '));
}

/** The sentences of each chunk. */
export function parts(text: string): string[][] {
  const found: string[][] = [];
  let part: string[] = [];
  let length = 0;
  for (const sentence of sentences(text).flatMap(cutLong)) {
    const words = wordCount(sentence);
    if (length > 0 && length + words > CHUNK_WORDS) {
      found.push(part);
      part = [];
      length = 0;
    }
    part.push(sentence);
    length += words;
  }
  if (part.length > 0) found.push(part);
  return found;
}

function wordCount(text: string): number {
  return text.split(/\s+/).length;
}

function cutLong(sentence: string): string[] {
  const words = sentence.split(/\s+/);
  const cut: string[] = [];
  while (words.length > CHUNK_WORDS * 1.5) cut.push(words.splice(0, CHUNK_WORDS).join(' '));
  cut.push(words.join(' '));
  return cut;
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
