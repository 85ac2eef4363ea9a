import { expect, test } from 'vitest';
import { forgetMasks, keep, matrixOf, sheetsOf } from './masks.ts';
import type { Plane } from './plane.ts';

const plane: Plane = {
  origin: [-10, -20, 5],
  right: [1, 0, 0],
  down: [0, 1, 0],
  spacing: [2, 2],
  calibration: 'patient',
  placed: true,
};
const picture = { plane, columns: 64, rows: 64 };
const on = (matrix: ReturnType<typeof matrixOf>, x: number, y: number) => [
  matrix[0] * x + matrix[2] * y + matrix[4],
  matrix[1] * x + matrix[3] * y + matrix[5],
];

test('a mask of finer pixels that begins elsewhere lies where it lies in the body', () => {
  const finer = {
    position: [10, 0, 5] as [number, number, number],
    orientation: [1, 0, 0, 0, 1, 0] as [number, number, number, number, number, number],
    spacing: [1, 1] as [number, number],
  };
  const matrix = matrixOf({ box: [0, 0, 8, 8], step: 1, plane: finer, columns: 8, rows: 8 }, picture);
  // Corner at 9.5 mm; the picture's own corner lies at -11 mm: 20.5 mm on, in pixels of 2 mm.
  expect(on(matrix, 0, 0)).toEqual([10.25, 10.25]);
  expect(on(matrix, 8, 8)).toEqual([14.25, 14.25]);
});

test('only what is covered is sent, and lies where it was cut out; rows may run the other way', () => {
  const turned = {
    position: [116, -20, 5] as [number, number, number],
    orientation: [-1, 0, 0, 0, 1, 0] as [number, number, number, number, number, number],
    spacing: [2, 2] as [number, number],
  };
  const matrix = matrixOf({ box: [10, 4, 3, 3], step: 1, plane: turned, columns: 64, rows: 64 }, picture);
  expect(on(matrix, 0, 0)).toEqual([54, 4]);
  expect(on(matrix, 3, 3)).toEqual([51, 7]);
});

test('without a place of its own it covers the picture', () => {
  const matrix = matrixOf({ box: [8, 8, 4, 4], step: 2, columns: 32, rows: 32 }, picture);
  expect(on(matrix, 0, 0)).toEqual([16, 16]);
  expect(on(matrix, 2, 2)).toEqual([24, 24]);
});

test('masks of one picture that are larger than what is kept of all stay until another comes', () => {
  const sheet = (side: number) => ({ canvas: { width: side, height: side } }) as Parameters<typeof keep>[1][number]; // only its size counts here
  keep('small', [sheet(100)]);
  keep('large', [sheet(5000)]);
  expect([sheetsOf('small'), sheetsOf('large')?.length]).toEqual([undefined, 1]);
  keep('next', [sheet(100)]);
  expect([sheetsOf('large'), sheetsOf('next')?.length]).toEqual([undefined, 1]);
  forgetMasks();
});
