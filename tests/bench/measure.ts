/** Ratios of two ways in one run on one machine: these count; milliseconds are for orientation. */

export interface Row {
  name: string;
  ours: string;
  other: string;
  ratio?: number;
  /** The ratio is wanted below this. */
  wanted?: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Measures both in turn, A B B A A B ..., so that neither always clears up after the other, each answering its milliseconds; the ratio is the median of the pairs' ratios. */
export function paired(rounds: number, ours: () => number, other: () => number): { ours: number; other: number; ratio: number } {
  const pairs: (readonly [number, number])[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0 ? ours() : other();
    pairs.push(round % 2 === 0 ? [first, other()] : [ours(), first]);
  }
  return summary(pairs);
}

export async function pairedAsync(
  rounds: number,
  ours: () => Promise<number>,
  other: () => Promise<number>,
): Promise<{ ours: number; other: number; ratio: number }> {
  const pairs: (readonly [number, number])[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0 ? await ours() : await other();
    pairs.push(round % 2 === 0 ? [first, await other()] : [await ours(), first]);
  }
  return summary(pairs);
}

export async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

function summary(pairs: readonly (readonly [number, number])[]) {
  return {
    ours: median(pairs.map(([a]) => a)),
    other: median(pairs.map(([, b]) => b)),
    ratio: median(pairs.map(([a, b]) => a / b)),
  };
}
