/** Two workstations and the server, as people see them: an emergency at one is looked into at the other, and an erasure is answered by everybody. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { type TestServer, testServer } from '../fixtures/server.ts';
import { go, look, person, register, setUpClinic, tab } from './clinic.ts';
import { type Application, environment, launch } from './harness.ts';

const nurse = { userName: 'beatrice', name: 'Beatrice Achieng', role: 'nurse', password: 'copper garden window tuesday' };
const officer = { userName: 'odile', name: 'Odile Wekesa', role: 'compliance', password: 'ledger harbour lantern friday' };
const home = mkdtempSync(join(tmpdir(), 'lamplight-hospital-'));
const here = join(home, 'vaults', 'clinic');
const there = join(home, 'other-ward');
const admin = { LAMPLIGHT_USER: person.userName, LAMPLIGHT_PASSWORD: person.password };

let server: TestServer;
let application: Application;
let patient: string;

beforeAll(async () => {
  server = await testServer();
  const first = await launch({ home });
  await setUpClinic(first.page);
  await register(first.page, { family: 'Njoroge', given: 'Grace', birthDate: '1961-05-02', sex: 'female' });
  await first.close();
  await terminal(['user', 'add', officer.userName, '--role', officer.role, '--display-name', officer.name, '--vault', here], {
    ...admin,
    LAMPLIGHT_NEW_PASSWORD: officer.password,
  });
  await terminal(['sync', 'pair', server.url, '--code', await server.newCode(), '--vault', here], admin);
  await terminal(['vault', 'create', '--vault', there], admin);
  await terminal(['user', 'add', nurse.userName, '--role', nurse.role, '--display-name', nurse.name, '--vault', there], {
    ...admin,
    LAMPLIGHT_NEW_PASSWORD: nurse.password,
  });
  await terminal(['sync', 'pair', server.url, '--code', await server.newCode(), '--vault', there], admin);
  const found = await terminal(['patient', 'search', 'njoroge', '--vault', there, '--json'], admin);
  patient = (JSON.parse(found) as { results: { id: string }[] }).results[0]?.id ?? '';
  application = await launch({ home });
  application.page.setDefaultTimeout(20_000);
}, 300_000);

afterAll(async () => {
  await application.close();
  await server.remove();
  rmSync(home, { recursive: true, force: true });
});

test('an emergency at the other workstation waits for the officer here, with its clocks and whom it concerns', async () => {
  const { page } = application;
  await page.getByLabel('User name').fill(officer.userName);
  await page.getByLabel('Password', { exact: true }).fill(officer.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  const who = { LAMPLIGHT_USER: nurse.userName, LAMPLIGHT_PASSWORD: nurse.password };
  await call('patients.breakGlass', { patient, code: 'emergency', reason: 'Unconscious in the corridor' }, who);
  await call('chart.summary', { patient }, who);
  await terminal(['sync', 'now', '--vault', there], admin);
  await page.getByRole('navigation', { name: 'Screens' }).getByText('1 incident waits').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await page.getByText(/^at workstation [0-9A-F]{4}$/).waitFor();
  expect(await look(application, 'hospital-incidents')).toEqual([]);
  await page.getByRole('link', { name: /The glass was broken/ }).press('Enter');
  await page
    .getByRole('region', { name: /^Patients concerned/ })
    .getByText('NJOROGE, Grace')
    .waitFor();
  await page.getByText('71 hours left').waitFor();
  expect(await look(application, 'hospital-incident')).toEqual([]);
  await page.getByRole('button', { name: 'Look into it', exact: true }).press('Enter');
  await page.getByLabel('Reason').waitFor();
});

test('who is here only by name stands in the care team, and an erasure there destroys the record here and says who has answered', async () => {
  const { page } = application;
  await page.getByRole('button', { name: `Signed in as ${officer.name}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await call('careTeam.add', { patient, userName: nurse.userName, reason: 'On the ward this week' }, admin);
  await terminal(['sync', 'now', '--vault', there], admin);
  await page.getByLabel('User name').fill(person.userName);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  await go(page, 'Patients');
  const field = page.getByRole('combobox', { name: 'Name, number, birth date or phone' });
  await field.fill('njoroge');
  await page.getByText('1 patient found').waitFor();
  await field.press('Enter');
  await page.getByRole('heading', { name: 'Summary' }).waitFor();
  await tab(page, 'Care team');
  await page.getByText('Works at another workstation').waitFor();
  expect(await look(application, 'hospital-care-team')).toEqual([]);

  await terminal(
    ['patient', 'erase', patient, '--confirm', 'Grace Njoroge', '--reason', 'Asked for in writing', '--vault', there],
    admin,
  );
  await page.keyboard.press('g');
  await page.keyboard.press('k');
  await page.getByRole('heading', { level: 1, name: 'Retention' }).waitFor();
  const erasures = page.getByRole('region', { name: /^Erasures/ });
  await erasures.getByText(patient).waitFor();
  expect(await look(application, 'hospital-erasures')).toEqual([]);
  await erasures.getByRole('link', { name: /^Proof/ }).press('Enter');
  await page.getByText('As it was signed.').waitFor();
  await page.getByRole('region', { name: 'Server and other workstations' }).getByText('Lamplight server (server)').waitFor();
  expect(await look(application, 'hospital-proof')).toEqual([]);
});

async function call(procedure: string, input: object, env: Record<string, string>): Promise<string> {
  return terminal(['call', procedure, '--input', JSON.stringify(input), '--vault', there, '--json'], env);
}

async function terminal(args: string[], env: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)(join(root, 'node_modules', '.bin', 'node'), ['src-main/cli/main.ts', ...args], {
    cwd: root,
    env: { ...(await environment(home)), ...env },
  });
  return stdout;
}
