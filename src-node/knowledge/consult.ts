import type { Passage } from '../../src-shared/coaching/answer.ts';
import type { KnowledgeManifest, StoredPassage } from '../../src-shared/coaching/passages.ts';
import { bestQuotes, type Quote, quotable } from '../../src-shared/coaching/quotes.ts';
import { type Ranked, Ranker } from '../../src-shared/coaching/ranking.ts';
import { CLINICAL_SUBJECTS, OTHER_SUBJECTS, type Relevance, relevance } from '../../src-shared/coaching/relevance.ts';
import type { SentenceModel } from '../sentence-model/index.ts';
import type { Library } from './load.ts';

/** What a knowledge base says to a question. */
export interface Consultation {
  /** The sentence model that looked: `id version`. */
  model: string;
  relevance: Relevance;
  passages: Passage[];
  /** Sentences of the first passages that come nearest to the question, word for word. */
  quotes: Quote[];
  /** Questions that the pages of the first passage answer besides. */
  next: string[];
}

const QUOTED_PASSAGES = 3;
const QUOTES_MAX = 5;
/** Sentences that are compared with the question; each takes some 4 ms. */
const CANDIDATES_MAX = 16;
const NEXT_MAX = 4;

/** A loaded library with the model that made its vectors. */
export interface Reader {
  library: Library;
  model: SentenceModel;
  subjects: { clinical: Float32Array[]; other: Float32Array[] };
}

export async function reader(library: Library, model: SentenceModel): Promise<Reader> {
  const [clinical, other] = [await model.embed(CLINICAL_SUBJECTS), await model.embed(OTHER_SUBJECTS)];
  return { library, model, subjects: { clinical, other } };
}

/** Answers from a loaded library; blocks its thread for some 50 ms, with quotes for three times that. */
export async function consult(
  { library, model, subjects }: Reader,
  question: string,
  options: { limit: number; quotes: boolean },
): Promise<Consultation> {
  const [vector = new Float32Array(), plain = vector] = await model.embed([Ranker.spoken(question), question]);
  const { ranked, nearest } = library.ranker.rank(question, vector, options.limit);
  const leaning = highest(subjects.clinical, plain) - highest(subjects.other, plain);
  const judged = relevance(question, { nearest, leaning, score: ranked[0]?.score ?? 0 });
  const by = `${model.id} ${model.version}`;
  if (judged === 'not-clinical') return { model: by, relevance: judged, passages: [], quotes: [], next: [] };
  const stored = ranked.map((one) => library.passage(one.passage));
  const passages = ranked.map((one, place) => passageOf(place + 1, one, stored[place], library.manifest));
  const candidates = ranked
    .slice(0, QUOTED_PASSAGES)
    .flatMap((one, place) => quotable(stored[place]?.answer ?? '', one.part).map((text): Quote => ({ n: place + 1, text })));
  const quotes =
    options.quotes && judged === 'good' ? await nearestQuotes(model, vector, candidates.slice(0, CANDIDATES_MAX)) : [];
  return { model: by, relevance: judged, passages, quotes, next: nextQuestions(library, ranked[0]?.passage ?? 0, passages) };
}

async function nearestQuotes(model: SentenceModel, vector: Float32Array, candidates: readonly Quote[]): Promise<Quote[]> {
  const vectors = await model.embed(candidates.map(({ text }) => text));
  const cosines = vectors.map((other) => dot(vector, other));
  return bestQuotes(candidates, cosines, QUOTES_MAX);
}

function passageOf(n: number, ranked: Ranked, stored: StoredPassage | undefined, manifest: KnowledgeManifest): Passage {
  if (stored === undefined) throw new Error('a ranked passage is not in the library');
  return {
    n,
    id: stored.id,
    source: stored.source,
    section: `${stored.topic}: ${stored.qtype}`,
    text: stored.answer,
    score: Math.round(ranked.score * 100) / 100,
    url: stored.url,
    retrieved: manifest.retrieved,
    version: `${manifest.id} ${manifest.version}`,
    topic: stored.topic,
    type: stored.qtype,
  };
}

/** One question for each other kind of passage on the page, in the page's order. */
function nextQuestions(library: Library, first: number, shown: readonly Passage[]): string[] {
  const page = pageOf(library.passage(first).id);
  let start = first;
  while (start > 0 && pageOf(library.passage(start - 1).id) === page) start--;
  const seen = new Set<string>(shown.slice(0, 1).map(({ type }) => type));
  const found: string[] = [];
  for (let n = start; n < library.size && found.length < NEXT_MAX; n++) {
    const { id, qtype, question } = library.passage(n);
    if (pageOf(id) !== page) break;
    if (seen.has(qtype)) continue;
    seen.add(qtype);
    found.push(question.replace('What is (are)', 'What is').replace(/^./, (letter) => letter.toUpperCase()));
  }
  return found;
}

function pageOf(id: string): string {
  return id.replace(/-[^-]*$/, '');
}

function highest(vectors: readonly Float32Array[], vector: Float32Array): number {
  return Math.max(...vectors.map((other) => dot(other, vector)));
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += (a[n] ?? 0) * (b[n] ?? 0);
  return sum;
}
