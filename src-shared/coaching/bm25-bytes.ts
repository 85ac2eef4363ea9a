import { type Posting, WordIndex } from './bm25.ts';

// Numbers in 7 bits a byte, lowest first (as in protobuf): documents, terms, length of the terms' text, the terms apart by line
// ends; then for each term its number of documents, the steps from one document to the next, and the presence bytes.

/** A word index as bytes. */
export function wordIndexBytes(index: WordIndex): Uint8Array {
  const entries = [...index.entries()];
  const text = new TextEncoder().encode(entries.map(([term]) => term).join('\n'));
  const out: number[] = [];
  writeNumber(out, index.size);
  writeNumber(out, entries.length);
  writeNumber(out, text.length);
  for (const byte of text) out.push(byte);
  for (const [, { documents, presence }] of entries) {
    writeNumber(out, documents.length);
    let last = 0;
    for (const document of documents) {
      writeNumber(out, document - last);
      last = document;
    }
    for (const byte of presence) out.push(byte);
  }
  return Uint8Array.from(out);
}

/** The word index that `wordIndexBytes` wrote. The bytes are trusted: their hash was checked. */
export function wordIndexFrom(bytes: Uint8Array): WordIndex {
  let at = 0;
  function readNumber(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
  const size = readNumber();
  const count = readNumber();
  const textLength = readNumber();
  const terms = new TextDecoder().decode(bytes.subarray(at, at + textLength)).split('\n');
  at += textLength;
  const postings = new Map<string, Posting>();
  for (const term of terms.slice(0, count)) {
    const documents = new Uint32Array(readNumber());
    let last = 0;
    for (let n = 0; n < documents.length; n++) {
      last += readNumber();
      documents[n] = last;
    }
    postings.set(term, { documents, presence: bytes.subarray(at, at + documents.length) });
    at += documents.length;
  }
  return new WordIndex(size, postings);
}

function writeNumber(out: number[], value: number): void {
  let rest = value;
  while (rest > 127) {
    out.push((rest & 127) | 128);
    rest >>>= 7;
  }
  out.push(rest);
}
