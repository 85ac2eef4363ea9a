/** What notices say together must not depend on the order in which they arrive, nor ever open more than everybody meant. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { incidentStates } from '../incidents/states.ts';
import { isGiven, stateOf } from './event.ts';

interface Station {
  grants: { id: string; after: string[] }[];
  ends: { id: string }[];
}

const act = fc.record({ station: fc.nat(2), what: fc.constantFrom('give', 'end', 'hear') });

test('a relation is the same everywhere once everybody has heard everybody, and an end counts until somebody who knows of it gives again', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const stations: Station[] = [0, 1, 2].map(() => ({ grants: [], ends: [] }));
      const all: Station = { grants: [], ends: [] };
      let n = 0;
      for (const { station, what } of acts) {
        const here = stations[station];
        if (!here) continue;
        if (what === 'give') {
          const grant = { id: `g${n++}`, after: here.ends.map(({ id }) => id) };
          here.grants.push(grant);
          all.grants.push(grant);
          // Whoever gives it sees that it is given.
          expect(isGiven(here.grants, here.ends)).toBe(true);
        } else if (what === 'end') {
          const end = { id: `e${n++}` };
          here.ends.push(end);
          all.ends.push(end);
          expect(isGiven(here.grants, here.ends)).toBe(false);
        } else {
          here.grants = [...all.grants];
          here.ends = [...all.ends];
        }
      }
      const orders = [all.grants, all.grants.toReversed()].flatMap((grants) =>
        [all.ends, all.ends.toReversed()].map((ends) => isGiven(grants, ends)),
      );
      expect(new Set(orders).size).toBe(1);
      // Given in the end only by somebody who knew of every end.
      if (orders[0]) expect(all.grants.some((grant) => grant.after.length === all.ends.length)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('an incident has one state for all, and of verdicts that did not know of each other the graver', () => {
  const decision = fc.record({ to: fc.constantFrom(...incidentStates), knows: fc.array(fc.nat(9), { maxLength: 4 }) });
  fc.assert(
    fc.property(fc.array(decision, { maxLength: 10 }), fc.infiniteStream(fc.nat()), (decisions, dice) => {
      const changes = decisions.map(({ to, knows }, n) => ({
        id: `s${n}`,
        to,
        after: knows.filter((one) => one < n).map((one) => `s${one}`),
      }));
      const shuffled = changes
        .map((change) => ({ change, key: dice.next().value ?? 0 }))
        .sort((one, other) => one.key - other.key)
        .map(({ change }) => change);
      expect(stateOf('open', shuffled)).toEqual(stateOf('open', changes));
    }),
    { numRuns: 500 },
  );
  const first = { id: '1', to: 'investigating' as const, after: [] };
  const mild = { id: '2', to: 'not-a-breach' as const, after: ['1'] };
  const grave = { id: '3', to: 'breach-confirmed' as const, after: ['1'] };
  expect(stateOf('open', [first, mild, grave])).toEqual({ state: 'breach-confirmed', heads: ['2', '3'], disputed: true });
  expect(stateOf('open', [first, mild, grave, { id: '4', to: 'closed', after: ['2', '3'] }])).toMatchObject({
    state: 'closed',
    disputed: false,
  });
});
