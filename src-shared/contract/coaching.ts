import { z } from 'zod';
import { Answer, Passage } from '../coaching/answer.ts';
import { procedure } from './procedure.ts';
import { patientId } from './types.ts';

export const passage = Passage.omit({ version: true, topic: true, type: true });

export const answer = Answer.omit({ without: true }).extend({
  passages: z.array(passage),
  /** Why there is no answer, as a sentence. */
  refused: z.string().optional(),
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
