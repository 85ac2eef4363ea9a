import { z } from 'zod';
import { QUESTION_TYPES } from './question-type.ts';

/** A passage as it is shown and cited. */
export const Passage = z.object({
  /** The number by which an answer cites it, from 1. */
  n: z.number(),
  id: z.string(),
  source: z.string(),
  /** Topic and kind of question, such as "Asthma: treatment". */
  section: z.string(),
  text: z.string(),
  /** Higher is nearer; comparable within one search only. */
  score: z.number(),
  url: z.string(),
  /** When the text was taken from its site: it may be out of date. */
  retrieved: z.string(),
  /** Version of the knowledge base. */
  version: z.string(),
  topic: z.string(),
  type: z.enum(QUESTION_TYPES),
});
export type Passage = z.output<typeof Passage>;

/** What a question is answered with, here or by the server. */
export const Answer = z.object({
  question: z.string(),
  /** Sentences with the passages that carry them, absent when refused; `supported: false` is marked on screen. */
  answer: z.array(z.object({ text: z.string(), cites: z.array(z.number()), supported: z.boolean() })).optional(),
  /** Best first. */
  passages: z.array(Passage),
  /** With `nothing-near-enough` the passages are shown but no answer is made of them. */
  refused: z.enum(['question-not-clinical', 'nothing-near-enough']).optional(),
  from: z.enum(['server', 'local']),
  /** The sentence model that found the passages: `id version`. Missing from a server of an earlier version. */
  foundBy: z.string().optional(),
  /** The language model that wrote the answer; absent when its sentences are the passages' own. */
  by: z.string().optional(),
  /** Why a server or language model that is set up has not answered: an error code. */
  without: z.string().optional(),
  next: z.array(z.string()),
});
export type Answer = z.output<typeof Answer>;
