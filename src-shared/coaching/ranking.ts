import type { WordIndex } from './bm25.ts';
import { clinicalTerms } from './lay-words.ts';
import { askedTypes, type QuestionType } from './question-type.ts';
import type { VectorTable } from './vectors.ts';
import { terms } from './words.ts';

/** What ranking needs to know of each passage. */
export interface RankedPassage {
  topic: string;
  synonyms: readonly string[];
  qtype: QuestionType;
  /** The page it stands on, ascending from 0. */
  page: number;
  /** Rows of its question and of its answer's parts in the vector table. */
  q: number;
  c: readonly number[];
  /** First passage with the same answer: itself, or an earlier one. */
  same: number;
}

export interface Ranked {
  passage: number;
  score: number;
  /** Which of the passage's parts is nearest in meaning, and how near (cosine). */
  part: number;
  nearness: number;
}

export interface Ranking {
  ranked: Ranked[];
  /** Highest cosine of any question title and of any part of an answer. */
  nearest: number;
  /** Share of the question's words, by rarity, that the best page has: 0 to 1. */
  covered: number;
}

// A linear score of few parts, fitted on half of the evaluation questions (softmax over passages, L2) and rounded;
// tests/accuracy/coaching.ts prints what it reaches. Scores by words are scaled to their best, times 10; cosines times 10.
const WEIGHTS = { words: 0.45, page: 0.4, title: 1, part: 0.55, named: 0.25, asked: 1.4, unasked: 1.7 };
/** How much a clinical word that stands for a lay one counts beside the question's own words. */
const LAY_WEIGHT = 0.5;
/** A question without any turn of phrase describes a complaint, mostly. */
const UNASKED: ReadonlySet<QuestionType> = new Set(['symptoms', 'information']);

/** Passages by words (BM25F, passage and page), by meaning (titles and parts of answers) and by kind of question. */
export class Ranker {
  readonly #words: WordIndex;
  readonly #vectors: VectorTable;
  readonly #passages: readonly RankedPassage[];
  readonly #pages: Uint32Array;
  readonly #names = new Map<string, { stems: string[]; page: number }[]>();

  constructor(words: WordIndex, vectors: VectorTable, passages: readonly RankedPassage[]) {
    this.#words = words;
    this.#vectors = vectors;
    this.#passages = passages;
    this.#pages = Uint32Array.from(passages, ({ page }) => page);
    let page = -1;
    for (const passage of passages) {
      if (passage.page === page) continue;
      page = passage.page;
      for (const name of [passage.topic, ...passage.synonyms]) this.#addName(name, page);
    }
  }

  /** The question with clinical words for its lay words: what the sentence model is asked. */
  static spoken(question: string): string {
    const added = [...clinicalTerms(question)];
    return added.length === 0 ? question : `${question} ${added.join(' ')}`;
  }

  /** @param vector of `spoken(question)` */
  rank(question: string, vector: Float32Array, limit: number): Ranking {
    const own = terms(question);
    const weighted = new Map([...clinicalTerms(question)].map((term) => [term, LAY_WEIGHT]));
    for (const term of own) weighted.set(term, 1);
    const { documents, groups } = this.#words.scores(weighted, this.#pages);
    const cosines = this.#vectors.cosines(vector);
    const best = { word: highest(documents) || 1, page: highest(groups) || 1 };
    const asked = askedTypes(question);
    const named = this.#namedPages(own);
    const scored = this.#passages.map((passage, n): Ranked => {
      const part = nearestPart(passage.c, cosines);
      const score =
        (10 * WEIGHTS.words * (documents[n] ?? 0)) / best.word +
        (10 * WEIGHTS.page * (groups[passage.page] ?? 0)) / best.page +
        10 * WEIGHTS.title * (cosines[passage.q] ?? 0) +
        10 * WEIGHTS.part * part.nearness +
        WEIGHTS.named * (named.get(passage.page) ?? 0) +
        (asked.has(passage.qtype) ? WEIGHTS.asked : 0) +
        (asked.size === 0 && UNASKED.has(passage.qtype) ? WEIGHTS.unasked : 0);
      return { passage: n, score, ...part };
    });
    scored.sort((a, b) => b.score - a.score || a.passage - b.passage);
    return { ranked: this.#distinct(scored, limit), nearest: highest(cosines), covered: this.#covered(own, best.page) };
  }

  /** The first of each group of passages with the same answer. */
  #distinct(scored: readonly Ranked[], limit: number): Ranked[] {
    const seen = new Set<number>();
    const kept: Ranked[] = [];
    for (const ranked of scored) {
      const same = this.#passages[ranked.passage]?.same ?? ranked.passage;
      if (seen.has(same)) continue;
      seen.add(same);
      kept.push(ranked);
      if (kept.length === limit) break;
    }
    return kept;
  }

  #addName(name: string, page: number): void {
    const stems = [...new Set(terms(name.replace(/\(.*?\)/g, ' ')))];
    const key = stems.toSorted((a, b) => b.length - a.length)[0];
    if (key === undefined) return;
    const list = this.#names.get(key) ?? [];
    if (list.length === 0) this.#names.set(key, list);
    list.push({ stems, page });
  }

  /** Pages whose topic, or another name of it, stands in the question whole, with the rarity of the name's words. */
  #namedPages(own: readonly string[]): Map<number, number> {
    const present = new Set(own);
    const found = new Map<number, number>();
    for (const term of present) {
      for (const { stems, page } of this.#names.get(term) ?? []) {
        if (!stems.every((stem) => present.has(stem))) continue;
        const rarity = stems.reduce((sum, stem) => sum + this.#words.rarity(stem), 0);
        found.set(page, Math.max(found.get(page) ?? 0, rarity));
      }
    }
    return found;
  }

  #covered(own: readonly string[], best: number): number {
    const all = [...new Set(own)].reduce((sum, term) => sum + this.#words.rarity(term), 0);
    return all === 0 ? 0 : Math.min(1, best / all);
  }
}

function nearestPart(rows: readonly number[], cosines: Float32Array): { part: number; nearness: number } {
  let part = 0;
  let nearness = -1;
  rows.forEach((row, n) => {
    const cosine = cosines[row] ?? -1;
    if (cosine > nearness) {
      nearness = cosine;
      part = n;
    }
  });
  return { part, nearness };
}

function highest(values: Float32Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}
