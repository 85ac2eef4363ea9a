/** Step 7: pair, send, pull the plug, work on, plug in; and a second workstation that receives it all. */
import { join } from 'node:path';
import type { Output } from '../../src-shared/contract/index.ts';
import { go, register } from '../e2e/clinic.ts';
import type { Application } from '../e2e/harness.ts';
import type { DemoServer } from './server.ts';
import { terminal } from './terminal.ts';

export async function synchronise({ page }: Application, server: DemoServer, out: string): Promise<Record<string, unknown>> {
  await go(page, 'Sync');
  await page.getByLabel(/address/i).fill(server.url);
  await page.getByLabel(/enrolment code/i).fill(server.code);
  await page.getByRole('button', { name: /^Pair/ }).click();
  await page.getByText(/^Everything has been acknowledged|Nothing waits/i).first().waitFor({ timeout: 180_000 });

  await server.kill();
  await register(page, { family: 'Achieng', given: 'Ruth', birthDate: '1991-12-30', sex: 'female' });
  await go(page, 'Sync');
  await page.getByText(/waiting/i).first().waitFor();
  await server.start();
  await page.getByRole('button', { name: /now/i }).click();
  await page.getByText(/^Everything has been acknowledged|Nothing waits/i).first().waitFor({ timeout: 180_000 });

  const second = join(out, 'second');
  const env = { LAMPLIGHT_USER: 'joseph', LAMPLIGHT_PASSWORD: 'another quiet morning', LAMPLIGHT_VAULT: join(second, 'vault'), LAMPLIGHT_DEVICE_KEY_DIR: join(second, 'keys') };
  await terminal(['vault', 'create'], env);
  // The terminal's document is the summary of the contract.
  const pulled = (await terminal(['sync', 'pair', server.url, '--code', await server.newCode()], env)) as unknown as Output<'sync.status'>;
  if (!pulled.ok || pulled.pulled === 0) throw new Error('the second workstation has received nothing');
  const found = (await terminal(['patient', 'search', 'achieng'], env)) as unknown as Output<'patients.search'>;
  if (found.results.length !== 1) throw new Error('what was written while the plug was out has not arrived');
  return { sync: { pulledBySecondWorkstation: pulled.pulled, acknowledgedBySecond: pulled.acknowledged } };
}
