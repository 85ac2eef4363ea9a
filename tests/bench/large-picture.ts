/** Four mammograms of 4096 x 5120 in the real Electron: the first and the last of them on screen, each of them whole, and a drag over one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { madeFilm, views } from '../e2e/made-films.ts';
import { realClinic } from '../e2e/real-studies.ts';
import { median, type Row } from './measure.ts';

const WAIT_MS = 300_000;

export async function benchLargePicture(): Promise<Row[]> {
  const clinic = await realClinic();
  const folder = join(clinic.home, 'films');
  mkdirSync(folder);
  for (const view of views.keys()) writeFileSync(join(folder, `${view}.dcm`), madeFilm(view));
  clinic.takeIn(folder);
  const application = await clinic.open();
  const { page } = application;
  page.setDefaultTimeout(WAIT_MS);
  try {
    await page.evaluate((to) => window.location.assign(to), `#${clinic.chart}/images`);
    const link = page.locator('main a[href*="/study/"]').first();
    const address = (await link.getAttribute('href')) ?? '';
    const times = await page.evaluate(picturesLit, [address, views.length] as const);
    const whole = performance.now();
    await page.waitForFunction(() => !document.body.textContent?.includes('Coarse: the whole picture is on its way'));
    const wholeMs = performance.now() - whole + (times.at(-1) ?? 0);
    const box = await page.locator('canvas.cornerstone-canvas').first().boundingBox();
    await page.getByRole('region', { name: 'Pictures' }).focus();
    await page.keyboard.press('p');
    await page.evaluate(countFrames);
    const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let step = 1; step <= 60; step++) await page.mouse.move(x + step, y + step / 2);
    await page.mouse.up();
    const frames = await page.evaluate(() => (globalThis as unknown as { frameTimes: number[] }).frameTimes);
    return [
      { name: 'first of four mammograms (4096 x 5120) on screen', ours: `${(times[0] ?? 0).toFixed(0)} ms`, other: '' },
      { name: 'all four on screen', ours: `${(times.at(-1) ?? 0).toFixed(0)} ms`, other: '' },
      { name: 'all four whole', ours: `${wholeMs.toFixed(0)} ms`, other: '' },
      { name: 'from frame to frame while one is dragged, median', ours: `${median(frames).toFixed(1)} ms`, other: '' },
    ];
  } finally {
    await application.close();
    clinic.remove();
  }
}

/** Milliseconds until one, two ... canvases are no longer black in the middle. Runs in the page. */
async function picturesLit([address, wanted]: readonly [string, number]): Promise<number[]> {
  const started = performance.now();
  const times: number[] = [];
  location.hash = address.replace(/^.*#/, '#');
  while (times.length < wanted) {
    await new Promise(requestAnimationFrame);
    const lit = [...document.querySelectorAll<HTMLCanvasElement>('canvas.cornerstone-canvas')].filter((canvas) => {
      const middle = canvas.getContext('2d')?.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
      return (middle?.[0] ?? 0) > 0;
    });
    while (times.length < lit.length) times.push(performance.now() - started);
  }
  return times;
}

/** Keeps the time from each frame to the next. Runs in the page. */
function countFrames(): void {
  const times: number[] = [];
  Object.assign(globalThis, { frameTimes: times });
  let last = performance.now();
  const next = () => {
    const now = performance.now();
    times.push(now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}
