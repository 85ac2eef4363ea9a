/** What a clinician trusts, under a bad line and dying machines. `LAMPLIGHT_SIMULATION_RUNS` makes the search longer, `LAMPLIGHT_SIMULATION_SEED` repeats one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentOf, type Step, tokensIn, World } from './world.ts';

const runs = Number(process.env.LAMPLIGHT_SIMULATION_RUNS ?? 2000);
/** Some 2 ms a run on a busy machine. */
const limitMs = 60_000 + runs * 20;
const seed = process.env.LAMPLIGHT_SIMULATION_SEED;

const step: fc.Arbitrary<Step> = fc.record({
  device: fc.nat(2),
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant('write' as const) },
    { weight: 2, arbitrary: fc.constant('add' as const) },
    { weight: 1, arbitrary: fc.constant('delete' as const) },
    { weight: 4, arbitrary: fc.constant('sync' as const) },
    { weight: 8, arbitrary: fc.constant('deliver' as const) },
    { weight: 1, arbitrary: fc.constant('die' as const) },
  ),
  resource: fc.nat(3),
  field: fc.nat(2),
  fault: fc.constantFrom('none', 'none', 'lost', 'answer lost', 'twice', 'late again', 'server dies'),
});

async function worldAfter(steps: readonly Step[]): Promise<World> {
  const world = new World(3);
  await world.run(steps);
  await world.heal();
  return world;
}

test(
  'all workstations end up with what the server has, nothing written is lost, and nothing counts twice',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 90 }), async (steps) => {
        const world = await worldAfter(steps);
        const atServer = [...world.hub.current].map(([key, { hash }]) => [key, hash]).sort();
        for (const replica of world.replicas)
          expect([...replica.state.resources].map(([key, { hash }]) => [key, hash]).sort()).toEqual(atServer);

        const visible = new Set(
          [...world.hub.current.values()].flatMap((row) => tokensIn(row.body === null ? null : JSON.parse(row.body))),
        );
        const inConflicts = new Set(
          world.replicas.flatMap((replica) =>
            replica.state.conflicts.flatMap((conflict) =>
              conflict.fields.flatMap(({ mine, theirs }) => [...tokensIn(mine), ...tokensIn(theirs)]),
            ),
          ),
        );
        for (const { token, resource } of world.written) {
          expect(
            visible.has(token) || inConflicts.has(token) || world.replaced.has(token),
            `${token} of ${resource} is lost`,
          ).toBe(true);
        }
        for (const { resource } of world.deletions) {
          const asked = world.replicas.some((replica) =>
            replica.state.conflicts.some((conflict) => `${conflict.type}/${conflict.id}` === resource),
          );
          const writtenAgain = world.written.some((write) => write.resource === resource);
          expect(world.hub.current.get(resource)?.body === null || asked || writtenAgain).toBe(true);
        }

        const effects = world.hub.history.map((version) => `${version.type}/${version.id} ${version.device} ${version.hlc}`);
        expect(new Set(effects).size).toBe(effects.length);
        for (const [key, { version }] of world.hub.current)
          expect(world.hub.history.filter((one) => `${one.type}/${one.id}` === key).map((one) => one.version)).toEqual(
            Array.from({ length: version }, (_, n) => n + 1),
          );
      }),
      { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  },
  limitMs,
);

test(
  'what is called acknowledged is with the server, and nothing stays half-way',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const world = await worldAfter(steps);
        for (const replica of world.replicas) {
          for (const change of replica.state.log) {
            const state = replica.state.items.get(change.seq)?.state;
            expect(['acknowledged', 'taken', 'merged', 'conflicted']).toContain(state);
            const carried =
              state === 'merged' ? replica.state.items.get(replica.state.items.get(change.seq)?.by ?? 0)?.state : state;
            expect(carried).not.toBe('merged');
            if (state === 'acknowledged')
              expect(world.hub.history.some((version) => version.type === change.type && version.id === change.id)).toBe(true);
          }
        }
      }),
      { numRuns: Math.ceil(runs / 2), ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  },
  limitMs,
);

test(
  'what was deleted with everybody in agreement does not come back, whatever arrives late',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 50 }), fc.nat(2), async (steps, device) => {
        const world = await worldAfter(steps);
        const resources = [...world.hub.current.keys()];
        for (const resource of resources) world.delete(device, resource);
        await world.heal();
        await world.repeatEverything([...world.sent]);
        await world.heal();
        for (const resource of resources) {
          expect(world.hub.current.get(resource)?.body).toBeNull();
          for (const replica of world.replicas) expect(contentOf(replica, resource)).toBeNull();
        }
      }),
      { numRuns: Math.ceil(runs / 2), ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  },
  limitMs,
);

test(
  'a deletion never wins over an edit that it did not know of: the edit stays everywhere, and somebody is asked',
  async () => {
    const lines = fc.array(
      fc.record({
        device: fc.nat(2),
        fault: fc.constantFrom('none' as const, 'lost' as const, 'answer lost' as const, 'twice' as const),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(lines, fc.nat(2), fc.nat(2), fc.nat(3), async (order, deleter, editor, resource) => {
        fc.pre(deleter !== editor);
        const at = { resource, field: 0, fault: 'none' as const };
        const world = await worldAfter([{ ...at, device: 0, kind: 'write' }]);
        const [key = ''] = world.hub.current.keys();
        world.delete(deleter, key);
        await world.run([{ ...at, device: editor, kind: 'write' }]);
        await world.run(
          order.flatMap(({ device, fault }) => [
            { ...at, device, kind: 'sync' as const, fault },
            { ...at, device, kind: 'deliver' as const },
            { ...at, device, kind: 'deliver' as const },
          ]),
        );
        await world.heal();
        for (const replica of world.replicas) expect(tokensIn(contentOf(replica, key))).toContain(world.written.at(-1)?.token);
        expect(world.replicas.flatMap((replica) => replica.state.conflicts).map((conflict) => conflict.fields[0]?.path)).toEqual([
          '',
        ]);
      }),
      { numRuns: Math.ceil(runs / 4), ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  },
  limitMs,
);
