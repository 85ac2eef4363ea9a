/** What a clinician would lose: the right patient at a glance, a warning before a second chart for one person, and a chart that can be read and added to by keyboard. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { fillRegistration, go, look, register, setUpClinic, tab } from './clinic.ts';
import { type Application, launch } from './harness.ts';

let application: Application;

beforeAll(async () => {
  application = await launch();
  application.page.setDefaultTimeout(20_000);
  await setUpClinic(application.page);
});

afterAll(async () => {
  await application.close();
});

describe('registration', () => {
  test('names each field that is missing or wrong', async () => {
    const { page } = application;
    await go(page, 'Today');
    await page.getByRole('button', { name: 'Register a patient' }).click();
    await page.getByLabel('Birth date').fill('31.2.1961');
    await page.getByRole('button', { name: 'Register', exact: true }).press('Enter');
    await expect.poll(() => page.getByText('This is needed.').count()).toBe(3);
    await page.getByText(/^Enter a year/).waitFor();
    await page.getByRole('button', { name: 'Clear the form' }).click();
    await expect.poll(() => page.getByLabel('Birth date').inputValue()).toBe('');
  });

  test('opens the chart of the new patient', async () => {
    const { page } = application;
    await register(page, { family: 'Otieno', given: 'Amina', birthDate: '1984-03-17', sex: 'female' });
    const banner = page.getByRole('region', { name: 'Patient' });
    await expect.poll(() => banner.textContent()).toMatch(/Otieno, Amina17 Mar 1984 \(\d+ years\)Female/);
  });

  test('shows who is alike, side by side, before it makes a second chart', async () => {
    const { page } = application;
    await go(page, 'Today');
    await page.getByRole('button', { name: 'Register a patient' }).click();
    await fillRegistration(page, { family: 'Otieno', given: 'Aminah', birthDate: '1984-03-17', sex: 'female' });
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByText('Somebody alike is registered already').waitFor();
    expect(await look(application, 'look-alikes')).toEqual([]);
    await page.getByRole('button', { name: /This is the person: open the chart of OTIENO, Amina/i }).click();
    await page.getByRole('heading', { name: 'Summary' }).waitFor();
    await expect.poll(() => page.getByRole('region', { name: 'Patient' }).textContent()).not.toContain('Aminah');
  });

  test('keeps what was typed for the way back', async () => {
    const { page } = application;
    await go(page, 'Patients');
    await page.getByRole('button', { name: 'Register a patient' }).click();
    await page.waitForFunction(() => document.querySelector('input')?.value === 'Otieno');
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByRole('button', { name: 'Register as a new patient' }).click();
    await page.getByRole('heading', { name: 'Summary' }).waitFor();
    await expect.poll(() => page.getByRole('region', { name: 'Patient' }).textContent()).toContain('Otieno, Aminah');
  });
});

describe('finding a patient', () => {
  test('works as one types, with arrows and Enter', async () => {
    const { page } = application;
    await go(page, 'Patients');
    const field = page.getByRole('combobox', { name: 'Name, number, birth date or phone' });
    await field.fill('otie');
    await page.getByText('2 patients found').waitFor();
    expect(await look(application, 'patients')).toEqual([]);
    const second = page.getByRole('option').nth(1);
    await field.press('ArrowDown');
    await expect.poll(() => second.getAttribute('aria-selected')).toBe('true');
    const name = (await second.textContent())?.includes('Aminah') ? 'Otieno, Aminah' : 'Otieno, Amina';
    await field.press('Enter');
    await page.getByRole('region', { name: 'Patient' }).getByText(name, { exact: true }).waitFor();
  });

  test('leads back to the chart that was opened last, and the rail says where one is', async () => {
    const { page } = application;
    const recent = page.getByRole('region', { name: 'Opened last' }).getByRole('link');
    await go(page, 'Today');
    await expect.poll(() => recent.count()).toBe(2);
    const other = (await recent.nth(1).getAttribute('href')) ?? '';
    await recent.nth(1).click();
    await page.getByRole('heading', { name: 'Summary' }).waitFor();
    const place = page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Patients' });
    await expect.poll(() => place.getAttribute('aria-current')).toBe('true');
    await go(page, 'Today');
    await expect.poll(() => recent.first().getAttribute('href')).toBe(other);
  });

  test('says so when nobody is found', async () => {
    const { page } = application;
    await go(page, 'Patients');
    await page.getByRole('combobox', { name: 'Name, number, birth date or phone' }).fill('xyzzy');
    await page.getByText(/^Nobody found for “xyzzy”/).waitFor();
  });

  test('works from anywhere by Ctrl K, and commands too', async () => {
    const { page } = application;
    await page.keyboard.press('Control+k');
    const field = page.getByRole('dialog').getByRole('combobox', { name: 'Search' });
    await field.fill('1984-03-17');
    await page.getByRole('dialog').getByText('OTIENO', { exact: false }).first().waitFor();
    expect(await look(application, 'palette')).toEqual([]);
    await field.fill('settings');
    await field.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  });
});

describe('records', () => {
  test('come in by Ctrl O: said what they are, then taken', async () => {
    const { page } = application;
    await go(page, 'Today');
    await page.keyboard.press('Control+o');
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'bundle.json',
      mimeType: 'application/json',
      buffer: readFileSync(join(root, 'tests/fixtures/chart-bundle.json')),
    });
    await dialog.getByText('Taken for: Health records (FHIR)').waitFor();
    expect(await look(application, 'import')).toEqual([]);
    await dialog.getByRole('button', { name: 'Take it' }).click();
    await dialog.getByRole('link', { name: 'Open the chart' }).click();
    await page.getByRole('heading', { name: 'Summary' }).waitFor();
    await page.getByRole('region', { name: 'Patient' }).getByText('Wambui, Peter', { exact: true }).waitFor();
  });
});

describe('the chart', () => {
  const screens = [
    'Summary',
    'Timeline',
    'Problems',
    'Allergies',
    'Medicines',
    'Vitals',
    'Labs',
    'Letters',
    'Images',
    'Notes',
    'Visits',
  ];

  test.each(screens)('shows %s without a serious fault, in both themes', async (screen) => {
    await tab(application.page, screen);
    await application.page.waitForFunction(
      () => document.querySelectorAll('[role="status"][aria-label^="Loading"]').length === 0,
    );
    expect(await look(application, `chart-${screen.toLowerCase()}`)).toEqual([]);
  });

  test('has the allergy in the banner on every tab', async () => {
    for (const screen of screens) {
      await tab(application.page, screen);
      await expect.poll(() => application.page.getByRole('region', { name: 'Patient' }).textContent()).toContain('Penicillin');
    }
  });

  test('keeps the banner in sight at the end of a long list', async () => {
    const { page } = application;
    await tab(page, 'Timeline');
    await page.getByText('This is the beginning of the record.').scrollIntoViewIfNeeded();
    const box = await page.getByRole('region', { name: 'Patient' }).boundingBox();
    expect(box?.y).toBeLessThan(120);
  });

  test('takes a blood pressure by keyboard, and refuses one that no body has', async () => {
    const { page } = application;
    await page.keyboard.press('Alt+6');
    await page.getByRole('heading', { level: 1, name: 'Vital signs' }).waitFor();
    await page.keyboard.press('a');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Systolic' }).fill('820');
    await dialog.getByRole('textbox', { name: 'Diastolic' }).fill('88');
    await dialog.getByRole('textbox', { name: 'Diastolic' }).press('Enter');
    await dialog.getByText('Enter a number from 30 to 320 mmHg.').waitFor();
    expect(await look(application, 'add-vital')).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Systolic' }).fill('142');
    await dialog.getByRole('textbox', { name: 'Systolic' }).press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('listitem').filter({ hasText: 'Systolic blood pressure' }).getByText('142', { exact: true }).waitFor();
  });

  test('adds a medicine and ends it with a reason', async () => {
    const { page } = application;
    await tab(page, 'Medicines');
    await page.keyboard.press('a');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Medicine', { exact: true }).fill('Amlodipine');
    await dialog.getByLabel('Dose').fill('5 mg');
    await dialog.getByRole('button', { name: 'Add to the chart' }).click();
    await page.getByRole('button', { name: 'End Amlodipine' }).click();
    await page.getByRole('dialog').getByLabel('Why does it end?').fill('Ankle swelling');
    await page.getByRole('button', { name: 'End it' }).click();
    await page.getByRole('button', { name: 'End Amlodipine' }).waitFor({ state: 'detached' });
    await page.getByText('All', { exact: true }).click();
    await page.getByRole('row').filter({ hasText: 'Amlodipine' }).getByText('Stopped').waitFor();
  });

  test('shows on the summary that an entry is not for everybody', async () => {
    const { page } = application;
    await tab(page, 'Medicines');
    await page
      .getByRole('button', { name: /^Sensitivity of / })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    const title = ((await dialog.getByRole('heading').first().textContent()) ?? '').replace('Sensitivity of ', '');
    const box = dialog.getByRole('checkbox').first();
    await box.check();
    const label = await box.evaluate((input) => (input as HTMLInputElement).labels?.[0]?.textContent ?? ''); // it is a checkbox
    await dialog.getByRole('textbox').fill('She asked for it');
    await dialog.getByRole('button', { name: 'Save labels' }).click();
    await dialog.waitFor({ state: 'detached' });
    await tab(page, 'Summary');
    const line = page.getByRole('listitem').filter({ hasText: title });
    await line.getByText(label, { exact: true }).waitFor();
    // Labels are set where the entry is: here nothing is to be pressed.
    expect(await line.getByRole('button').count()).toBe(0);
    expect(await look(application, 'chart-summary-labelled')).toEqual([]);
  });

  test('brings a discarded note back, and goes back by Escape', async () => {
    const { page } = application;
    await tab(page, 'Notes');
    await page.keyboard.press('n');
    await page.getByLabel('Text').fill('Seen with her daughter.');
    await page
      .getByText(/^Draft saved/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Discard the draft' }).click();
    await page.getByRole('heading', { level: 1, name: 'Notes' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.keyboard.press('n');
    await page.waitForFunction(() => document.querySelector('textarea')?.value === 'Seen with her daughter.');
    await page.getByRole('link', { name: 'All notes' }).focus();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { level: 1, name: 'Notes' }).waitFor();
  });

  test('says what a dropped file is taken for, and takes nothing that it does not know', async () => {
    const { page } = application;
    await tab(page, 'Summary');
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['neither picture nor letter'], 'diary.xyz'));
      const target = document.querySelector('h1');
      target?.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true, cancelable: true }));
      target?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    });
    const dialog = page.getByRole('dialog');
    await dialog.getByText('For WAMBUI, Peter').waitFor();
    await dialog.getByText('Taken for: Unknown: cannot be taken').waitFor();
    await expect.poll(() => dialog.getByRole('button', { name: 'Take it' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Take nothing' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  test('shows every key by ?', async () => {
    const { page } = application;
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Search patients and commands').waitFor();
    expect(await look(application, 'keys')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  test('stands in one column at twice the size, with nothing cut', async () => {
    const { app, page } = application;
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(683, 600));
    await page.waitForFunction(() => window.innerWidth < 700);
    for (const screen of ['Summary', 'Vitals', 'Medicines']) {
      await tab(page, screen);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
      await application.screenshot(`narrow-${screen.toLowerCase()}`);
    }
  });
});
