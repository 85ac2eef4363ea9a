import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainPorts } from '../../src-node/chain-ports.ts';
import { canonicalEntry, entryShape } from './entry.ts';

const text = fc.string({ unit: 'grapheme' });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

test('an entry is written as RFC 8785 has it, whatever it holds', () => {
  const entry = fc.record({
    n: fc.integer({ min: 1 }),
    at: text,
    person: maybe(text),
    roles: fc.array(text),
    device: text,
    action: fc.constantFrom('C' as const, 'E' as const),
    procedure: text,
    patient: maybe(text),
    resources: fc.array(fc.record({ type: text, id: text, before: maybe(fc.nat()), after: maybe(fc.nat()) })),
    outcome: fc.constantFrom('ok' as const, 'denied' as const),
    reason: maybe(text),
    ai: maybe(fc.record({ model: text, version: text, outcome: maybe(text) })),
    model: maybe(text),
    key: maybe(text),
    goesOn: maybe(fc.record({ log: text, former: text, last: fc.nat(), head: text, backup: maybe(text), backupAt: maybe(text) })),
  });
  fc.assert(
    fc.property(entry, (one) => {
      // As it is read back: what is undefined is not there.
      const plain: unknown = JSON.parse(JSON.stringify(one));
      expect(canonicalEntry(one)).toBe(chainPorts.canonical(plain));
      expect(Object.keys(entryShape.shape).sort()).toEqual([
        'action',
        'ai',
        'at',
        'device',
        'goesOn',
        'key',
        'model',
        'n',
        'outcome',
        'patient',
        'person',
        'procedure',
        'reason',
        'resources',
        'roles',
      ]);
    }),
  );
});
