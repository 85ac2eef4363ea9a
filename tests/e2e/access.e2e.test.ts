/** What a patient would lose: that only the people who care for them read their record, and that an emergency leaves a reason behind. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { go, look, person, register, setUpClinic } from './clinic.ts';
import { type Application, environment, launch } from './harness.ts';

const colleague = { userName: 'beatrice', password: 'copper garden window tuesday' };

const home = mkdtempSync(join(tmpdir(), 'lamplight-access-'));
let application: Application;

beforeAll(async () => {
  const first = await launch({ home });
  await setUpClinic(first.page);
  await register(first.page, { family: 'Njoroge', given: 'Grace', birthDate: '1961-05-02', sex: 'female' });
  await first.close();
  await addColleague();
  application = await launch({ home });
  application.page.setDefaultTimeout(20_000);
  const { page } = application;
  await page.getByLabel('User name').fill(colleague.userName);
  await page.getByLabel('Password', { exact: true }).fill(colleague.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Today' }).waitFor();
});

afterAll(async () => {
  await application.close();
  rmSync(home, { recursive: true, force: true });
});

test('somebody outside the care team finds the name but not the record', async () => {
  const { page } = application;
  await openGrace();
  await page.getByRole('heading', { name: 'You are not in the care team of this patient' }).waitFor();
  await page.getByText('NJOROGE, Grace').waitFor();
  expect(await page.getByRole('navigation', { name: 'Chart' }).count()).toBe(0);
  expect(await look(application, 'break-glass')).toEqual([]);
});

test('an emergency opens it with a reason, and the banner says so', async () => {
  const { page } = application;
  const open = page.getByRole('button', { name: 'Break the glass' });
  await expect.poll(() => open.isDisabled()).toBe(true);
  await page.getByLabel('In your words').fill('Unconscious in the waiting room');
  await open.press('Enter');
  await page.getByRole('heading', { name: 'Summary' }).waitFor();
  await page
    .getByRole('region', { name: 'Patient' })
    .getByText(/^Glass broken until/)
    .waitFor();
  expect(await look(application, 'glass-broken')).toEqual([]);
});

test('screens that the role does not open are not offered', async () => {
  const rail = application.page.getByRole('navigation', { name: 'Screens' });
  await expect
    .poll(() => rail.getByRole('link').allTextContents())
    .toEqual(['Today', 'Patients', 'Images', 'Letters', 'Coach', 'Sync', 'Settings']);
});

async function openGrace(): Promise<void> {
  const { page } = application;
  await go(page, 'Patients');
  const field = page.getByRole('combobox', { name: 'Name, number, birth date or phone' });
  await field.fill('njoroge');
  await page.getByText('1 patient found').waitFor();
  await field.press('Enter');
}

/** By the terminal, as an administrator would: the application is closed. */
async function addColleague(): Promise<void> {
  await promisify(execFile)(
    join(root, 'node_modules', '.bin', 'node'),
    ['src-main/cli/main.ts', 'user', 'add', colleague.userName, '--role', 'nurse', '--vault', join(home, 'vaults', 'clinic')],
    {
      cwd: root,
      env: {
        ...(await environment(home)),
        LAMPLIGHT_USER: person.userName,
        LAMPLIGHT_PASSWORD: person.password,
        LAMPLIGHT_NEW_PASSWORD: colleague.password,
      },
    },
  );
}
