/** Takes each screen in both themes and at both sizes, and writes down what axe and the ruler find. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { root } from '../../../src-node/root.ts';
import { seriousFaults } from '../clinic.ts';
import { type Application, corePid, launch } from '../harness.ts';

export const folder = join(root, 'out', 'screens');

const patienceMs = 30_000;
interface Size {
  name: string;
  zoom: number;
  width: number;
  height: number;
}
type Sizes = readonly [Size, ...Size[]];
/** The smallest screen that must do, and the same at 200 %. */
const sizes: Sizes = [
  { name: '1366x768', zoom: 1, width: 1366, height: 768 },
  { name: '200pc', zoom: 2, width: 1366, height: 768 },
];
/** Where pictures are read. */
export const readingRoom: Sizes = [
  { name: '1366x768', zoom: 1, width: 1366, height: 768 },
  { name: '1920x1080', zoom: 1, width: 1920, height: 1080 },
];

/** What stands in the picture (`today-empty`), and how one gets there from the picture before. */
export type Picture = readonly [name: string, show: () => Promise<unknown>];

export interface Camera extends Application {
  /** How many it has taken. */
  taken(): number;
  readonly faults: string[];
  take(pictures: readonly Picture[]): Promise<void>;
  /** To an address of the page; a new load would sign the person out. */
  at(address: string): Promise<void>;
  button(name: string): Locator;
  /** Holds the core still, and lets it go on: what is waited for stays on show. */
  freeze(): void;
  thaw(): void;
  /** Shuts the dialog that is open. */
  shutDialog(): Promise<void>;
}

/** @param open an application of one's own; `at`: sizes other than the usual two, the first of which is gone back to */
export async function openCamera(
  open: () => Promise<Application> = () => launch({ theme: 'light' }),
  at: Sizes = sizes,
): Promise<Camera> {
  const faults: string[] = [];
  let taken = 0;
  const application = await open();
  const { app, page } = application;
  page.setDefaultTimeout(patienceMs);
  const [usual] = at;
  let now: Size | undefined;

  async function resize(size: Size): Promise<void> {
    if (size === now) return;
    now = size;
    await app.evaluate(({ BrowserWindow }, { width, height, zoom }) => {
      const [window] = BrowserWindow.getAllWindows();
      window?.setContentSize(width, height);
      window?.webContents.setZoomFactor(zoom);
    }, size);
    await page.waitForFunction((width) => Math.abs(window.innerWidth - width) < 2, size.width / size.zoom);
  }

  async function theme(scheme: 'light' | 'dark'): Promise<void> {
    await application.theme(scheme);
    await page.waitForFunction((asked) => document.documentElement.dataset.mantineColorScheme === asked, scheme);
  }

  /** Colours fade and pictures load; a contrast measured half way means nothing. */
  async function settled(): Promise<void> {
    await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
    await page.evaluate(async () => {
      await document.fonts.ready;
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      // A spinner never ends.
      const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
      await Promise.all(ending.map((animation) => animation.finished.catch(() => {})));
    });
  }

  /** By the window itself: the driver's own pictures know nothing of its zoom. */
  async function shoot(name: string): Promise<void> {
    const png = await app.evaluate(async ({ BrowserWindow }) => {
      const picture = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
      return picture?.toPNG().toString('base64') ?? '';
    });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.png`), png, 'base64');
  }

  async function four(name: string): Promise<void> {
    for (const size of at) {
      await resize(size);
      for (const scheme of size === usual ? (['light', 'dark'] as const) : (['dark', 'light'] as const)) {
        await theme(scheme);
        await settled();
        const full = `${name}-${scheme}-${size.name}`;
        await shoot(full);
        // Rules other than those of colour find the same at either size.
        const found = size === usual ? await seriousFaults(page) : [];
        found.push(...(await page.evaluate(wider)));
        taken += 1;
        faults.push(...found.map((fault) => `${full}: ${fault}`));
        process.stdout.write(
          `${found.length === 0 ? 'ok    ' : 'FAULTS'} ${full}\n${found.map((fault) => `       ${fault}\n`).join('')}`,
        );
      }
    }
    await resize(usual);
  }

  await resize(usual);
  return {
    ...application,
    taken: () => taken,
    faults,
    at: (address) => page.evaluate((to) => window.location.assign(to), `#${address}`),
    button: (name) => page.getByRole('button', { name, exact: true }),
    freeze: () => void process.kill(corePid(app.process().pid ?? 0), 'SIGSTOP'),
    thaw: () => void process.kill(corePid(app.process().pid ?? 0), 'SIGCONT'),
    shutDialog: async () => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    },
    take: async (pictures) => {
      for (const [name, show] of pictures) {
        try {
          // Somebody is there: on a slow machine, a tour by addresses alone would be locked.
          await page.keyboard.press('Shift');
          await show();
          await page.evaluate(quiet);
          if (!name.endsWith('-loading')) {
            await page.waitForFunction(() => !document.querySelector('[role="status"][aria-label^="Loading"]'));
          }
          await four(name);
        } catch (error) {
          const fault = `${name}: not taken: ${error instanceof Error ? error.message : String(error)}`;
          faults.push(fault);
          process.stdout.write(`FAULTS ${fault}\n`);
          await shoot(`${name}-not-taken`);
          await resize(usual);
        }
      }
    },
  };
}

/** What has to be scrolled sideways: the page as a whole, and whatever cannot be scrolled by keyboard. */
function wider(): string[] {
  return [document.documentElement, ...document.querySelectorAll<HTMLElement>('body *')]
    .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.tabIndex < 0)
    .filter((box) => box === document.documentElement || /auto|scroll/.test(getComputedStyle(box).overflowX))
    .map(
      (box) =>
        `overflow: ${box.tagName.toLowerCase()}.${box.className} is ${box.scrollWidth - box.clientWidth} px wider than its place`,
    );
}

/** When the page has built what was asked for: a screen comes in pieces, with an old one on show until then. */
function quiet(): Promise<void> {
  const stillMs = 250;
  return new Promise((resolve) => {
    const done = () => {
      observer.disconnect();
      resolve();
    };
    let timer = setTimeout(done, stillMs);
    const observer = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(done, stillMs);
    });
    observer.observe(document.body, { childList: true, subtree: true });
  });
}
