/** What a patient would lose: that somebody looks when a record was opened in an emergency, decides with a reason, and can say so on paper. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { readPdf } from '../fixtures/read-pdf.ts';
import { go, look, person, register, setUpClinic } from './clinic.ts';
import { type Application, environment, launch } from './harness.ts';

const nurse = { userName: 'beatrice', name: 'Beatrice Achieng', role: 'nurse', password: 'copper garden window tuesday' };
const officer = { userName: 'odile', name: 'Odile Wekesa', role: 'compliance', password: 'ledger harbour lantern friday' };

const home = mkdtempSync(join(tmpdir(), 'lamplight-incidents-'));
let application: Application;

beforeAll(async () => {
  const first = await launch({ home });
  await setUpClinic(first.page);
  await register(first.page, { family: 'Njoroge', given: 'Grace', birthDate: '1961-05-02', sex: 'female' });
  await first.close();
  for (const one of [nurse, officer]) await add(one);
  application = await launch({ home });
  application.page.setDefaultTimeout(20_000);
});

afterAll(async () => {
  await application.close();
  rmSync(home, { recursive: true, force: true });
});

test('a nurse opens a record in an emergency', async () => {
  const { page } = application;
  await signIn(nurse);
  await go(page, 'Patients');
  const field = page.getByRole('combobox', { name: 'Name, number, birth date or phone' });
  await field.fill('njoroge');
  await page.getByText('1 patient found').waitFor();
  await field.press('Enter');
  await page.getByLabel('In your words').fill('Unconscious in the waiting room');
  await page.getByRole('button', { name: 'Break the glass' }).press('Enter');
  await page.getByRole('heading', { name: 'Summary' }).waitFor();
  await signOut(nurse);
});

test('the officer finds it waiting at once: in the rail, on Today, and as an incident', async () => {
  const { page } = application;
  await signIn(officer);
  await page.getByRole('navigation', { name: 'Screens' }).getByText('1 incident waits').waitFor();
  const waiting = page.getByRole('region', { name: /^Incidents/ });
  await waiting.getByText('The glass was broken').waitFor();
  expect(await look(application, 'today-incident')).toEqual([]);
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor();
  await page.getByText('What is watched for').waitFor();
  expect(await look(application, 'incidents')).toEqual([]);
  await page.getByRole('link', { name: /The glass was broken/ }).press('Enter');
  await page.getByRole('heading', { name: 'The glass was broken', level: 1 }).waitFor();
  await page
    .getByRole('region', { name: /^Patients concerned/ })
    .getByText('NJOROGE, Grace')
    .waitFor();
  await page.getByText('71 hours left').waitFor();
  expect(await look(application, 'incident')).toEqual([]);
});

test('it is looked into, noted and decided, each with a name', async () => {
  const { page } = application;
  await page.getByRole('button', { name: 'Look into it', exact: true }).press('Enter');
  await page.getByLabel('Reason').waitFor();
  await page.getByLabel('Note', { exact: true }).fill('Spoke to Beatrice: the patient had collapsed.');
  await page.getByRole('button', { name: 'Add the note' }).press('Enter');
  const steps = page.getByRole('region', { name: 'Noted and decided' });
  await steps.getByText('Spoke to Beatrice').waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'It is a breach' }).isDisabled()).toBe(true);
  await page.getByLabel('Reason').fill('A true emergency.');
  expect(await look(application, 'incident-investigating')).toEqual([]);
  await page.getByRole('button', { name: 'No breach', exact: true }).press('Enter');
  await steps.getByText('Found to be no breach: A true emergency.').waitFor();
  await page.getByRole('navigation', { name: 'Screens' }).getByText('1 incident waits').waitFor({ state: 'detached' });
});

test('the report is saved where the officer says, and holds what an authority asks for', async () => {
  const { page, app } = application;
  const path = join(home, 'report.txt');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog;
  }, path);
  await page.getByLabel('Measures taken and proposed').fill('Thanked her.');
  await page.getByRole('button', { name: 'Save as text' }).press('Enter');
  await page.getByText(/^Saved as/).waitFor();
  const text = readFileSync(path, 'utf8');
  for (const part of [
    'The glass was broken',
    'NJOROGE, Grace',
    'Beatrice Achieng',
    'Unconscious in the waiting room',
    'Thanked her.',
    'GDPR art. 33',
  ])
    expect(text).toContain(part);
  expect(await look(application, 'incident-report')).toEqual([]);
});

test('the log says who has seen the record, on one page of paper', async () => {
  const { page, app } = application;
  await page
    .getByRole('region', { name: /^Patients concerned/ })
    .getByRole('link', { name: 'NJOROGE, Grace' })
    .click();
  const seen = page.getByRole('region', { name: 'Who has seen this record' });
  await seen.getByText('Glass broken. emergency: Unconscious in the waiting room').waitFor();
  expect(await look(application, 'audit-of-patient')).toEqual([]);
  const pdf = Buffer.from(
    await app.evaluate(
      async ({ BrowserWindow }) =>
        (await BrowserWindow.getAllWindows()[0]?.webContents.printToPDF({ pageSize: 'A4' }))?.toString('base64') ?? '',
    ),
    'base64',
  );
  const { pages, text } = await readPdf(pdf);
  expect(pages).toBe(1);
  for (const part of ['Who has seen this record', 'Beatrice Achieng', person.displayName, 'Printed by Odile Wekesa'])
    expect(text).toContain(part);
  // Nothing of the window around it.
  expect(text).not.toContain('Today');
  expect(text).not.toContain('Entries');
});

test('the log is taken out from the screen, and the terminal finds it whole', async () => {
  const { page, app } = application;
  const path = join(home, 'log.jsonl');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog;
  }, path);
  await page.getByRole('button', { name: 'Export' }).press('Enter');
  await page.getByRole('menuitem', { name: /JSONL/ }).click();
  await page.getByText(/^Saved as/).waitFor();
  const { stdout } = await terminal(['audit', 'verify', '--file', path, '--json'], {});
  expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  await page.getByRole('button', { name: 'Verify' }).press('Enter');
  await page.getByText(/^The log is whole/).waitFor();
  await page
    .getByRole('button', { name: /^Entry \d+$/ })
    .first()
    .click();
  await page.getByRole('dialog').getByText('Procedure').waitFor();
  expect(await look(application, 'audit-entry')).toEqual([]);
  await page.keyboard.press('Escape');
});

async function signIn({ userName, password }: { userName: string; password: string }): Promise<void> {
  const { page } = application;
  await page.getByLabel('User name').fill(userName);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Today' }).waitFor();
}

async function signOut({ name }: { name: string }): Promise<void> {
  const { page } = application;
  await page.getByRole('button', { name: `Signed in as ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('User name').waitFor();
}

/** By the terminal, as an administrator would: the application is closed. */
async function add(one: typeof nurse): Promise<void> {
  await terminal(
    ['user', 'add', one.userName, '--role', one.role, '--display-name', one.name, '--vault', join(home, 'vaults', 'clinic')],
    {
      LAMPLIGHT_USER: person.userName,
      LAMPLIGHT_PASSWORD: person.password,
      LAMPLIGHT_NEW_PASSWORD: one.password,
    },
  );
}

async function terminal(args: string[], env: Record<string, string>) {
  return promisify(execFile)(join(root, 'node_modules', '.bin', 'node'), ['src-main/cli/main.ts', ...args], {
    cwd: root,
    env: { ...(await environment(home)), ...env },
  });
}
