/** Step 9: the log on screen and verified; one byte broken in an exported log and one in a copy of the database. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { go, person } from '../e2e/clinic.ts';
import type { Application } from '../e2e/harness.ts';
import { terminal } from './terminal.ts';

export async function accountForIt(application: Application, out: string): Promise<Record<string, unknown>> {
  const { page, home } = application;
  await go(page, 'Audit');
  await page.getByRole('button', { name: /^Verify/ }).click();
  await page
    .getByText(/is whole/)
    .first()
    .waitFor();
  await application.screenshot('9-account-for-it');
  await page.getByRole('button', { name: /^Signed in as/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await application.app.close();

  const env = {
    LAMPLIGHT_USER: person.userName,
    LAMPLIGHT_PASSWORD: person.password,
    LAMPLIGHT_VAULT: join(home, 'vaults', 'clinic'),
    LAMPLIGHT_DEVICE_KEY_DIR: join(home, 'device-keys'),
  };
  const log = join(out, 'log.jsonl');
  const exported = await terminal(['audit', 'export', '--out', log], env);
  const whole = await terminal(['audit', 'verify', '--file', log], env);
  if (whole.ok !== true) throw new Error('the exported log does not verify');
  breakByte(log);
  const brokenLog = await terminal(['audit', 'verify', '--file', log], env);
  if (brokenLog.ok !== false) throw new Error('a broken byte of the log was not found');
  const copy = join(home, 'copy');
  cpSync(env.LAMPLIGHT_VAULT, copy, { recursive: true });
  breakByte(join(copy, 'vault.db'));
  const brokenDatabase = await terminal(['audit', 'verify'], { ...env, LAMPLIGHT_VAULT: copy });
  if (brokenDatabase.ok !== false) throw new Error('a broken byte of the database was not found');
  return {
    audit: {
      entries: exported.entries,
      seals: exported.seals,
      verified: true,
      brokenLog: brokenLog.firstBad,
      brokenDatabase: brokenDatabase.firstBad,
    },
  };
}

function breakByte(path: string): void {
  const bytes = readFileSync(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
