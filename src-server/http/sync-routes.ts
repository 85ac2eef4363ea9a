import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../src-shared/errors/index.ts';
import { toHex } from '../../src-shared/hex.ts';
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
import { serve } from './serve.ts';

/** Wrong codes in a minute, from all addresses together: a secret of 64 bits is not guessed at this pace. */
const WRONG_CODES_MAX = 20;

export async function syncRoutes(app: FastifyInstance, { house }: { house: House }): Promise<void> {
  const wrong: number[] = [];
  const at = () => house.now().toISOString();

  serve(app, {
    method: 'POST',
    url: '/api/v1/enrol',
    summary: 'Pair a workstation by its one-time code',
    open: true,
    from: 'body',
    input: enrolRequest,
    output: enrolAnswer,
    async run(input) {
      const now = house.now();
      while (wrong[0] !== undefined && wrong[0] < now.getTime() - 60_000) wrong.shift();
      if (wrong.length >= WRONG_CODES_MAX) throw new AppError('busy');
      await enrol(house.database, input, now).catch((thrown: unknown) => {
        if (thrown instanceof AppError) wrong.push(now.getTime());
        throw thrown;
      });
      const { id, name, publicKey } = house.identity;
      house.log(`enrolled workstation ${input.device}`);
      return { server: { id, name, publicKey: toHex(publicKey) } };
    },
  });
  serve(app, {
    method: 'POST',
    url: '/api/v1/sync/push',
    summary: 'Send changes; each is answered by itself',
    from: 'body',
    input: pushRequest,
    output: pushAnswer,
    run: (input, { device }) => push(house.database, device, input, at()),
  });
  serve(app, {
    method: 'GET',
    url: '/api/v1/sync/pull',
    summary: 'A page of what is new',
    from: 'querystring',
    input: pullRequest,
    output: pullAnswer,
    run: (input) => pull(house.database, input),
  });
  serve(app, {
    method: 'GET',
    url: '/api/v1/audit',
    summary: "How much of the device's access log is here",
    from: 'querystring',
    input: z.object({}),
    output: auditAnswer.pick({ entries: true }),
    run: async (_input, { device }) => ({ entries: await auditCount(house.database, device) }),
  });
  serve(app, {
    method: 'POST',
    url: '/api/v1/audit',
    summary: 'Send access log and seals; receipts come back',
    from: 'body',
    input: auditRequest,
    output: auditAnswer,
    run: (input, { device }) => receiveAudit(house.database, house.identity, device, input, at()),
  });
}
