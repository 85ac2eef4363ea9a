import { expect, test } from 'vitest';
import { type FramePlace, inOrder } from './frame-order.ts';

const at = (z: number, over: Partial<FramePlace> = {}): FramePlace => ({
  position: [0, 0, z],
  orientation: [1, 0, 0, 0, 1, 0],
  ...over,
});
const paged = (frames: readonly FramePlace[]) => inOrder(frames).map(({ frame }) => frame);
const groups = (frames: readonly FramePlace[]) => inOrder(frames).map(({ group }) => group);

test('frames are paged along the normal, whatever their order in the file', () => {
  expect(paged([at(4), at(0), at(2)])).toEqual([1, 2, 0]);
});

test('all places of one echo come before the next echo, which the file has in turn', () => {
  const frames = [at(2, { beyond: [1] }), at(2, { beyond: [2] }), at(0, { beyond: [2] }), at(0, { beyond: [1] })];
  expect(paged(frames)).toEqual([3, 0, 2, 1]);
  expect(groups(frames)).toEqual([0, 0, 1, 1]);
});

test('what lies at one place and is not told apart makes further sets in the order of the file', () => {
  const frames = [at(0), at(0), at(2), at(2)];
  expect(paged(frames)).toEqual([0, 2, 1, 3]);
  expect(groups(frames)).toEqual([0, 0, 1, 1]);
});

test('a number that each frame has for itself makes no sets', () => {
  const frames = [at(4, { beyond: [1] }), at(0, { beyond: [2] }), at(2, { beyond: [3] }), at(6, { beyond: [4] })];
  expect(paged(frames)).toEqual([1, 2, 0, 3]);
  expect(new Set(groups(frames)).size).toBe(1);
});

test('stacks that cross, or that the file tells apart, follow each other', () => {
  const coronal: FramePlace = { position: [0, 5, 0], orientation: [1, 0, 0, 0, 0, -1] };
  expect(paged([at(2), coronal, at(0)])).toEqual([2, 0, 1]);
  expect(paged([at(2, { stack: '1' }), at(1, { stack: '2' }), at(0, { stack: '1' })])).toEqual([2, 0, 1]);
});

test('frames without a place go by the numbers of the file, and without those as they stand', () => {
  expect(paged([{ index: [2, 1] }, { index: [1, 2] }, { index: [1, 1] }])).toEqual([2, 1, 0]);
  expect(paged([{}, {}, {}])).toEqual([0, 1, 2]);
});

test('a loop at one place stays one run, in its order of time', () => {
  expect(inOrder([at(0), at(0), at(0)])).toEqual([0, 1, 2].map((frame) => ({ frame, group: 0 })));
  expect(paged([at(0, { beyond: [3] }), at(0, { beyond: [1] }), at(0, { beyond: [2] })])).toEqual([1, 2, 0]);
});

test('a file whose every frame says that it is of a stack of its own is paged as it stands, and holds nobody up', () => {
  const frames = Array.from({ length: 100_000 }, (_, n) => at(-n, { stack: String(n) }));
  expect(paged(frames).slice(0, 3)).toEqual([0, 1, 2]);
  expect(new Set(groups(frames))).toEqual(new Set([0]));
});
