import { terms } from './words.ts';

// Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.6: BM25F.
const K1 = 1.2;

/** A part of each document: how much a word in it counts, and how far its length is evened out (0 not at all, 1 wholly). */
export interface Field {
  weight: number;
  b: number;
}

/** Words of a question with their weight (1 for its own, less for synonyms). */
export type WeightedTerms = ReadonlyMap<string, number>;

export interface Posting {
  /** Ascending document numbers. */
  documents: Uint32Array;
  /** How present the term is in each, 0 to 255: frequency / (k1 + frequency), all fields together. */
  presence: Uint8Array;
}

const NOWHERE: Posting = { documents: new Uint32Array(), presence: new Uint8Array() };

/** Ranking by words over documents of several fields (BM25F). */
export class WordIndex {
  readonly size: number;
  readonly terms: readonly string[];
  readonly #find: (term: string) => Posting | undefined;

  constructor(size: number, terms: readonly string[], find: (term: string) => Posting | undefined) {
    this.size = size;
    this.terms = terms;
    this.#find = find;
  }

  /** @param documents one string a field, in the order of `fields` */
  static build(documents: readonly (readonly string[])[], fields: readonly Field[]): WordIndex {
    const counted = documents.map((parts) => parts.map(count));
    const means = fields.map(
      (_, f) => counted.reduce((sum, parts) => sum + (parts[f]?.length ?? 0), 0) / (documents.length || 1),
    );
    const lists = new Map<string, { documents: number[]; presence: number[] }>();
    counted.forEach((parts, document) => {
      for (const [term, frequency] of frequencies(parts, fields, means)) {
        const list = lists.get(term) ?? { documents: [], presence: [] };
        if (list.documents.length === 0) lists.set(term, list);
        list.documents.push(document);
        list.presence.push(Math.max(1, Math.round((255 * frequency) / (K1 + frequency))));
      }
    });
    const postings = new Map<string, Posting>();
    for (const [term, list] of [...lists].sort(([a], [b]) => (a < b ? -1 : 1))) {
      postings.set(term, { documents: Uint32Array.from(list.documents), presence: Uint8Array.from(list.presence) });
    }
    return new WordIndex(documents.length, [...postings.keys()], (term) => postings.get(term));
  }

  /**
   * @param groups the group of each document (the page that a passage stands on), ascending
   * @returns the score of each document, and of each group as if each word stood where it is strongest in the group;
   * 0 where no word matches
   */
  scores(question: WeightedTerms, groups: Uint32Array): { documents: Float32Array; groups: Float32Array } {
    const byDocument = new Float32Array(this.size);
    const byGroup = new Float32Array((groups.at(-1) ?? -1) + 1);
    for (const [term, weight] of question) {
      const posting = this.posting(term);
      const factor = (weight * this.#rarity(posting.documents.length)) / 255;
      let group = -1;
      let strongest = 0;
      for (let n = 0; n < posting.documents.length; n++) {
        const document = posting.documents[n] ?? 0;
        const score = factor * (posting.presence[n] ?? 0);
        byDocument[document] = (byDocument[document] ?? 0) + score;
        if (groups[document] !== group) {
          if (group >= 0) byGroup[group] = (byGroup[group] ?? 0) + strongest;
          group = groups[document] ?? 0;
          strongest = 0;
        }
        if (score > strongest) strongest = score;
      }
      if (group >= 0) byGroup[group] = (byGroup[group] ?? 0) + strongest;
    }
    return { documents: byDocument, groups: byGroup };
  }

  /** Inverse document frequency; a word that stands nowhere is as rare as can be. */
  rarity(term: string): number {
    return this.#rarity(this.posting(term).documents.length);
  }

  /** Where a term stands; nowhere when it is unknown. */
  posting(term: string): Posting {
    return this.#find(term) ?? NOWHERE;
  }

  #rarity(n: number): number {
    return Math.log(1 + (this.size - n + 0.5) / (n + 0.5));
  }
}

interface Counted {
  length: number;
  counts: Map<string, number>;
}

function count(text: string): Counted {
  const found = terms(text);
  const counts = new Map<string, number>();
  for (const term of found) counts.set(term, (counts.get(term) ?? 0) + 1);
  return { length: found.length, counts };
}

function frequencies(parts: readonly Counted[], fields: readonly Field[], means: readonly number[]): Map<string, number> {
  const sums = new Map<string, number>();
  parts.forEach((part, f) => {
    const { weight, b } = fields[f] ?? { weight: 0, b: 0 };
    const share = weight / (1 - b + (b * part.length) / (means[f] || 1));
    for (const [term, n] of part.counts) sums.set(term, (sums.get(term) ?? 0) + n * share);
  });
  return sums;
}
