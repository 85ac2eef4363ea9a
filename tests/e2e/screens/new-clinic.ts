/** A clinic on its first day: every screen while it is empty, what is refused, the paired server gone, and the core dead. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemoServer } from '../../demo/server.ts';
import { answerPassword, confirmCode, createVault, fillRegistration, person, register } from '../clinic.ts';
import { corePid } from '../harness.ts';
import type { Camera, Picture } from './camera.ts';
import { bringingPictures, keyPictures, lostKeyPictures } from './keys.ts';
import { chartAddress, chartTabs, skeleton, tabAddress } from './places.ts';

const patient = { family: 'Otieno', given: 'Amina', birthDate: '1984-03-17', sex: 'female' } as const;
const nurse = { displayName: 'Joseph Kamau', userName: 'joseph', password: 'paper window garden bicycle' };
/** Of the form of an id, and nobody's. */
const nobody = '01900000-0000-7000-8000-000000000000';

export async function pictureNewClinic(camera: Camera): Promise<void> {
  await answerPassword(camera.page);
  const bringing = await bringingPictures(camera);
  await camera.take([['setup-choose', () => camera.button('Open a sample clinic').waitFor()], ...bringing.pictures]);
  bringing.remove();
  await camera.take(firstDay(camera));
  await camera.at('/settings');
  await camera.take(keyPictures(camera));
  await register(camera.page, patient);
  const chart = chartAddress(camera.page);
  await camera.take(emptyChart(camera, chart));
  await camera.take(refused(camera, chart));
  await withServer(camera);
  await camera.take(shut(camera, chart));
}

function firstDay({ page, at, button, shutDialog, freeze, thaw }: Camera): Picture[] {
  return [
    ['setup-form', () => button('Create the vault').click()],
    ['setup-form-wrong', () => button('Create the vault').click()],
    [
      'setup-code',
      () =>
        button('Back')
          .click()
          .then(() => createVault(page)),
    ],
    ['today-empty', () => confirmCode(page)],
    ['patients-empty', () => at('/patients')],
    [
      'patients-nobody',
      () =>
        page
          .getByRole('combobox', { name: /^Name, number/ })
          .fill('xyzzy')
          .then(() => page.getByText(/^Nobody found/).waitFor()),
    ],
    ['register-empty', () => at('/patients/new')],
    ['register-wrong', () => button('Register').click()],
    ['letters-empty', () => at('/letters')],
    ['coach-empty', () => at('/coach')],
    ['sync-not-paired', () => at('/sync')],
    [
      'settings-loading',
      () =>
        Promise.resolve(freeze())
          .then(() => at('/settings'))
          .then(() => skeleton(page).waitFor()),
    ],
    ['settings-new', () => Promise.resolve(thaw())],
    ['settings-add-person', () => button('Add a person').click()],
    [
      'settings-people',
      async () => {
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Name', { exact: true }).fill(nurse.displayName);
        await dialog.getByLabel('User name').fill(nurse.userName);
        await dialog.getByLabel('Nurse').check();
        await dialog.getByLabel('First password').fill(nurse.password);
        await dialog.getByLabel('First password').press('Enter');
        await page.getByRole('row').filter({ hasText: nurse.displayName }).waitFor();
      },
    ],
    ['palette-empty', () => page.keyboard.press('Control+k').then(() => page.getByRole('dialog').waitFor())],
    [
      'keys',
      async () => {
        await shutDialog();
        await page.getByRole('heading', { level: 1 }).click();
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
      },
    ],
    ['nowhere-error', () => shutDialog().then(() => at('/nowhere'))],
  ];
}

function emptyChart({ page, at, button, shutDialog }: Camera, chart: string): Picture[] {
  const adding = (tab: 'problems' | 'allergies' | 'medicines' | 'vitals', name: string): Picture => [
    `${tab}-add`,
    async () => {
      await at(tabAddress(chart, tab));
      await button(name).click();
      await page.getByRole('dialog').waitFor();
    },
  ];
  return [
    ...chartTabs.map((tab): Picture => [`${tab}-empty`, () => at(tabAddress(chart, tab))]),
    adding('vitals', 'Add a vital sign'),
    ['vitals-add-wrong', () => button('Add to the chart').click()],
    ...(['problems', 'allergies', 'medicines'] as const).map((tab, index): Picture => {
      const [name, show] = adding(tab, ['Add a problem', 'Add an allergy', 'Add a medicine'][index] ?? '');
      return [name, () => shutDialog().then(show)];
    }),
    ['note-new', () => shutDialog().then(() => at(`${chart}/notes/new`))],
    [
      'panel-empty',
      () =>
        at(chart)
          .then(() => page.getByRole('heading', { level: 1, name: 'Summary' }).click())
          .then(() => page.keyboard.press('c'))
          .then(() => page.getByRole('complementary').getByLabel('Your question').waitFor()),
    ],
  ];
}

