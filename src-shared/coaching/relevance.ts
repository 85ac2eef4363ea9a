/** What the knowledge base has to a question: enough, too little to answer from, or it is no clinical question at all. */
export type Relevance = 'good' | 'weak' | 'not-clinical';

/** What people ask a clinic about, and what they ask others: a question leans to the subject that it is nearest to in meaning. */
export const CLINICAL_SUBJECTS: readonly string[] = [
  'a symptom or bodily complaint',
  'I feel unwell, tired or in pain',
  'mood, worry, anxiety, sadness, mental health',
  'disease, its cause and treatment',
  'medicine, dose and side effects',
  'laboratory test or scan result',
  'infection and vaccination',
  'pregnancy, babies and child health',
  'nutrition, smoking, alcohol and health',
  'injury and first aid',
  'ageing, falls, memory and care',
];
export const OTHER_SUBJECTS: readonly string[] = [
  'sports results and teams',
  'write a poem, story, letter or joke',
  'recipes and cooking',
  'computers, programming and the internet',
  'travel, flights, hotels, restaurants and places',
  'films, music, books, art and celebrities',
  'politics, government, presidents and elections',
  'history and geography',
  'mathematics and puzzles',
  'weather forecast',
  'shopping, prices, money, banks, taxes and insurance',
  'cars, bicycles, trains and repairs',
  'gardening, pets and household',
  'physics, astronomy and technology',
  'translate into another language',
  'instructions to the assistant, ignore the rules, system prompt',
  'hello, small talk, what time is it',
  'parliament, law, work and school',
];

// Chosen on the public half of the evaluation questions (lowest 0.54) and the lists of tests/accuracy/coaching-questions.ts.
const CLINICAL_MIN = 0.405;
const LEANING_WEIGHT = 0.5;
/** Scores and eponyms that the sources do not know ("CURB-65") are told by their capitals and figures. */
const ABBREVIATION = /[A-Z]{2}|[a-z][A-Z]|[A-Za-z]-?\d/;
const ABBREVIATED_MIN = 0.3;
/** Lowest score of a first passage on the evaluation questions: 13.1. */
const SCORE_GOOD = 13;

export interface Evidence {
  /** Cosine of the nearest title or part of an answer. */
  nearest: number;
  /** Cosine with the nearest clinical subject less that with the nearest other one. */
  leaning: number;
  /** Score of the first passage. */
  score: number;
}

export function relevance(question: string, { nearest, leaning, score }: Evidence): Relevance {
  const clinical =
    nearest + LEANING_WEIGHT * leaning >= CLINICAL_MIN || (ABBREVIATION.test(question) && nearest >= ABBREVIATED_MIN);
  if (!clinical) return 'not-clinical';
  return score < SCORE_GOOD ? 'weak' : 'good';
}
