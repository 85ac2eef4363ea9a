import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Answer, Passage } from '../../src-shared/coaching/answer.ts';
import type { House } from '../house.ts';
import { serve } from './serve.ts';

const question = z.string().min(3).max(2000);
const limit = z.number().int().min(1).max(50);

export async function coachingRoutes(app: FastifyInstance, { house }: { house: House }): Promise<void> {
  serve(app, {
    method: 'POST',
    url: '/api/v1/coaching/search',
    summary: 'Passages of the knowledge base',
    from: 'body',
    input: z.object({ question, limit: limit.default(10) }),
    output: z.object({ passages: z.array(Passage) }),
    run: async (input) => ({ passages: await house.coach.search(input.question, input.limit) }),
  });
  serve(app, {
    method: 'POST',
    url: '/api/v1/coaching/ask',
    summary: 'An answer with cited passages',
    from: 'body',
    input: z.object({ question, limit: limit.optional() }),
    output: Answer,
    run: (input) => house.coach.ask(input.question, input.limit),
  });
}
