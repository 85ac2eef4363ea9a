/** What people would lose: a second factor that is asked for, a password that nobody else learns, and a shared screen that gives each their own work back. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { go, look, person, register, setUpClinic } from './clinic.ts';
import { type Application, environment, launch } from './harness.ts';

const joseph = { userName: 'joseph', displayName: 'Joseph Kamau', password: 'lantern meadow copper nine' };
const STEP_MS = 30_000;

const home = mkdtempSync(join(tmpdir(), 'lamplight-people-'));
let application: Application;
let page: Page;
let secret = '';
let singleUse: string[] = [];

/** What a phone shows; one step ahead, which is within the drift, so that nobody waits for the next after one was used. */
const shown = (ahead = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + ahead * STEP_MS });

async function open(): Promise<void> {
  application = await launch({ home });
  page = application.page;
  page.setDefaultTimeout(30_000);
}
beforeAll(async () => {
  await open();
  await setUpClinic(page);
});
afterAll(async () => {
  await application.close();
  rmSync(home, { recursive: true, force: true });
});

async function signIn(who: { userName: string; password: string }): Promise<void> {
  await page.getByLabel('User name').fill(who.userName);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByLabel('Password', { exact: true }).press('Enter');
}

describe('the second factor', () => {
  test('an administrator is asked for it, with the days left', async () => {
    await page.getByRole('button', { name: 'Second factor: 14 days left' }).click();
    await page.getByRole('region', { name: 'Your second factor' }).getByText('Administration rests from').waitFor();
  });

  test('is turned on by a first code', async () => {
    await page.getByRole('button', { name: 'Turn on …' }).press('Enter');
    const dialog = page.getByRole('dialog');
    // By keyboard alone: the dialog opens on the password, which a passer-by does not know.
    await dialog.getByText(`Password of ${person.displayName}`).waitFor();
    await page.keyboard.type('what a passer-by types');
    await page.keyboard.press('Enter');
    await dialog.getByText('Code password-wrong').waitFor();
    expect(await dialog.getByRole('img', { name: 'Code to scan with an authenticator' }).count()).toBe(0);
    expect(await look(application, 'factor-password')).toEqual([]);
    await dialog.getByLabel(`Password of ${person.displayName}`).fill(person.password);
    await dialog.getByLabel(`Password of ${person.displayName}`).press('Enter');
    await dialog.getByRole('img', { name: 'Code to scan with an authenticator' }).waitFor();
    secret = ((await dialog.getByTestId('secret').textContent()) ?? '').replaceAll(' ', '');
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(await look(application, 'factor-enrol')).toEqual([]);
    await dialog.getByLabel('Code that it shows now').fill('000000');
    await dialog.getByLabel('Code that it shows now').press('Enter');
    await dialog.getByText('Code second-factor-code-wrong').waitFor();
    await dialog.getByLabel('Code that it shows now').fill(shown());
    await dialog.getByLabel('Code that it shows now').press('Enter');
    const codes = dialog.getByRole('list', { name: 'Single-use codes' }).locator('code');
    await codes.first().waitFor();
    singleUse = await codes.allTextContents();
    expect(singleUse).toHaveLength(10);
    await dialog.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('10 single-use codes left').waitFor();
    expect(await page.getByRole('button', { name: /^Second factor:/ }).count()).toBe(0);
  });

  test('is asked for after the password, and a single-use code stands for it', async () => {
    await page.getByRole('button', { name: `Signed in as ${person.displayName}` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await signIn({ ...person, password: 'not the password' });
    await page.getByText('Code sign-in-failed').waitFor();
    await signIn(person);
    await page.getByText(`Second factor of ${person.userName}`).waitFor();
    await page.getByLabel('Code', { exact: true }).fill('000000');
    await page.getByLabel('Code', { exact: true }).press('Enter');
    await page.getByText('Code sign-in-failed').waitFor();
    await page.getByLabel('Code', { exact: true }).fill(singleUse[0] ?? '');
    await page.getByLabel('Code', { exact: true }).press('Enter');
    await page.getByRole('heading', { name: 'Today' }).waitFor();
  });
});

describe('a password that nobody else learns', () => {
  test('a new colleague gets a one-time code', async () => {
    await go(page, 'Settings');
    await page.getByRole('button', { name: 'Add a person' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill(joseph.displayName);
    await dialog.getByLabel('User name').fill(joseph.userName);
    await dialog.getByLabel('Clinician').check();
    await dialog.getByRole('button', { name: 'Add this person' }).press('Enter');
    await dialog.getByText('Give this code to Joseph Kamau', { exact: false }).waitFor();
    const code = (await dialog.locator('code').textContent()) ?? '';
    await dialog.getByRole('button', { name: 'I have passed it on' }).click();
    await page.getByRole('row').filter({ hasText: joseph.displayName }).getByText('One-time code waits').waitFor();
    await redeem(code, 'a first phrase of his own');
  });

  test('an administrator resets a lost password by another one', async () => {
    await switchTo(person);
    await page.getByRole('button', { name: 'Actions for Joseph Kamau' }).press('Enter');
    expect(await look(application, 'person-menu')).toEqual([]);
    await page.getByRole('menuitem', { name: 'Reset the password …' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Make a one-time code' }).click();
    await dialog.getByText('Give this code to Joseph Kamau', { exact: false }).waitFor();
    const code = (await dialog.locator('code').textContent()) ?? '';
    await dialog.getByRole('button', { name: 'I have passed it on' }).click();
    await redeem(code, joseph.password);
  });

  test('who may do what is told from the table', async () => {
    await switchTo(person);
    await page.getByRole('button', { name: 'Who may do what' }).press('Enter');
    const row = page.getByRole('dialog').getByRole('row').filter({ hasText: 'Sign a note' });
    await expect.poll(() => row.getByText('own patients').count()).toBe(3);
    await page.keyboard.press('Escape');
  });

  /** Signs out to the door, where the code is typed as if it were a password, and sets an own one. */
  async function redeem(code: string, password: string): Promise<void> {
    await page.keyboard.press('Control+u');
    await page.getByRole('heading', { name: 'Switch user' }).waitFor();
    await signIn({ userName: joseph.userName, password: code });
    await page.getByRole('heading', { name: 'One-time code' }).waitFor();
    await page.getByLabel('One-time code', { exact: true }).fill(code.toLowerCase());
    await page.getByLabel('New password', { exact: true }).fill(password);
    await page.getByLabel('New password again').fill(password);
    if (password === joseph.password) expect(await look(application, 'sign-in-one-time')).toEqual([]);
    await page.getByLabel('New password again').press('Enter');
    await page.getByRole('heading', { name: 'Today' }).waitFor();
  }
});

describe('a shared screen', () => {
  test('gives each person their own screen, patient and half-typed note back', async () => {
    await register(page, { family: 'Njoroge', given: 'Grace', birthDate: '1961-05-02', sex: 'female' });
    await writeNote('Blurred vision since Tuesd');
    await switchTo(joseph);
    await page.getByRole('heading', { name: 'Today' }).waitFor();
    await register(page, { family: 'Achieng', given: 'Mercy', birthDate: '1990-11-23', sex: 'female' });
    await writeNote('Cough, three weeks');
    await page.keyboard.press('Control+u');
    await page.getByRole('heading', { name: 'Switch user' }).waitFor();
    expect(await page.getByText('Cough', { exact: false }).count()).toBe(0);
    expect(await look(application, 'switch-user')).toEqual([]);
    await back(person);
    await page.getByRole('region', { name: 'Patient' }).getByText('Grace').waitFor();
    expect(await noteText()).toBe('Blurred vision since Tuesd');
    // Going back does not lead to what the other had open.
    await page.getByLabel('Text', { exact: true }).blur();
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Patient' }).getByText('Grace').waitFor();
    await page.keyboard.press('Control+u');
    await back(joseph);
    await page.getByRole('region', { name: 'Patient' }).getByText('Mercy').waitFor();
    expect(await noteText()).toBe('Cough, three weeks');
  });

  test('a text that cannot be kept is not lost unasked', async () => {
    // As refused as the one draft too many: it is longer than any that is kept.
    const long = `${'Long history. '.repeat(40_000)}End`;
    await editor().fill(long);
    await page.getByText('Not saved yet').waitFor();
    await page.getByRole('contentinfo').getByRole('alert').waitFor();
    await page.keyboard.press('Control+u');
    const asked = page.getByRole('dialog', { name: 'Not everything you typed is kept' });
    await asked.getByText('is lost when somebody else takes it over', { exact: false }).waitFor();
    expect(await look(application, 'leaving-unkept')).toEqual([]);
    await page.keyboard.press('Enter');
    await asked.waitFor({ state: 'hidden' });
    expect(await noteText()).toBe(long);
    // A lock asks nothing, and says so to whoever comes.
    await page.keyboard.press('Control+l');
    await page.getByText('A half-typed text of whoever was here could not be kept.', { exact: false }).waitFor();
    expect(await look(application, 'locked-unkept')).toEqual([]);
    await page.getByLabel('Password', { exact: true }).fill(joseph.password);
    await page.getByLabel('Password', { exact: true }).press('Enter');
    expect(await noteText()).toBe(long);
    await editor().fill('Cough, three weeks');
    await page
      .getByText(/^Draft saved/)
      .first()
      .waitFor();
  });

  test('a machine that goes to sleep is locked, and the same person goes on', async () => {
    await application.app.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'));
    await page.getByRole('heading', { name: 'Locked' }).waitFor();
    expect(await page.getByText('Cough', { exact: false }).count()).toBe(0);
    await page.getByLabel('Password', { exact: true }).fill(joseph.password);
    await page.getByLabel('Password', { exact: true }).press('Enter');
    expect(await noteText()).toBe('Cough, three weeks');
  });

  const editor = () => page.getByLabel('Text', { exact: true });
  async function noteText(): Promise<string> {
    await editor().waitFor();
    await page.waitForFunction(() => document.querySelector('textarea:not([disabled])') !== null);
    return editor().inputValue();
  }
  async function writeNote(text: string): Promise<void> {
    await page.keyboard.press('n');
    await editor().fill(text);
  }
  /** By the button of a session that is kept here: the password is enough. */
  async function back(who: { displayName: string; password: string }): Promise<void> {
    await page.getByRole('button', { name: `Back to ${who.displayName}` }).press('Enter');
    await page.getByLabel('Password', { exact: true }).fill(who.password);
    await page.getByLabel('Password', { exact: true }).press('Enter');
  }
});

describe('an administrator’s screen that was left open', () => {
  const question = () => page.getByRole('dialog', { name: 'Your password again' });
  const reset = () => page.getByRole('dialog', { name: 'Reset the password of Joseph Kamau' });

  test('hands nobody a one-time code without the password', async () => {
    await application.close();
    // So short a while that looking at two screens in both themes takes longer.
    await cli(['call', 'settings.set', '--input', JSON.stringify({ key: 'passwordHoldsMs', value: 2000 })]);
    await open();
    await signInWithCode();
    await go(page, 'Settings');
    await page.getByRole('button', { name: 'Actions for Joseph Kamau' }).press('Enter');
    expect(await look(application, 'person-menu')).toEqual([]);
    await page.getByRole('menuitem', { name: 'Reset the password …' }).press('Enter');
    await reset().waitFor();
    expect(await look(application, 'reset-password')).toEqual([]);
    await reset().getByRole('button', { name: 'Make a one-time code' }).press('Enter');
    await question().waitFor();
    // By keyboard alone, and over the dialog from which it came.
    await page.keyboard.type('what a passer-by types');
    await page.keyboard.press('Enter');
    await question().getByText('Code password-wrong').waitFor();
    expect(await look(application, 'password-again')).toEqual([]);
    await page.keyboard.press('Escape');
    await question().waitFor({ state: 'hidden' });
    await reset().getByText('Code password-needed').waitFor();
    expect(await page.getByText('Give this code to', { exact: false }).count()).toBe(0);
  });

  test('does what was asked once it was typed', async () => {
    await reset().getByRole('button', { name: 'Make a one-time code' }).press('Enter');
    await question().waitFor();
    await page.keyboard.type(person.password);
    await page.keyboard.press('Enter');
    await page.getByText('Give this code to Joseph Kamau', { exact: false }).waitFor();
    expect(await question().count()).toBe(0);
  });

  test('forgets the question when it is locked', async () => {
    await page.getByRole('button', { name: 'I have passed it on' }).click();
    // Whoever was at it meanwhile has let the time pass.
    expect(await look(application, 'people')).toEqual([]);
    await page.getByRole('button', { name: 'Actions for Joseph Kamau' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Switch off …' }).press('Enter');
    const off = page.getByRole('dialog', { name: /Joseph Kamau/ });
    expect(await look(application, 'switch-off')).toEqual([]);
    await off.getByRole('button', { name: 'Switch off' }).press('Enter');
    await question().waitFor();
    await page.keyboard.press('Control+l');
    await page.getByRole('heading', { name: 'Locked' }).waitFor();
    await page.getByLabel('Password', { exact: true }).fill(person.password);
    await page.getByLabel('Password', { exact: true }).press('Enter');
    await page.getByRole('row').filter({ hasText: joseph.displayName }).getByText('One-time code waits').waitFor();
    expect(await question().count()).toBe(0);
  });
});

describe('nobody at the keyboard', () => {
  test('it locks itself after the time that is set', async () => {
    await application.close();
    // Nobody was on the screen of the one before, not even for the moment in which it is put away: that would stand in the log as an attempt of theirs.
    const { entries } = JSON.parse(await cli(['audit', 'list', '--limit', '1000', '--json']));
    const denied = entries.filter((entry: { outcome: string; procedure: string }) => entry.outcome === 'denied');
    const unasked = denied.filter(
      ({ procedure, reason }: { procedure: string; reason?: string }) =>
        !/^session\.(signIn|confirm)$/.test(procedure) && reason !== 'password-needed',
    );
    expect(unasked).toEqual([]);
    await cli(['call', 'settings.set', '--input', JSON.stringify({ key: 'idleLockMs', value: 10_000 })]);
    await open();
    await signInWithCode();
    await page.getByRole('heading', { name: 'Today' }).waitFor();
    await page.getByRole('heading', { name: 'Locked' }).waitFor({ timeout: 60_000 });
  });
});

/** The administrator, with one of the printed codes. */
async function signInWithCode(): Promise<void> {
  await signIn(person);
  await page.getByLabel('Code', { exact: true }).fill(singleUse.pop() ?? '');
  await page.getByLabel('Code', { exact: true }).press('Enter');
}

async function switchTo(who: { userName: string; displayName: string; password: string }): Promise<void> {
  await page.keyboard.press('Control+u');
  await page.getByRole('heading', { name: 'Switch user' }).waitFor();
  await signIn(who);
  await page.getByRole('button', { name: `Signed in as ${who.displayName}` }).waitFor();
}

/** As the administrator, while the application is closed; by a single-use code, so that nobody waits for the next that is shown. */
async function cli(args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    join(root, 'node_modules', '.bin', 'node'),
    ['src-main/cli/main.ts', ...args, '--vault', join(home, 'vaults', 'clinic')],
    {
      cwd: root,
      env: {
        ...(await environment(home)),
        LAMPLIGHT_USER: person.userName,
        LAMPLIGHT_PASSWORD: person.password,
        LAMPLIGHT_RECOVERY_CODE: singleUse.pop() ?? '',
      },
      maxBuffer: 16 * 1024 * 1024,
    },
  );
  return stdout;
}
