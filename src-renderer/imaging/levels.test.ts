import { expect, test } from 'vitest';
import { halved } from './levels.ts';

test('each four become their mean, at an edge of odd length what there is', () => {
  const values = Int16Array.of(0, 4, -10, 8, 4, -20, 100, 102, 7);
  expect(halved({ values, columns: 3, rows: 3, step: 1 }, 1)).toEqual({
    values: Int16Array.of(4, -15, 101, 7),
    columns: 2,
    rows: 2,
    step: 2,
  });
});

test('colours keep apart', () => {
  const values = Uint8Array.of(10, 20, 30, 20, 40, 60, 10, 20, 30, 20, 40, 60);
  expect(halved({ values, columns: 2, rows: 2, step: 2 }, 3).values).toEqual(Uint8Array.of(15, 30, 45));
});
