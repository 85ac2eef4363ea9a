/**
 * How often the right passage is found, and whether what is not clinical is told apart.
 *
 *     node tests/accuracy/coaching.ts [questions.jsonl] [--json]
 *
 * A right passage is the gold one or one of the same topic and kind (LiveQA: judged 3 or 4). Recall is a lower bound: other passages may
 * answer too. Intervals: 95 %, bootstrap over questions, 2,000 draws, seed 1.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { KnowledgeBase } from '../../src-node/knowledge/index.ts';
import { CLINICAL, OTHER, TOPICS } from './coaching-questions.ts';

const shared = process.env.LAMPLIGHT_SHARED ?? join(import.meta.dirname, '../../../shared');
const [file = join(shared, 'data/knowledge/coaching/eval_public.jsonl')] = process.argv
  .slice(2)
  .filter((word) => !word.startsWith('--'));
const DEPTH = 50;

const Question = z.object({ kind: z.string(), question: z.string(), gold_id: z.string(), relevant_ids: z.array(z.string()) });
const questions = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => Question.parse(JSON.parse(line)));

const knowledge = await KnowledgeBase.open();
await knowledge.consult('what is asthma');

interface Outcome {
  kind: string;
  /** 1 for the first passage; Infinity where no right passage is among the first 50. */
  rank: number;
  relevance: string;
  ms: number;
}

const outcomes: Outcome[] = [];
for (const { kind, question, gold_id, relevant_ids } of questions) {
  const right = new Set([gold_id, ...relevant_ids]);
  const start = performance.now();
  const { passages, relevance } = await knowledge.consult(question, { limit: DEPTH, quotes: false });
  const place = passages.findIndex(({ id }) => right.has(id));
  outcomes.push({ kind, rank: place < 0 ? Infinity : place + 1, relevance, ms: performance.now() - start });
}

const kinds = [...new Set(outcomes.map(({ kind }) => kind))].map((kind) => {
  const ranks = outcomes.filter((outcome) => outcome.kind === kind).map(({ rank }) => rank);
  const recall = (depth: number) => interval(ranks.map((rank) => (rank <= depth ? 1 : 0)));
  return {
    kind,
    n: ranks.length,
    'R@1': recall(1),
    'R@5': recall(5),
    'R@10': recall(10),
    MRR: interval(ranks.map((rank) => 1 / rank)),
  };
});

const topicRanks: number[] = [];
for (const [question, topic, type] of TOPICS) {
  const passages = await knowledge.search(question, { limit: 10 });
  const right = (kind: string) => type === undefined || kind === type || kind === 'information';
  const place = passages.findIndex((passage) => topic.test(passage.topic) && right(passage.type));
  topicRanks.push(place < 0 ? Infinity : place + 1);
}
const topics = { n: topicRanks.length, 'R@5': interval(topicRanks.map((rank) => (rank <= 5 ? 1 : 0))) };

const judged = async (texts: readonly string[]) => {
  const counts: Record<string, string[]> = { good: [], weak: [], 'not-clinical': [] };
  for (const text of texts) counts[(await knowledge.consult(text, { quotes: false })).relevance]?.push(text);
  return counts;
};
const clinical = await judged(CLINICAL);
const other = await judged(OTHER);
await knowledge.close();

const times = outcomes.map(({ ms }) => ms).sort((a, b) => a - b);
const report = {
  kinds,
  topics,
  evaluationRefused: outcomes.filter(({ relevance }) => relevance === 'not-clinical').length,
  evaluationWeak: outcomes.filter(({ relevance }) => relevance === 'weak').length,
  clinical: { n: CLINICAL.length, refused: clinical['not-clinical'], weak: clinical.weak },
  other: { n: OTHER.length, refused: other['not-clinical']?.length, answered: other.good, weak: other.weak },
  ms: { median: times[Math.floor(times.length / 2)], p95: times[Math.floor(times.length * 0.95)] },
};

if (process.argv.includes('--json')) console.log(JSON.stringify(report, null, 2));
else print();

function print(): void {
  for (const { kind, n, ...figures } of kinds) {
    const text = Object.entries(figures).map(([name, figure]) => `${name} ${shown(figure)}`);
    console.log(`${kind} (${n}): ${text.join(', ')}`);
  }
  console.log(`our own complaints, right topic (${topics.n}): R@5 ${shown(topics['R@5'])}`);
  console.log(`evaluation questions refused as not clinical: ${report.evaluationRefused}, judged weak: ${report.evaluationWeak}`);
  console.log(
    `clinical questions refused: ${report.clinical.refused?.length} of ${report.clinical.n}${list(report.clinical.refused)}; weak: ${report.clinical.weak?.length}${list(report.clinical.weak)}`,
  );
  console.log(
    `other questions refused: ${report.other.refused} of ${report.other.n}; weak${list(report.other.weak)}; answered${list(report.other.answered)}`,
  );
  console.log(`ms to search a question: median ${report.ms.median?.toFixed(0)}, 95th percentile ${report.ms.p95?.toFixed(0)}`);
}

function shown({ mean, low, high }: { mean: number; low: number; high: number }): string {
  return `${mean.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
}

function list(texts: readonly string[] | undefined): string {
  return texts === undefined || texts.length === 0 ? ': none' : `: ${texts.join(' | ')}`;
}

function interval(values: readonly number[]): { mean: number; low: number; high: number } {
  const random = mulberry32(1);
  const mean = (draw: () => number) => values.reduce((sum) => sum + draw(), 0) / values.length;
  const draws = Array.from({ length: 2000 }, () => mean(() => values[Math.floor(random() * values.length)] ?? 0)).sort(
    (a, b) => a - b,
  );
  let n = 0;
  return { mean: mean(() => values[n++] ?? 0), low: draws[49] ?? 0, high: draws[1949] ?? 0 };
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
