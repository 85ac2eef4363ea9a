/** Step 7: pair, send, pull the plug, work on, plug in; and a second workstation that receives it all. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Output } from '../../src-shared/contract/index.ts';
import { go, register } from '../e2e/clinic.ts';
import type { Application } from '../e2e/harness.ts';
import type { DemoServer } from './server.ts';
import { terminal } from './terminal.ts';

const PATIENCE_MS = 180_000;

export async function synchronise({ page }: Application, server: DemoServer, out: string): Promise<Record<string, unknown>> {
  await go(page, 'Sync');
  await page.getByLabel('Address of the server').fill(server.url);
  await page.getByLabel('Enrolment code').fill(server.code);
  await page.getByRole('button', { name: 'Pair', exact: true }).click();
  await page.getByText('Paired with').or(page.getByText('Reached')).first().waitFor();
  await untilCount(page, 'Waiting', (count) => count === 0);

  await server.kill();
  await register(page, { family: 'Achieng', given: 'Ruth', birthDate: '1991-12-30', sex: 'female' });
  await go(page, 'Sync');
  await untilCount(page, 'Waiting', (count) => count > 0);
  const waitingWithoutServer = await countOf(page, 'Waiting');
  await server.start();
  await page.getByRole('button', { name: 'Synchronise now' }).click();
  await untilCount(page, 'Waiting', (count) => count === 0);
  const sum = {
    sent: await countOf(page, 'Sent'),
    acknowledged: await countOf(page, 'Acknowledged'),
    refused: await countOf(page, 'Refused'),
    waitingWithoutServer,
  };

  const second = join(out, 'second');
  const env = {
    LAMPLIGHT_USER: 'joseph',
    LAMPLIGHT_PASSWORD: 'another quiet morning',
    LAMPLIGHT_VAULT: join(second, 'vault'),
    LAMPLIGHT_DEVICE_KEY_DIR: join(second, 'keys'),
  };
  await terminal(['vault', 'create'], env);
  // The terminal's document is the summary of the contract.
  const pulled = (await terminal(
    ['sync', 'pair', server.url, '--code', await server.newCode()],
    env,
  )) as unknown as Output<'sync.status'>;
  if (!pulled.ok || pulled.pulled === 0)
    throw new Error(`the second workstation has received nothing: ${JSON.stringify(pulled)}`);
  const found = (await terminal(['patient', 'search', 'achieng'], env)) as unknown as Output<'patients.search'>;
  if (found.results.length !== 1) throw new Error('what was written while the plug was out has not arrived');
  return { sync: { ...sum, pulledBySecondWorkstation: pulled.pulled, acknowledgedBySecond: pulled.acknowledged } };
}

/** A number of the sum on screen. */
async function countOf(page: Page, name: string): Promise<number> {
  const text = await page
    .locator('dl > div', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
    .locator('dd')
    .innerText();
  return Number(text.replace(/\D/g, ''));
}

async function untilCount(page: Page, name: string, right: (count: number) => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!right(await countOf(page, name))) {
    if (performance.now() > deadline) throw new Error(`"${name}" stayed at ${await countOf(page, name)}`);
    await page.waitForTimeout(500);
  }
}
