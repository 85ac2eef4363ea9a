/** Comparing a provider with the CPU before it is trusted. */
import type { Network, Outputs } from './network.ts';

/** Largest difference from the CPU, in any output, at which another provider is trusted. */
const DIFFERENCE_MAX = 0.01;
const ROUNDS = 5;

export interface Trial {
  outputs: Outputs;
  /** Median of a few runs after the first, milliseconds. */
  ms: number;
}

/** A fixed picture-like tensor: smooth waves in three phases. */
export function probeTensor(size: number): Float32Array {
  return Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(i / 37) * Math.cos(i / (size * 11)));
}

/** Runs the probe a few times; the first run, which compiles and allocates, does not count. */
export async function tryOut(network: Network, tensor: Float32Array): Promise<Trial> {
  const outputs = await network.run(tensor);
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await network.run(tensor);
    taken.push(performance.now() - started);
  }
  return { outputs, ms: taken.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? 0 };
}

/** Null where they agree, otherwise why not, as part of a sentence. */
export function disagreement(found: Outputs, expected: Outputs): string | null {
  const difference = Math.max(0, ...Object.keys(expected).map((key) => largestDifference(found[key], expected[key])));
  return difference <= DIFFERENCE_MAX ? null : `it differs from the CPU by ${difference.toPrecision(2)} on the probe`;
}

function largestDifference(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (!a || !b || a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    // NaN compares false with everything and must not pass.
    if (!(difference <= most)) most = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return most;
}
