import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../src-shared/errors/index.ts';
import { adminCommands } from '../admin/index.ts';
import type { House } from '../house.ts';
import { serve } from './serve.ts';

/** For the `admin` command of this machine: it shows the token that only the owner of the data folder can read. */
export async function adminRoutes(app: FastifyInstance, { house }: { house: House }): Promise<void> {
  serve(app, {
    method: 'POST',
    url: '/api/v1/admin',
    open: true,
    from: 'body',
    input: z.object({ command: z.string().max(40), args: z.array(z.string().max(4096)).max(8) }),
    output: z.unknown(),
    authorise({ headers }) {
      const shown = Buffer.from(headers.authorization ?? '');
      const expected = Buffer.from(`Bearer ${house.identity.adminToken}`);
      if (shown.byteLength !== expected.byteLength || !timingSafeEqual(shown, expected)) throw new AppError('forbidden');
    },
    async run({ command, args }) {
      const found = Object.hasOwn(adminCommands, command) ? adminCommands[command] : undefined;
      if (found === undefined) throw new AppError('invalid-input', { what: 'the command' });
      return found.run(house, args);
    },
  });
}
