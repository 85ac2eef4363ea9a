/** What a clinic would lose: nobody gets in on the first day, a wrong person gets in, or what was half typed is gone after a lock or a crash. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { go, look, person, register, setUpClinic } from './clinic.ts';
import { type Application, launch } from './harness.ts';

let application: Application;

beforeAll(async () => {
  application = await launch();
  application.page.setDefaultTimeout(20_000);
});

afterAll(async () => {
  await application.close();
});

describe('set-up', () => {
  test('offers a vault of our own or a sample clinic', async () => {
    await application.page.getByRole('button', { name: 'Open a sample clinic' }).waitFor();
    expect(await look(application, 'setup')).toEqual([]);
  });

  test('says what is missing and how good the password is, by keyboard alone', async () => {
    const { page } = application;
    await page.getByRole('button', { name: 'Create the vault' }).press('Enter');
    await page.getByLabel('Name of the clinic').press('Enter');
    await expect.poll(() => page.getByText('This is needed.').count()).toBe(4);
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page
      .getByText(/characters more are needed/)
      .first()
      .waitFor();
    await page.getByLabel('Password', { exact: true }).fill(person.password);
    await page.getByText('Strong.').waitFor();
    await page.getByLabel('Password again').fill('something else');
    await page.getByText('The two passwords differ.').waitFor();
    expect(await look(application, 'setup-form')).toEqual([]);
    await page.getByRole('button', { name: 'Back' }).click();
  });

  test('creates the vault and wants parts of the recovery code typed back', async () => {
    const code = await setUpClinic(application.page);
    expect(code).toMatch(/^([0-9A-Z]{4}-){8}[0-9A-Z]{1,4}$/);
    expect(await look(application, 'today-new')).toEqual([]);
  });
});

describe('a half-typed note', () => {
  const typed = 'Came with a red eye since yesterday.';

  test('is there again after locking, at the same place', async () => {
    const { page } = application;
    await register(page, { family: 'Njoroge', given: 'Grace', birthDate: '1961-05-02', sex: 'female' });
    await page.keyboard.press('n');
    await page.getByLabel('Text').fill(typed);
    await page.keyboard.press('Control+l');
    await page.getByRole('heading', { name: 'Locked' }).waitFor();
    expect(await page.getByText('Njoroge').count()).toBe(0);
    expect(await look(application, 'lock')).toEqual([]);
    await unlock('a wrong password');
    await page.getByText('User name, password or code is wrong.').waitFor();
    await unlock(person.password);
    await page.getByRole('heading', { name: 'New note' }).waitFor();
    await page.waitForFunction((text) => document.querySelector('textarea')?.value === text, typed);
  });

  test('is there again after the core was killed, with the last words', async () => {
    const { page } = application;
    await page.getByLabel('Text').press('End');
    await page.getByLabel('Text').pressSequentially(' No pain.');
    application.killCore();
    await page.getByRole('heading', { name: 'Locked' }).waitFor();
    await unlock(person.password);
    await page.getByRole('heading', { name: 'New note' }).waitFor();
    await page.waitForFunction((text) => document.querySelector('textarea')?.value === text, `${typed} No pain.`);
    await page
      .getByText(/^Draft saved/)
      .first()
      .waitFor();
    expect(await look(application, 'note')).toEqual([]);
  });

  test('stands on Today until it is signed', async () => {
    const { page } = application;
    await go(page, 'Today');
    await page.getByRole('link', { name: /New note, NJOROGE, Grace/i }).press('Enter');
    await page.getByRole('heading', { name: 'New note' }).waitFor();
    await page.getByLabel('Text').press('Control+Enter');
    await page.getByText(`${typed} No pain.`).waitFor();
    await page.getByRole('heading', { name: `Signed by ${person.displayName}` }).waitFor();
    await go(page, 'Today');
    await page.getByText('No half-written notes.').waitFor();
  });
});

describe('the theme', () => {
  test('is chosen in the menu of the person', async () => {
    const { page } = application;
    for (const [name, scheme] of [
      ['Dark', 'dark'],
      ['Light', 'light'],
      ['As the system', 'light'],
    ] as const) {
      await page.getByRole('button', { name: `Signed in as ${person.displayName}` }).click();
      await page.getByRole('menuitemradio', { name }).click();
      await page.waitForFunction((expected) => document.documentElement.dataset.mantineColorScheme === expected, scheme);
    }
  });
});

describe('sign-in', () => {
  test('follows signing out, and opens again by keyboard alone', async () => {
    const { page } = application;
    await page.getByRole('button', { name: `Signed in as ${person.displayName}` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByLabel('User name').fill(person.userName);
    expect(await look(application, 'sign-in')).toEqual([]);
    await page.getByLabel('Password', { exact: true }).fill(person.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Today' }).waitFor();
  });
});

async function unlock(password: string): Promise<void> {
  const { page } = application;
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Unlock' }).click();
}
