/**
 * Hybrid logical clock (Kulkarni et al. 2014): orders changes of many devices without trusting any wall clock.
 * Written as `MMMMMMMMMMMM-CCCC-DEVICE` (milliseconds and counter in hex), so that strings sort as the clock does.
 */
export type Hlc = string;

/** The next stamp of this device: later than `last`, and not before `nowMs`. */
export function nextHlc(nowMs: number, last: Hlc | null, device: string): Hlc {
  const before = last === null ? null : parseHlc(last);
  if (before === null || nowMs > before.ms) return write(nowMs, 0, device);
  if (before.counter === 0xffff) return write(before.ms + 1, 0, device);
  return write(before.ms, before.counter + 1, device);
}

/** The later of two stamps: what a device remembers after it has heard from another. */
export function laterHlc(one: Hlc, other: Hlc): Hlc {
  return one > other ? one : other;
}

export function parseHlc(stamp: Hlc): { ms: number; counter: number; device: string } {
  const [ms = '0', counter = '0', ...device] = stamp.split('-');
  return { ms: Number.parseInt(ms, 16), counter: Number.parseInt(counter, 16), device: device.join('-') };
}

function write(ms: number, counter: number, device: string): Hlc {
  return `${ms.toString(16).padStart(12, '0')}-${counter.toString(16).padStart(4, '0')}-${device}`;
}
