import type { FastifyInstance } from 'fastify';
import { one } from '../database/index.ts';
import type { House } from '../house.ts';

export async function healthRoutes(app: FastifyInstance, { house }: { house: House }): Promise<void> {
  const open = { config: { open: true } };
  const since = house.now().getTime();
  let answered = 0;
  app.addHook('onResponse', async () => {
    answered += 1;
  });
  app.get('/health', { ...open, schema: { summary: 'The process answers' } }, async () => ({
    ok: true,
    product: 'lamplight-server',
    version: house.version,
  }));
  app.get(
    '/health/ready',
    { ...open, schema: { summary: 'The database answers, and what an operator should know' } },
    async () => {
      await one(house.database, 'SELECT 1 AS ready');
      return { ok: true, notes: ['Records and files lie unencrypted in the data folder: keep it on an encrypted volume.'] };
    },
  );
  app.get('/metrics', { ...open, schema: { summary: 'Counts for Prometheus, nothing of patients' } }, async (_request, reply) => {
    const counts = await one<{ devices: number; feed: number }>(
      house.database,
      'SELECT (SELECT count(*)::int FROM device WHERE revoked_at IS NULL) AS devices, (SELECT last FROM feed) AS feed',
    );
    const lines = [
      `lamplight_uptime_seconds ${(house.now().getTime() - since) / 1000}`,
      `lamplight_requests_total ${answered}`,
      `lamplight_devices ${counts?.devices ?? 0}`,
      `lamplight_changes_total ${counts?.feed ?? 0}`,
    ];
    return reply.type('text/plain; version=0.0.4').send(`${lines.join('\n')}\n`);
  });
}
