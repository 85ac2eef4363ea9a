/** A route as a call: parsed, allowed, done and checked by the same steps as a call at the workstation, and described in /docs. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { dispatch } from '../../src-node/dispatch.ts';

export interface Route<Input extends z.ZodType, Output extends z.ZodType> {
  method: 'GET' | 'POST';
  url: string;
  /** For /docs; a route without one is not in it. */
  summary?: string;
  /** Nobody signs for it. */
  open?: boolean;
  from: 'body' | 'querystring' | 'params';
  input: Input;
  output: Output;
  /** Beyond the signature. Throws where whoever asks may not. */
  authorise?(request: FastifyRequest): void;
  run(input: z.output<Input>, request: FastifyRequest): Promise<z.input<Output>>;
}

export function serve<Input extends z.ZodType, Output extends z.ZodType>(
  app: FastifyInstance,
  { method, url, summary, open = false, from, input, output, authorise, run }: Route<Input, Output>,
): void {
  app.route({
    method,
    url,
    config: { open },
    schema: summary === undefined ? { hide: true } : { summary, [from]: input, response: { 200: output } },
    handler: (request) =>
      dispatch({ name: url, input, output }, request[from === 'querystring' ? 'query' : from], (parsed) => ({
        authorise: () => authorise?.(request),
        run: async (checked) => checked(await run(parsed, request)),
      })),
  });
}
