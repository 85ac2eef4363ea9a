/** A clinic with real examinations of ../shared/data/dicom in one chart, for whoever looks at the viewer. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from '../../src-node/root.ts';
import { person, register, setUpClinic } from './clinic.ts';
import { type Application, environment, type LaunchOptions, launch } from './harness.ts';

/** Whether there are any: they lie beside the project, not in it. */
export const hasRealStudies = existsSync(join(resolve(root, process.env.LAMPLIGHT_SHARED ?? '../shared', 'data'), 'dicom'));
const data = resolve(root, process.env.LAMPLIGHT_SHARED ?? '../shared', 'data');

export interface RealClinic {
  readonly home: string;
  /** `/patient/ID`. */
  readonly chart: string;
  /** Starts the application, signed in. */
  open(options?: Omit<LaunchOptions, 'home'>): Promise<Application>;
  /** Takes files or folders below `../shared/data`, or by a whole path, into the chart. Only while the application is closed. */
  takeIn(...paths: readonly string[]): void;
  remove(): void;
}

export async function realClinic(): Promise<RealClinic> {
  const home = mkdtempSync(join(tmpdir(), 'lamplight-real-'));
  const made = await launch({ home });
  made.page.setDefaultTimeout(60_000);
  await setUpClinic(made.page);
  await register(made.page, { family: 'Njoroge', given: 'Samuel', birthDate: '1961-11-30', sex: 'male' });
  const id = /#\/patient\/([^/]+)/.exec(made.page.url())?.[1] ?? '';
  await made.close();
  const env = { ...(await environment(home)), LAMPLIGHT_USER: person.userName, LAMPLIGHT_PASSWORD: person.password };
  return {
    home,
    chart: `/patient/${id}`,
    open: async (options) => {
      const application = await launch({ ...options, home });
      application.page.setDefaultTimeout(60_000);
      await signIn(application);
      return application;
    },
    takeIn: (...paths) => {
      const cli = join(root, 'src-main', 'cli', 'main.ts');
      const files = paths.map((path) => resolve(data, path));
      execFileSync(process.execPath, [cli, '--vault', join(home, 'vaults', 'clinic'), 'import', '--patient', id, ...files], {
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

async function signIn({ page }: Application): Promise<void> {
  await page.locator('input:not([type="password"])').first().fill(person.userName);
  await page.locator('input[type="password"]').fill(person.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Today' }).waitFor();
}

/** Keeps a photograph of ../shared/data in the chart that is open, and ends on its reading. */
export async function dropPhotograph({ page }: Pick<Application, 'page'>, path: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    (base64) => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], 'right-eye.jpg', { type: 'image/jpeg' }));
      return transfer;
    },
    readFileSync(resolve(data, path)).toString('base64'),
  );
  const heading = page.getByRole('heading', { level: 1 });
  await heading.dispatchEvent('dragenter', { dataTransfer });
  await heading.dispatchEvent('drop', { dataTransfer });
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Taken for: Photograph').waitFor();
  await dialog.getByText('Right eye').click();
  await dialog.getByRole('button', { name: 'Take it' }).click();
  await dialog.getByRole('link', { name: 'Open the reading' }).click();
  await page.getByRole('heading', { level: 1, name: 'Eye photograph' }).waitFor();
}
