/** Questions to the server's knowledge base. */
import { z } from 'zod';
import type { Answer } from '../../../src-node/knowledge/answer.ts';
import { QUESTION_TYPES } from '../../../src-shared/coaching/question-type.ts';
import type { ServerLine } from './line.ts';

const passage = z.object({
  n: z.number(),
  id: z.string(),
  source: z.string(),
  section: z.string(),
  text: z.string(),
  score: z.number(),
  url: z.string(),
  retrieved: z.string(),
  version: z.string(),
  topic: z.string(),
  type: z.enum(QUESTION_TYPES),
});
const answer = z.object({
  question: z.string(),
  answer: z.array(z.object({ text: z.string(), cites: z.array(z.number()), supported: z.boolean() })).optional(),
  passages: z.array(passage),
  refused: z.enum(['question-not-clinical', 'nothing-near-enough']).optional(),
  from: z.enum(['server', 'local']),
  by: z.string().optional(),
  without: z.string().optional(),
  next: z.array(z.string()),
}) satisfies z.ZodType<Answer>;

/** @param question without identifiers: it leaves this machine as it is */
export function askServer(line: ServerLine, question: string): Promise<Answer> {
  return line.json(answer, { path: '/api/v1/coaching/ask', json: { question } });
}
