import { z } from 'zod';
import { procedure } from './procedure.ts';
import { patientId } from './types.ts';

export const passage = z.object({
  /** The number by which the answer cites it, from 1. */
  n: z.number(),
  id: z.string(),
  source: z.string(),
  section: z.string(),
  text: z.string(),
  score: z.number(),
  url: z.string().optional(),
  retrieved: z.string().optional(),
});

export const answer = z.object({
  question: z.string(),
  /** Sentences with the passages that carry them; `supported: false` is marked on screen. */
  answer: z.array(z.object({ text: z.string(), cites: z.array(z.number()), supported: z.boolean() })).optional(),
  passages: z.array(passage),
  /** Why there is no answer: not clinical, or nothing near enough was found. */
  refused: z.string().optional(),
  from: z.enum(['server', 'local']),
  by: z.string().optional(),
  next: z.array(z.string()),
  ms: z.number(),
});

export const coaching = {
  'coaching.ask': procedure({
    kind: 'query',
    input: z.object({ question: z.string().min(3).max(2000), patient: patientId.optional() }),
    output: answer,
    permission: 'coaching.ask',
    patient: (input) => input.patient,
    audit: 'E',
    summary: 'Ask the knowledge base; identifiers are replaced before anything leaves this machine',
  }),
};
