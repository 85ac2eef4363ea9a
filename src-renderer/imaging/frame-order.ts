/** The order in which the frames of one file are paged: stack by stack, and in each by place along the normal, all of one echo, b-value or time before the next. */
import type { Output } from '../../src-shared/contract/index.ts';
import { normalOf, type Vector } from '../../src-shared/imaging/geometry.ts';

export type FramePlace = Pick<
  Output<'imaging.geometry'>['frames'][number],
  'position' | 'orientation' | 'stack' | 'inStack' | 'beyond' | 'index'
>;

export interface Placed {
  /** From 0, in the file. */
  frame: number;
  /** Frames that lie one behind the other and belong to one echo, time and so on. */
  group: number;
}

/** Directions are the same within this (cosine of 1 degree). */
const PARALLEL = 0.99985;
/** Frames nearer than this lie at one place, in millimetres. */
const SAME_MM = 0.01;
/** Directions and stacks in one file; a radial acquisition has some hundred. Of more the order tells nobody anything, and comparing all of them would hold the page. */
const STACKS_MAX = 2_000;

export function inOrder(frames: readonly FramePlace[]): Placed[] {
  const stacks = stacksOf(frames);
  if (!stacks) return byIndex(frames).map((frame) => ({ frame, group: 0 }));
  const [only] = stacks;
  // One place seen many times (a loop, a series in time) is one run through it.
  if (only && stacks.length === 1 && distinct(only) === 1)
    return [...only]
      .sort((one, other) => compared(one.beyond, other.beyond) || one.frame - other.frame)
      .map(({ frame }) => ({ frame, group: 0 }));
  let groups = 0;
  return stacks.flatMap((stack) => {
    const sets = setsOf(stack);
    return sets.flatMap((set) => {
      const group = groups++;
      return set.map(({ frame }) => ({ frame, group }));
    });
  });
}

interface Standing {
  frame: number;
  /** Along the normal of its stack. */
  place: number;
  beyond: readonly number[];
}

/** Frames that are parallel and of one stack, in the order in which stacks appear; undefined where a frame does not say how it lies, or there are too many. */
function stacksOf(frames: readonly FramePlace[]): Standing[][] | undefined {
  const stacks: { id: string | undefined; normal: Vector; frames: Standing[] }[] = [];
  for (const [frame, { position, orientation, stack: id, beyond = [] }] of frames.entries()) {
    if (!position || !orientation) return undefined;
    const own = normalOf(orientation);
    let stack = stacks.find((one) => one.id === id && Math.abs(dot(one.normal, own)) > PARALLEL);
    if (!stack) {
      if (stacks.length === STACKS_MAX) return undefined;
      stack = { id, normal: own, frames: [] };
      stacks.push(stack);
    }
    stack.frames.push({ frame, place: dot(position, stack.normal), beyond });
  }
  return stacks.map((stack) => stack.frames);
}

/** One set for each echo, time and so on, each along the normal. */
function setsOf(stack: readonly Standing[]): Standing[][] {
  const places = distinct(stack);
  const said = new Map<string, Standing[]>();
  for (const one of stack) {
    const key = one.beyond.join(' ');
    const set = said.get(key);
    if (set) set.push(one);
    else said.set(key, [one]);
  }
  // A number that is another for each frame (a time of acquisition) tells no sets apart.
  const sets = said.size * places > 1.5 * stack.length ? [[...stack]] : [...said.values()].sort(byBeyond);
  return sets.flatMap((set) => layers([...set].sort((one, other) => one.place - other.place || one.frame - other.frame)));
}

/** The first at each place, then the second at each: where nothing else tells what lies at one place apart. */
function layers(sorted: readonly Standing[]): Standing[][] {
  const made: Standing[][] = [];
  let layer = 0;
  for (const [index, one] of sorted.entries()) {
    const before = sorted[index - 1];
    layer = before && one.place - before.place < SAME_MM ? layer + 1 : 0;
    const set = made[layer];
    if (set) set.push(one);
    else made[layer] = [one];
  }
  return made;
}

function distinct(stack: readonly Standing[]): number {
  const places = stack.map(({ place }) => place).sort((one, other) => one - other);
  return places.filter((place, index) => index === 0 || place - (places[index - 1] ?? 0) >= SAME_MM).length;
}

function byBeyond([one]: readonly Standing[], [other]: readonly Standing[]): number {
  return compared(one?.beyond ?? [], other?.beyond ?? []);
}

/** By what the file numbers its frames with, where each has such a number; else as they stand. */
function byIndex(frames: readonly FramePlace[]): number[] {
  const order = frames.map((_, frame) => frame);
  if (frames.some(({ index }) => !index || index.length === 0)) return order;
  return order.sort((one, other) => compared(frames[one]?.index ?? [], frames[other]?.index ?? []) || one - other);
}

function compared(one: readonly number[], other: readonly number[]): number {
  for (const [at, value] of one.entries()) if (value !== other[at]) return value - (other[at] ?? 0);
  return 0;
}

const dot = (one: Vector, other: Vector) => one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
