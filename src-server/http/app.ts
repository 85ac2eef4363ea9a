/** The server's door: HTTPS, who asks established, answers in one shape. Routes are thin; `serve.ts` parses and checks what goes through them. */
import fastifySwagger from '@fastify/swagger';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { describeBug } from '../../src-node/dispatch.ts';
import { AppError, errorAnswer, httpStatus } from '../../src-shared/errors/index.ts';
import { BODY_BYTES_MAX } from '../../src-shared/sync/protocol.ts';
import { authenticate, ClockOff, seen } from '../devices/index.ts';
import type { House } from '../house.ts';
import { adminRoutes } from './admin-routes.ts';
import { coachingRoutes } from './coaching-routes.ts';
import { fileRoutes } from './file-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { ledgerRoutes } from './ledger-routes.ts';
import { syncRoutes } from './sync-routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, for the signature; none where there was none. */
    rawBody: Buffer | undefined;
    /** The enrolled workstation that signed the request; empty on open routes. */
    device: string;
  }
  interface FastifyContextConfig {
    /** Routes that nobody signs for. */
    open?: boolean;
  }
}

export type App = Awaited<ReturnType<typeof buildApp>>;

export async function buildApp(house: House) {
  const app = Fastify({
    https: { key: house.certificate.key, cert: house.certificate.cert, minVersion: 'TLSv1.2' },
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    logger: false,
  });
  // Dispatch parses and checks; the schemas of a route are for /docs.
  app.setValidatorCompiler(() => (value) => ({ value }));
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  app.decorateRequest('device', '');
  app.decorateRequest('rawBody', undefined);
  takeBodiesRaw(app);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('lamplight-time', house.now().getTime());
  });
  app.addHook('preValidation', async (request) => {
    if (request.routeOptions.config.open) return;
    request.device = (await authenticate(house.database, signedPartsOf(request), house.now())).device;
    await seen(house.database, request.device, house.now());
  });
  app.setErrorHandler(async (thrown: FastifyError | AppError, request, reply) => {
    const error = asAppError(thrown);
    // Where it happened, never the message: a database's message can hold values.
    if (error === null) house.log(`failed: ${request.method} ${request.routeOptions.url ?? ''}: ${describeBug(thrown)}`);
    if (error instanceof ClockOff) reply.header('lamplight-reason', 'clock');
    return reply.status(error === null ? 500 : httpStatus(error.code)).send({ error: errorAnswer(error) });
  });
  app.setNotFoundHandler(async (_request, reply) =>
    reply.status(404).send({ error: new AppError('not-found', { what: 'address' }).toAnswer() }),
  );

  await app.register(fastifySwagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Lamplight server', version: house.version } },
    transform: jsonSchemaTransform,
  });
  await app.register(healthRoutes, { house });
  await app.register(syncRoutes, { house });
  await app.register(ledgerRoutes, { house });
  await app.register(fileRoutes, { house });
  await app.register(coachingRoutes, { house });
  await app.register(adminRoutes, { house });
  app.get('/docs', { config: { open: true }, schema: { hide: true } }, async () => app.swagger());
  return app;
}

function takeBodiesRaw(app: Pick<FastifyInstance, 'addContentTypeParser'>): void {
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const raw = Buffer.from(body);
    request.rawBody = raw;
    try {
      done(null, raw.byteLength === 0 ? undefined : JSON.parse(raw.toString('utf8')));
    } catch {
      done(new AppError('invalid-input', { what: 'the body is not JSON' }));
    }
  });
  app.addContentTypeParser('application/offset+octet-stream', { parseAs: 'buffer' }, (request, body, done) => {
    request.rawBody = Buffer.from(body);
    done(null, request.rawBody);
  });
}

function signedPartsOf(request: FastifyRequest) {
  const header = (name: string) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return {
    method: request.method,
    target: request.url,
    body: request.rawBody ?? Buffer.alloc(0),
    headers: { digest: header('content-digest'), input: header('signature-input'), signature: header('signature') },
  };
}

function asAppError(thrown: FastifyError | AppError): AppError | null {
  if (thrown instanceof AppError) return thrown;
  if (thrown.statusCode === 413) return new AppError('file-too-large', { size: 'more', limit: `${BODY_BYTES_MAX} bytes` });
  if (thrown.statusCode !== undefined && thrown.statusCode < 500) return new AppError('invalid-input', { what: 'the request' });
  return null;
}
