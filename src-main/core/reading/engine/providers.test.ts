import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { openQueue } from '../../queue.ts';
import { loadModelAt } from '../registry.ts';
import { warmModelAt } from '../session.ts';
import { type ChildNetwork, openInChild } from './child.ts';
import { probeTensor } from './probe.ts';
import { chooseProvider, offeredProviders } from './providers.ts';

const place = { folder: join(import.meta.dirname, '../fixtures/models/tiny-films') };
const crashing = pathToFileURL(join(import.meta.dirname, '../fixtures/crashing-child.ts'));
/** Whatever this machine has beside the CPU: the process dies before any device is asked. */
const other = offeredProviders().find((name) => name !== 'cpu') ?? '';

it('a driver that takes its process down costs nothing: the CPU runs, and the reason says what happened', async () => {
  const model = await loadModelAt(place);
  const chosen = await chooseProvider(model, other, {
    openChild: (onnx, input, provider, threads) => openInChild(onnx, input, provider, threads, crashing),
  });
  expect(chosen.provider).toBe('cpu');
  expect(chosen.reason).toContain(`${other}: its process ended (SIGABRT)`);
  expect((await chosen.network.run(probeTensor(model.manifest.input.size))).probability).toHaveLength(1);
});

it('a provider that computes something else is not used', async () => {
  const model = await loadModelAt(place);
  const wrong = {
    run: async () => ({
      probability: Float32Array.of(Number.NaN),
      kind: Float32Array.of(1),
      child: Float32Array.of(1),
      heat: new Float32Array(64),
    }),
    close: async () => undefined,
  };
  const chosen = await chooseProvider(model, other, { openChild: async () => wrong });
  expect(chosen.provider).toBe('cpu');
  expect(chosen.reason).toContain('differs from the CPU');
});

it('a network in its own process answers as ours does', async () => {
  const model = await loadModelAt(place);
  const { network: cpu } = await chooseProvider(model, 'cpu');
  const child = await openInChild(model.onnx, model.manifest.input, 'cpu', 1);
  const tensor = probeTensor(model.manifest.input.size);
  const [found, expected] = [await child.run(tensor), await cpu.run(tensor)];
  expect(Object.keys(found).sort()).toEqual(['child', 'heat', 'kind', 'probability']);
  expect(found.probability?.[0]).toBeCloseTo(expected.probability?.[0] ?? -1, 6);
  await child.close();
});

it('what a provider cannot do is told in its words and the CPU takes over', async () => {
  const model = await loadModelAt(place);
  await expect(openInChild(new Uint8Array([1, 2, 3]), model.manifest.input, 'cpu', 1)).rejects.toThrow();
  await expect(openInChild(model.onnx, model.manifest.input, 'no-such-provider', 1)).rejects.toThrow();
});

it('a provider that is killed while it is in use is replaced by the CPU, and says so', async () => {
  let child: ChildNetwork | undefined;
  const model = await warmModelAt(place, {
    provider: other,
    openChild: async (onnx, input, _provider, threads) => {
      // The CPU in a process of its own stands for a card that this machine may not have.
      child = await openInChild(onnx, input, 'cpu', threads);
      return child;
    },
  });
  const tensor = probeTensor(model.manifest.input.size);
  expect(model.provider).toBe(other);
  const before = await model.run(tensor);
  process.kill(child?.pid ?? 0, 'SIGKILL');
  const after = await Promise.all([model.run(tensor), model.run(tensor)]);
  expect(after.map((outputs) => outputs.probability?.[0])).toEqual([before.probability?.[0], before.probability?.[0]]);
  expect(model.provider).toBe('cpu');
  expect(model.providerReason).toMatch(new RegExp(`${other} failed while it was in use .*SIGKILL.*the CPU has taken over`));
});

it('the patient whose chart is open comes before the batch, and what is cancelled leaves the queue', async () => {
  const queue = openQueue(1);
  const order: string[] = [];
  const work = (name: string) => async () => void order.push(name);
  const stop = new AbortController();
  const first = queue.add('batch', work('batch 1'));
  const rest = [queue.add('shadow', work('shadow')), queue.add('batch', work('batch 2')), queue.add('open', work('open'))];
  const left = queue.add('batch', work('never'), stop.signal);
  stop.abort(new Error('cancelled'));
  await expect(left).rejects.toThrow('cancelled');
  await Promise.all([first, ...rest]);
  expect(order).toEqual(['batch 1', 'open', 'batch 2', 'shadow']);
});
