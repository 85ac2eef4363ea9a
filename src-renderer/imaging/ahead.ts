/** Fetches pictures before they are asked for: around what is shown, first in the direction of paging. One bundle at a time, so that a picture somebody waits for comes through. */
import { cache } from '@cornerstonejs/core';
import { call } from '../core/connection.ts';
import { fetchFrames } from './frames.ts';
import type { Picture } from './picture.ts';
import { PICTURES_BYTES_MAX, put } from './pictures.ts';

/** How many pictures around the shown one are wanted at once. */
const AHEAD_MAX = 400;
/** What is fetched ahead never pushes out what was seen: this share of the memory is left to it. */
const SHARE = 0.8;
/** The core is told of so many, to decode them in good time. */
const TOLD_MAX = 64;

/** The order in which pictures around one are wanted: the way one is going, with every fourth behind. */
export function orderAround(count: number, at: number, direction: 1 | -1): number[] {
  const order: number[] = [];
  let [on, back] = [at + direction, at - direction];
  const inside = (index: number) => index >= 0 && index < count;
  while (order.length < AHEAD_MAX && (inside(on) || inside(back))) {
    for (let step = 0; step < 3; step++, on += direction) if (inside(on)) order.push(on);
    if (inside(back)) order.push(back);
    back -= direction;
  }
  return order.slice(0, AHEAD_MAX);
}

export class Ahead {
  private queue: readonly Picture[] = [];
  private working = false;
  private stopped = false;

  /** Replaces what was wanted before. */
  want(pictures: readonly Picture[]): void {
    this.queue = pictures;
    if (!this.working && !this.stopped) void this.work();
  }

  stop(): void {
    this.stopped = true;
    this.queue = [];
  }

  private async work(): Promise<void> {
    this.working = true;
    let told: readonly Picture[] = [];
    while (!this.stopped) {
      const missing = this.queue.filter(({ id, from }) => from && !cache.getImageLoadObject(id));
      const [first] = missing;
      const from = first?.from;
      if (!first || !from || !fits(first)) break;
      const { patient } = from.address;
      if (told !== this.queue) {
        told = this.queue;
        const wanted = missing.slice(0, TOLD_MAX).flatMap((picture) => (picture.from ? [addressOf(picture.from.address)] : []));
        void call('imaging.prefetch', { patient, wanted }).catch(() => {});
      }
      try {
        const same = missing.filter((picture) => picture.from?.address.patient === patient);
        const frames = await fetchFrames(
          patient,
          same.flatMap((picture) => (picture.from ? [addressOf(picture.from.address)] : [])),
        );
        for (const frame of frames) {
          const picture = same.find(
            (one) => one.from?.address.instance === frame.instance && one.from.address.frame === frame.frame,
          );
          if (picture && !this.stopped) put(picture, frame);
        }
      } catch {
        // Whoever comes to the picture itself is told why it cannot be shown.
        this.queue = this.queue.filter((picture) => picture !== first);
      }
    }
    this.working = false;
  }
}

function addressOf({ instance, frame }: { instance: string; frame: number }) {
  return { instance, frame };
}

function fits(picture: Picture): boolean {
  return cache.getCacheSize() + 2 * picture.columns * picture.rows < PICTURES_BYTES_MAX * SHARE;
}

/** Whether all pictures of a stack together stay in memory: what they take, and what there is. */
export function bytesOf(pictures: readonly Picture[]): number {
  return pictures.reduce(
    (sum, { columns, rows, from }) => sum + columns * rows * (isColour(from?.instance.photometric) ? 3 : 2),
    0,
  );
}

function isColour(photometric: string | undefined): boolean {
  return photometric !== undefined && !photometric.startsWith('MONOCHROME');
}
