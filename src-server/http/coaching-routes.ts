import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { House } from '../house.ts';

const question = z.string().min(3).max(2000);

export async function coachingRoutes(fastify: FastifyInstance, { house }: { house: House }): Promise<void> {
  const app = fastify.withTypeProvider<ZodTypeProvider>();
  app.post(
    '/api/v1/coaching/search',
    {
      schema: {
        summary: 'Passages of the knowledge base',
        body: z.object({ question, limit: z.number().int().min(1).max(50).default(10) }),
      },
    },
    async ({ body }) => ({ passages: await house.coach.search(body.question, body.limit) }),
  );
  app.post(
    '/api/v1/coaching/ask',
    {
      schema: {
        summary: 'An answer with cited passages',
        body: z.object({ question, limit: z.number().int().min(1).max(50).optional() }),
      },
    },
    async ({ body }) => house.coach.ask(body.question, body.limit),
  );
}
