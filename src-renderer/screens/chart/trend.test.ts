import { expect, test } from 'vitest';
import { bounds, plotsOf, type Series } from './trend.ts';

const series = (code: string, unit: string, points: [string, number][], more: Partial<Series> = {}): Series => ({
  code,
  name: code,
  unit,
  points: points.map(([at, value], index) => ({ at, value, printed: String(value), id: `${code}${index}` })),
  ...more,
});

test('series of one unit share a plot, aligned by time', () => {
  const [pressure, pulse] = plotsOf([
    series('sys', 'mmHg', [
      ['2026-01-02T00:00:00Z', 130],
      ['2026-01-01T00:00:00Z', 120],
    ]),
    series('pulse', '/min', [['2026-01-01T00:00:00Z', 70]]),
    series('dia', 'mmHg', [['2026-01-02T00:00:00Z', 80]]),
  ]);
  expect(pressure?.series.map(({ code }) => code)).toEqual(['sys', 'dia']);
  expect(pressure?.data).toEqual([
    [1767225600, 1767312000],
    [120, 130],
    [null, 80],
  ]);
  expect(pulse?.data[1]).toEqual([70]);
});

test('the axis holds values and reference bands', () => {
  const [low, high] = bounds([series('sys', 'mmHg', [['2026-01-01', 150]], { low: 90, high: 139 })]);
  expect(low).toBeLessThan(90);
  expect(high).toBeGreaterThan(150);
});

test('a single flat value still has a height', () => {
  const [low, high] = bounds([series('kg', 'kg', [['2026-01-01', 70]])]);
  expect(high).toBeGreaterThan(low);
});
