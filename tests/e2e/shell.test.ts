/** What a hospital would lose: the page could reach Node, the network or another program, or a crash of the core would end the work. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveElectron } from '../../scripts/electron-runtime.mjs';
import { root } from '../../src-node/root.ts';
import { type Application, corePid, environment, launch } from './harness.ts';

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

describe('the walls', () => {
  test('stand as they were built: sandbox, isolation, no Node, no weakening', async () => {
    const preferences = await application.app.evaluate(({ webContents }) =>
      // Electron's types leave the last preferences out.
      webContents
        .getAllWebContents()
        .map((contents) => (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences()),
    );
    expect(preferences).toHaveLength(1);
    expect(preferences[0]).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    });
    for (const name of [
      'webSecurity',
      'allowRunningInsecureContent',
      'experimentalFeatures',
      'enableBlinkFeatures',
      'nodeIntegrationInWorker',
      'nodeIntegrationInSubFrames',
    ])
      expect([name, preferences[0]?.[name] ?? 'default']).toEqual([
        name,
        name === 'webSecurity' ? expect.toBeOneOf([true, 'default']) : expect.toBeOneOf([false, 'default', '']),
      ]);
  });

  test('no webview comes up, and no frame shows another address', async () => {
    const { app, page } = application;
    await page.evaluate(() => {
      for (const name of ['webview', 'iframe']) {
        const element = document.createElement(name);
        element.setAttribute('src', 'https://127.0.0.1:9/');
        document.body.append(element);
      }
    });
    expect(await app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
    expect(
      await page.evaluate(() =>
        [...document.querySelectorAll('iframe')].map((frame) => frame.contentDocument?.body.childElementCount ?? 0),
      ),
    ).toEqual([0]);
    await page.evaluate(() => {
      for (const element of document.querySelectorAll('webview, iframe')) element.remove();
    });
    forgive(/Content Security Policy|violates|Failed to load|ERR_/);
  });

  test('the session of the page keeps nothing on disk and grants nothing', async () => {
    const found = await application.app.evaluate(async ({ webContents }) => {
      const session = webContents.getAllWebContents()[0]?.session;
      // Electron 22 has the function; its older types do not know it.
      const { getStoragePath } = session as unknown as { getStoragePath?: () => string | null };
      return {
        place: getStoragePath?.call(session) ?? null,
        spell: session?.isSpellCheckerEnabled(),
        cache: await session?.getCacheSize(),
      };
    });
    expect(found).toMatchObject({ place: null, spell: false, cache: 0 });
  });

  test('what is not ours to ask is not answered: foreign messages change nothing', async () => {
    const { app, page } = application;
    const dialogs = await app.evaluate(({ dialog }) => {
      const asked: string[] = [];
      Object.assign(globalThis, { asked });
      dialog.showOpenDialog = async () => {
        asked.push('open');
        return { canceled: true, filePaths: [] };
      };
      return asked.length;
    });
    expect(dialogs).toBe(0);
    // The port itself, as a page that was taken over would have it.
    await page.addInitScript(() => {
      window.addEventListener('message', (event) => {
        if (event.data === 'lamplight:shell') Object.assign(globalThis, { shellPort: event.ports[0] });
      });
    });
    await page.reload();
    await page.waitForFunction(() => 'shellPort' in globalThis);
    await page.evaluate(() => {
      const { shellPort } = globalThis as unknown as { shellPort: MessagePort };
      for (const message of [
        null,
        1,
        'print',
        [],
        {},
        { t: 'choose', what: '/etc/passwd', asked: 'x' },
        { t: 'choose', what: 'backup-open' },
        { t: 'choose', what: 'backup-open', asked: 'x'.repeat(65) },
        { t: 'openExternal', url: 'https://127.0.0.1:9/' },
        { t: 'theme', theme: '<script>' },
      ])
        shellPort.postMessage(message);
      // A window that pretends to be the preload script has no port to offer, and a port of its own is taken from our own window alone.
      window.postMessage('lamplight:port', '*');
    });
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    expect(await app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked)).toEqual([]);
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  test('neither core nor page is given a secret of the environment, and a dump of either would hold no memory', async () => {
    const own = await launch({
      env: { LAMPLIGHT_PASSWORD: 'environment secret', LAMPLIGHT_RECOVERY_CODE: 'environment secret' },
    });
    try {
      const shell = own.app.process().pid ?? 0;
      const core = corePid(shell);
      expect(readFileSync(`/proc/${core}/environ`, 'utf8')).not.toContain('environment secret');
      for (const pid of [shell, core]) expect(Number.parseInt(readFileSync(`/proc/${pid}/coredump_filter`, 'utf8'), 16)).toBe(0);
    } finally {
      await own.close();
    }
  });

  test('a crash of page and core leaves no dump behind', async () => {
    const own = await launch();
    try {
      const loaded = own.app.evaluate(
        ({ webContents }) =>
          new Promise<void>((resolve) => webContents.getAllWebContents()[0]?.once('did-finish-load', () => resolve())),
      );
      await own.app.evaluate(({ webContents }) => webContents.getAllWebContents()[0]?.forcefullyCrashRenderer());
      await loaded;
      process.kill(corePid(own.app.process().pid ?? 0), 'SIGABRT');
      const left = readdirSync(own.home, { recursive: true }).map(String);
      expect(left.filter((name) => /\.(?:dmp|core)$|(?:^|\/)core(?:\.\d+)?$|Crash Reports\/pending/.test(name))).toEqual([]);
      const dumps = await own.app.evaluate(({ app }) => app.getPath('crashDumps'));
      expect(
        existsSync(dumps) ? readdirSync(dumps, { recursive: true }).filter((name) => String(name).endsWith('.dmp')) : [],
      ).toEqual([]);
    } finally {
      // What it complained of is that its page crashed.
      own.complaints.length = 0;
      await own.close().catch(() => undefined);
    }
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
