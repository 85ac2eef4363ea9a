/** Series of measurements put into plots: one plot a unit, so that blood pressures stand together and share an axis. */
import type { Output } from '../../../src-shared/contract/index.ts';

export type Series = Output<'chart.vitals'>['series'][number];

export interface Plot {
  unit: string;
  series: readonly Series[];
  /** uPlot's form: seconds since 1970, then a row of values a series; null where that series has none at that time. */
  data: [number[], ...(number | null)[][]];
}

export function plotsOf(series: readonly Series[]): Plot[] {
  const units = [...new Set(series.map(({ unit }) => unit))];
  return units.map((unit) => {
    const mine = series.filter((each) => each.unit === unit);
    return { unit, series: mine, data: aligned(mine) };
  });
}

function aligned(series: readonly Series[]): Plot['data'] {
  const times = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => Date.parse(at) / 1000)))]
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const rows = series.map(({ points }) => {
    const at = new Map(points.map((point) => [Date.parse(point.at) / 1000, point.value]));
    return times.map((time) => at.get(time) ?? null);
  });
  return [times, ...rows];
}

/** From and to of the axis of values: all values and the reference bands, with a little air. */
export function bounds(series: readonly Series[]): [number, number] {
  const values = series.flatMap(({ points, low, high }) => [
    ...points.map(({ value }) => value),
    ...(low === undefined ? [] : [low]),
    ...(high === undefined ? [] : [high]),
  ]);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const air = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - air, high + air];
}