function refused({ page, at, button }: Camera, chart: string): Picture[] {
  return [
    ['chart-error', () => at(`/patient/${nobody}`)],
    ['letter-error', () => at(`${chart}/document/${nobody}`)],
    ['reading-error', () => at(`${chart}/image/${nobody}`)],
    [
      'register-alike',
      async () => {
        await at('/patients/new');
        await fillRegistration(page, { ...patient, given: 'Aminah' });
        await button('Register').click();
        await page.getByText('Somebody alike is registered already').waitFor();
      },
    ],
    [
      'sync-wrong-code',
      async () => {
        await at('/sync');
        await page.getByLabel('Address of the server').fill('https://localhost:1');
        await page.getByLabel('Enrolment code').fill('NOT-A-CODE');
        await button('Pair').click();
        await page.getByRole('alert').waitFor();
      },
    ],
  ];
}

/** A real server, paired and then gone. */
async function withServer({ page, at, button, take }: Camera): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'lamplight-screens-'));
  const server = await startDemoServer(data);
  const gone = page.getByText('The server cannot be reached.').first();
  await take([
    [
      'sync-paired',
      async () => {
        await page.getByLabel('Address of the server').fill(server.url);
        await page.getByLabel('Enrolment code').fill(server.code);
        await button('Pair').click();
        await page.getByText('Reached', { exact: true }).first().waitFor();
      },
    ],
    [
      'sync-offline',
      () =>
        server
          .kill()
          .then(() => page.getByRole('button', { name: 'Synchronise now' }).click())
          .then(() => gone.waitFor()),
    ],
    ['today-offline', () => at('/')],
    [
      'coach-offline',
      async () => {
        await at('/coach');
        await page.getByLabel('Your question').fill('How is diabetic retinopathy treated?');
        await button('Ask').click();
        await page
          .getByRole('button', { name: /^Passage \d+:/ })
          .first()
          .waitFor();
      },
    ],
  ]);
  await server.stop();
  rmSync(data, { recursive: true, force: true });
}

/** Behind the door: locked, signed out, somebody without the care team, and the core that does not come back. */
function shut(camera: Camera, chart: string): Picture[] {
  const { app, page, at, killCore } = camera;
  const shell = app.process().pid ?? 0;
  const enter = async (password: string) => {
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
  };
  return [
    ['audit-new', () => at('/audit')],
    ['incidents-new', () => at('/incidents')],
    [
      'lock',
      async () => {
        await page.keyboard.press('Control+l');
        await page.getByRole('heading', { name: 'Locked' }).waitFor();
      },
    ],
    ['lock-wrong', () => enter('a wrong password').then(() => page.getByRole('alert').waitFor())],
    [
      'sign-in',
      async () => {
        await enter(person.password);
        await page.getByRole('button', { name: `Signed in as ${person.displayName}` }).click();
        await page.getByRole('menuitem', { name: 'Sign out' }).click();
        await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      },
    ],
    ['sign-in-recover', () => page.getByText('Use the recovery code').click()],
    [
      'break-glass',
      async () => {
        await page.getByText('Sign in with the password instead').click();
        await page.getByLabel('User name').fill(nurse.userName);
        await enter(nurse.password);
        await page.getByRole('heading', { name: 'Today' }).waitFor();
        await at(chart);
        await page.getByRole('button', { name: 'Break the glass' }).waitFor();
      },
    ],
    [
      'summary-glass-broken',
      async () => {
        await page.getByLabel('In your words').fill('Unconscious in the waiting room');
        await page.getByRole('button', { name: 'Break the glass' }).click();
        await page.getByText(/^Glass broken until/).waitFor();
      },
    ],
    ['lock-core-killed', () => Promise.resolve(killCore()).then(() => page.getByRole('heading', { name: 'Locked' }).waitFor())],
    ...lostKeyPictures(camera, nurse.password),
    [
      'lock-core-failed',
      async () => {
        const failed = page.getByText(/^The records service stopped three times/);
        while (!(await failed.isVisible())) {
          if (coreRuns(shell)) killCore();
          await page.waitForTimeout(250);
        }
      },
    ],
  ];
}

function coreRuns(shell: number): boolean {
  try {
    return corePid(shell) > 0;
  } catch {
    return false; // between two
  }
}
