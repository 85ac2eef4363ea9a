import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { toHex } from '../../src-shared/audit/chain.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import {
  auditAnswer,
  auditRequest,
  enrolAnswer,
  enrolRequest,
  pullAnswer,
  pullRequest,
  pushAnswer,
  pushRequest,
} from '../../src-shared/sync/protocol.ts';
import { auditCount, receiveAudit } from '../audit/index.ts';
import { enrol } from '../devices/index.ts';
import type { House } from '../house.ts';
import { pull, push } from '../records/index.ts';

/** Wrong codes in a minute, from all addresses together: a secret of 64 bits is not guessed at this pace. */
const WRONG_CODES_MAX = 20;

export async function syncRoutes(fastify: FastifyInstance, { house }: { house: House }): Promise<void> {
  const app = fastify.withTypeProvider<ZodTypeProvider>();
  const wrong: number[] = [];

  app.post(
    '/api/v1/enrol',
    {
      config: { open: true },
      schema: { summary: 'Pair a workstation by its one-time code', body: enrolRequest, response: { 200: enrolAnswer } },
    },
    async ({ body }) => {
      const now = house.now();
      while (wrong[0] !== undefined && wrong[0] < now.getTime() - 60_000) wrong.shift();
      if (wrong.length >= WRONG_CODES_MAX) throw new AppError('busy');
      await enrol(house.database, body, now).catch((thrown: unknown) => {
        if (thrown instanceof AppError) wrong.push(now.getTime());
        throw thrown;
      });
      const { id, name, publicKey } = house.identity;
      house.log(`enrolled workstation ${body.device}`);
      return { server: { id, name, publicKey: toHex(publicKey) } };
    },
  );
  app.post(
    '/api/v1/sync/push',
    { schema: { summary: 'Send changes; each is answered by itself', body: pushRequest, response: { 200: pushAnswer } } },
    async ({ body, device }) => push(house.database, device, body, house.now().toISOString()),
  );
  app.get(
    '/api/v1/sync/pull',
    { schema: { summary: 'A page of what is new', querystring: pullRequest, response: { 200: pullAnswer } } },
    async ({ query }) => pull(house.database, query),
  );
  app.get(
    '/api/v1/audit',
    { schema: { summary: "How much of the device's access log is here", response: { 200: z.object({ entries: z.number() }) } } },
    async ({ device }) => ({
      entries: await auditCount(house.database, device),
    }),
  );
  app.post(
    '/api/v1/audit',
    { schema: { summary: 'Send access log and seals; receipts come back', body: auditRequest, response: { 200: auditAnswer } } },
    async ({ body, device }) => receiveAudit(house.database, house.identity, device, body, house.now().toISOString()),
  );
}
