import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse } from '../../src-node/dispatch.ts';
import { fhirId } from '../../src-shared/contract/types.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { fileAnswer, fileDeclaration } from '../../src-shared/sync/protocol.ts';
import { DEVICE_HEADER, tusServer, UPLOAD_PATH } from '../files/index.ts';
import type { House } from '../house.ts';
import { serve } from './serve.ts';

const byId = z.object({ id: fhirId });

export async function fileRoutes(app: FastifyInstance, { house }: { house: House }): Promise<void> {
  const tus = tusServer(house.files, house.now);

  serve(app, {
    method: 'POST',
    url: '/api/v1/files',
    summary: 'Declare a file; its content is sent only where it is not here',
    from: 'body',
    input: fileDeclaration,
    output: fileAnswer,
    run: async (input, { device }) => ({ state: await house.files.declare(input, device, house.now().toISOString()) }),
  });
  serve(app, {
    method: 'GET',
    url: '/api/v1/files/:id',
    summary: 'What is known of a file',
    from: 'params',
    input: byId,
    output: fileDeclaration,
    run: ({ id }) => house.files.find(id),
  });
  // Bytes, no calls: what follows streams.
  app.get(
    '/api/v1/files/:id/content',
    { schema: { summary: 'The content, whole or a range of bytes', params: byId } },
    async ({ params, headers }, reply) => {
      const file = await house.files.find(parse(byId, params).id);
      const [from, to] = rangeIn(headers.range, file.size);
      reply
        .status(headers.range === undefined ? 200 : 206)
        .header('content-length', to - from + 1)
        .header('content-range', `bytes ${from}-${to}/${file.size}`)
        .type('application/octet-stream');
      return to < from ? reply.send(Buffer.alloc(0)) : reply.send(house.files.read(file.sha256, from, to));
    },
  );

  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value);
    headers.set(DEVICE_HEADER, request.device);
    const withBody = request.method === 'PATCH' || request.method === 'POST';
    const answer = await tus.handleWeb(
      new Request(`https://server${request.url}`, {
        method: request.method,
        headers,
        body: withBody ? new Uint8Array(request.rawBody ?? []) : null,
      }),
    );
    for (const [name, value] of answer.headers) reply.header(name, value);
    return reply.status(answer.status).send(Buffer.from(await answer.arrayBuffer()));
  };
  app.route({ method: 'POST', url: UPLOAD_PATH, schema: { summary: 'Begin a resumable upload (tus 1.0)' }, handler: handle });
  app.route({
    method: ['HEAD', 'PATCH'],
    url: `${UPLOAD_PATH}/:id`,
    schema: { summary: 'Where an upload stands; its next piece (tus 1.0)' },
    handler: handle,
  });
}

/** First and last byte of a `Range: bytes=FROM-TO`. @throws AppError `invalid-input` */
function rangeIn(header: string | undefined, size: number): [number, number] {
  if (header === undefined) return [0, size - 1];
  const [, from, to] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header) ?? [];
  const [first, last] = [Number(from), to ? Number(to) : size - 1];
  if (from === undefined || first >= Math.max(size, 1) || (to && last < first))
    throw new AppError('invalid-input', { what: 'the range of bytes' });
  return [first, Math.min(last, size - 1)];
}
