import { type Posting, WordIndex } from './bm25.ts';

// Little-endian 32-bit numbers: documents, terms, postings, bytes of the terms' text; the terms apart by line ends, filled up to
// a multiple of four; the number of documents of each term; all document numbers; all presence bytes. It is packed as a whole,
// and read without a copy: 60,000 arrays of their own would take more memory than what is in them.

/** A word index as bytes. */
export function wordIndexBytes(index: WordIndex): Uint8Array {
  const entries = index.terms.map((term) => [term, index.posting(term)] as const);
  const text = new TextEncoder().encode(entries.map(([term]) => term).join('\n'));
  const total = entries.reduce((sum, [, { documents }]) => sum + documents.length, 0);
  const layout = layoutOf(entries.length, total, text.length);
  const bytes = new Uint8Array(layout.end);
  new Uint32Array(bytes.buffer, 0, 4).set([index.size, entries.length, total, text.length]);
  bytes.set(text, layout.text);
  const counts = new Uint32Array(bytes.buffer, layout.counts, entries.length);
  const documents = new Uint32Array(bytes.buffer, layout.documents, total);
  let at = 0;
  entries.forEach(([, posting], n) => {
    counts[n] = posting.documents.length;
    documents.set(posting.documents, at);
    bytes.set(posting.presence, layout.presence + at);
    at += posting.documents.length;
  });
  return bytes;
}

/** The word index that `wordIndexBytes` wrote. The bytes are trusted: their hash was checked. */
export function wordIndexFrom(given: Uint8Array): WordIndex {
  // Numbers are read in place, so the bytes must begin at a multiple of four.
  const bytes = given.byteOffset % 4 === 0 ? given : Uint8Array.from(given);
  const start = bytes.byteOffset;
  const [size = 0, count = 0, total = 0, textLength = 0] = new Uint32Array(bytes.buffer, start, 4);
  const layout = layoutOf(count, total, textLength);
  const terms = new TextDecoder().decode(bytes.subarray(layout.text, layout.text + textLength)).split('\n');
  const counts = new Uint32Array(bytes.buffer, start + layout.counts, count);
  const places = new Map<string, { at: number; length: number }>();
  let at = 0;
  terms.slice(0, count).forEach((term, n) => {
    const length = counts[n] ?? 0;
    places.set(term, { at, length });
    at += length;
  });
  const documents = new Uint32Array(bytes.buffer, start + layout.documents, total);
  const presence = bytes.subarray(layout.presence, layout.end);
  return new WordIndex(size, [...places.keys()], (term): Posting | undefined => {
    const place = places.get(term);
    if (place === undefined) return undefined;
    const end = place.at + place.length;
    return { documents: documents.subarray(place.at, end), presence: presence.subarray(place.at, end) };
  });
}

function layoutOf(terms: number, postings: number, textLength: number) {
  const text = 16;
  const counts = text + Math.ceil(textLength / 4) * 4;
  const documents = counts + 4 * terms;
  const presence = documents + 4 * postings;
  return { text, counts, documents, presence, end: presence + postings };
}
