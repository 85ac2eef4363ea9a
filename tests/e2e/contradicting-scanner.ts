/** A scanner that sends an object twice, the second time as if it were of another series: it is set aside. */
import { createServer } from 'node:net';
import type { Page } from 'playwright-core';
import { openNetwork } from '../../src-main/core/pacs/line.ts';
import { madePicture } from '../fixtures/dicom.ts';

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** In the settings: turns the receiver on, and sends. */
export async function sendContradiction(page: Page): Promise<void> {
  const port = await freePort();
  const archives = page.getByRole('region', { name: 'Archives (PACS)' });
  await archives.getByRole('switch', { name: 'Take what is sent here' }).click();
  await archives.getByLabel('Port').fill(`${port}`);
  await archives.getByLabel('AE titles that are let in').fill('SCANNER');
  await archives.getByRole('button', { name: 'Save' }).click();
  await archives.getByText('Listens as LAMPLIGHT').waitFor();
  const scanner = openNetwork({
    keep: async () => false,
    end: () => undefined,
    turnedAway: () => undefined,
    noRoom: () => undefined,
    died: () => undefined,
  });
  const to = { host: '127.0.0.1', port, called: 'LAMPLIGHT', calling: 'SCANNER' };
  for (const series of ['1.2.3.2', '1.2.3.9']) await scanner.ask('store', { to, bytes: madePicture({ uid: '1.2.3.3', series }) });
  await scanner.close();
}
