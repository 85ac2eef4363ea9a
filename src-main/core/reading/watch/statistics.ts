/** Shares with intervals, and how far a distribution has moved. */
import type { Share } from '../../../../src-shared/contract/models.ts';

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959964;
/** A bin without a single picture counts as this share, so that the index stays finite. */
const EMPTY = 1e-3;

/** Wilson's score interval (1927): holds its 95 % for few and for extreme counts too. */
export function shareOf(count: number, of: number): Share {
  if (of === 0) return { count, of, value: 0, low: 0, high: 1 };
  const p = count / of;
  const centre = (p + (Z * Z) / (2 * of)) / (1 + (Z * Z) / of);
  const reach = (Z / (1 + (Z * Z) / of)) * Math.sqrt((p * (1 - p)) / of + (Z * Z) / (4 * of * of));
  return { count, of, value: p, low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
}

/**
 * Population stability index of values against reference shares, less what chance alone gives for so few pictures ((bins - 1) / n).
 * @param edges inner edges of the bins
 * @param shares one more than edges
 */
export function stabilityIndex(values: readonly number[], edges: readonly number[], shares: readonly number[]): number {
  const counts = shares.map(() => 0);
  for (const value of values) {
    const above = edges.findIndex((edge) => value < edge);
    const bin = above < 0 ? shares.length - 1 : above;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const index = shares.reduce((sum, expected, bin) => {
    const [found, wanted] = [Math.max(EMPTY, (counts[bin] ?? 0) / values.length), Math.max(EMPTY, expected)];
    return sum + (found - wanted) * Math.log(found / wanted);
  }, 0);
  return Math.max(0, index - (shares.length - 1) / values.length);
}
