/** A referrer that arrives before what it refers to is a chart with holes; a change that overtakes an earlier one of the same resource is a lost write. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FAILURES_TO_OPEN, OPEN_PAUSE_MS, PAUSE_MS_MAX, pauseMs } from './backoff.ts';
import { fitting } from './fitting.ts';
import { causalOrder, filesIn } from './order.ts';

const item = (seq: number, id: string, ...references: string[]) => ({
  seq,
  type: 'Basic',
  id,
  body: JSON.stringify({ list: references.map((to) => ({ reference: `Basic/${to}` })) }),
});

test('what is referred to comes first', () => {
  expect(causalOrder([item(1, 'a', 'b', 'c'), item(2, 'b', 'c'), item(3, 'c')]).map(({ seq }) => seq)).toEqual([3, 2, 1]);
});

test('for any references, circles too: everything once, and each resource in its own order', () => {
  const items = fc
    .array(fc.tuple(fc.nat(5), fc.array(fc.nat(5), { maxLength: 3 })), { maxLength: 30 })
    .map((rows) => rows.map(([id, to], n) => item(n + 1, `r${id}`, ...to.map((one) => `r${one}`))));
  fc.assert(
    fc.property(items, (changes) => {
      const order = causalOrder(changes);
      expect(order.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(changes.map(({ seq }) => seq));
      for (const id of new Set(changes.map((change) => change.id))) {
        const own = order.filter((change) => change.id === id).map(({ seq }) => seq);
        expect(own).toEqual([...own].sort((a, b) => a - b));
      }
    }),
  );
});

test('what goes out together is closed by its size, and never empty', () => {
  expect(fitting([10, 10, 10, 100], 25, (length) => length)).toEqual([10, 10]);
  expect(fitting([10, 10], 20, (length) => length)).toEqual([10, 10]);
  expect(fitting([100, 10], 25, (length) => length)).toEqual([100]);
  expect(fitting([], 25, () => 1)).toEqual([]);
});

test('files are found by their address, once each', () => {
  expect(
    filesIn('{"a":{"url":"urn:lamplight:file:1-a"},"b":[{"url":"urn:lamplight:file:1-a"},{"url":"urn:lamplight:file:2"}]}'),
  ).toEqual(['1-a', '2']);
});

test('pauses grow, have a ceiling, and are never all at once', () => {
  expect(pauseMs(1, 0)).toBeLessThan(pauseMs(3, 0));
  expect(pauseMs(FAILURES_TO_OPEN - 1, 1)).toBeLessThanOrEqual(PAUSE_MS_MAX);
  expect(pauseMs(FAILURES_TO_OPEN, 0.5)).toBe(OPEN_PAUSE_MS);
  expect(pauseMs(4, 0.1)).not.toBe(pauseMs(4, 0.9));
});
