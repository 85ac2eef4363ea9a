import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantise, VectorTable } from './vectors.ts';

const cosine = (a: readonly number[], b: readonly number[]) => {
  const dot = a.reduce((sum, value, n) => sum + value * (b[n] ?? 0), 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
};

test('8 bits keep cosines to a hundredth', () => {
  const vector = fc
    .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 64, maxLength: 64 })
    .filter((values) => Math.hypot(...values) > 0.5);
  fc.assert(
    fc.property(vector, vector, vector, (a, b, asked) => {
      const table = new VectorTable(Int8Array.from([...quantise(a), ...quantise(b)]), 64);
      const [first, second] = table.cosines(Float32Array.from(asked));
      expect(Math.abs((first ?? 9) - cosine(a, asked))).toBeLessThan(0.01);
      expect(Math.abs((second ?? 9) - cosine(b, asked))).toBeLessThan(0.01);
    }),
  );
});
