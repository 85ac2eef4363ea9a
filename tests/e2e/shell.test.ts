/** What a hospital would lose: the page could reach Node, the network or another program, or a crash of the core would end the work. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveElectron } from '../../scripts/electron-runtime.mjs';
import { root } from '../../src-node/root.ts';
import { type Application, environment, launch } from './harness.ts';

let application: Application;

beforeAll(async () => {
  application = await launch();
});

afterAll(async () => {
  await application.close();
});

describe('the page', () => {
  test('shows itself under a policy with a nonce of its own at each load', async () => {
    const { page } = application;
    const nonce = () => page.locator('meta[name="csp-nonce"]').getAttribute('content');
    const first = await nonce();
    await page.reload();
    expect(first).toMatch(/^[\w+/]{22}==$/);
    expect(await nonce()).not.toBe(first);
    expect(await page.title()).toBe('Lamplight');
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await application.screenshot('first-window');
  });

  test('has neither Node nor Electron', async () => {
    const found = await application.page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in globalThis),
    );
    expect(found).toEqual([]);
  });

  test('cannot fetch, run text as code or load a picture from elsewhere', async () => {
    const outcome = await application.page.evaluate(async () => {
      const violated: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => violated.push(event.effectiveDirective));
      const fetched = await fetch('https://127.0.0.1:9/').then(
        () => 'fetched',
        () => 'refused',
      );
      // A string on purpose: this is what the policy must stop.
      const script = document.createElement('script');
      script.textContent = 'globalThis.ran = true';
      document.head.append(script);
      const picture = new Image();
      const shown = new Promise<string>((resolve) => {
        picture.onload = () => resolve('shown');
        picture.onerror = () => resolve('refused');
      });
      picture.src = 'https://127.0.0.1:9/x.png';
      return { fetched, ran: 'ran' in globalThis, shown: await shown, violated };
    });
    expect(outcome).toMatchObject({ fetched: 'refused', ran: false, shown: 'refused' });
    expect(outcome.violated).toEqual(expect.arrayContaining(['connect-src', 'script-src-elem', 'img-src']));
    forgive(/Content Security Policy|violates/);
  });

  test('cannot navigate away, open a window, download or be granted anything', async () => {
    const { app, page } = application;
    const address = page.url();
    const opened = await page.evaluate(() => {
      location.assign('https://127.0.0.1:9/');
      return window.open('https://127.0.0.1:9/') === null;
    });
    const granted = await page.evaluate(async () => {
      const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read'];
      // The browser knows all of these names; the type lists only some.
      const states = await Promise.all(
        names.map((name) => navigator.permissions.query({ name: name as PermissionName }).then((status) => status.state)),
      );
      return names.filter((_name, index) => states[index] === 'granted');
    });
    const downloads = await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['x']));
      link.download = 'x.txt';
      link.click();
    });
    expect(downloads).toBeUndefined();
    expect(opened).toBe(true);
    expect(granted).toEqual([]);
    expect(page.url()).toBe(address);
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  test('serves nothing from outside its folder', async () => {
    const { page } = application;
    const statuses = await page.evaluate(async () => {
      const load = (address: string) =>
        new Promise<string>((resolve) => {
          const script = document.createElement('script');
          script.onload = () => resolve('loaded');
          script.onerror = () => resolve('refused');
          script.src = address;
          document.head.append(script);
        });
      return Promise.all(
        [
          '/../main/index.cjs',
          '/%2e%2e/main/index.cjs',
          '/..%2fmain%2findex.cjs',
          '/..%5cmain%5cindex.cjs',
          '//elsewhere/x.js',
        ].map(load),
      );
    });
    expect(new Set(statuses)).toEqual(new Set(['refused']));
    forgive(/Failed to load resource|Content Security Policy|MIME type/);
  });
});

describe('the shell', () => {
  test('starts a new core when it has died and gives the page a fresh port', async () => {
    const { page } = application;
    await page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(globalThis, { heard });
      window.addEventListener('message', (event) => {
        if (typeof event.data === 'string' && event.data.startsWith('lamplight:'))
          heard.push(`${event.data} ${event.ports.length}`);
      });
    });
    application.killCore();
    await page.waitForFunction(() => (globalThis as unknown as { heard: string[] }).heard.includes('lamplight:port 1'));
    const heard = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
    expect(heard).toEqual(['lamplight:core-lost 0', 'lamplight:port 1']);
  });

  test('refuses a second start with a sentence', async () => {
    const { executable } = await resolveElectron();
    const second = spawn(executable, ['--no-sandbox', root], {
      env: await environment(application.home),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    second.stderr.on('data', (bytes) => {
      said += bytes;
    });
    const status = await new Promise((resolve) => second.on('close', resolve));
    expect(said).toContain('Lamplight is open already on this machine.');
    expect(status).toBe(1);
  });

  test('keeps the title of the window whatever the page calls itself', async () => {
    await application.page.evaluate(() => {
      document.title = 'OTIENO, Amina';
    });
    expect(
      await application.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.getTitle())),
    ).toEqual(['Lamplight']);
    await application.page.evaluate(() => {
      document.title = 'Lamplight';
    });
  });
});

/** Takes back the complaints that a test has provoked. */
function forgive(pattern: RegExp): void {
  const kept = application.complaints.filter((complaint) => !pattern.test(complaint));
  application.complaints.splice(0, application.complaints.length, ...kept);
}
