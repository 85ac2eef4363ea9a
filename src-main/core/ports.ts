/** Time and chance of the running machine; tests and simulations hand in their own. */
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { Chance, Clock } from './context.ts';

export const systemClock: Clock = { now: () => Date.now() };

export const systemChance: Chance = { bytes: (length) => randomBytes(length), id: () => v7() };

export function isoTime(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
