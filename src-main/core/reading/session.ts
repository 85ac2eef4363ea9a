/** Warm networks: one a model and provider (and a second one for batches, with a thread a core), opened at first use, closed when nobody has used it for a while or another needs the memory. */
import { availableParallelism } from 'node:os';
import { openQueue, type Priority } from '../queue.ts';
import { ProviderFailure } from './engine/child.ts';
import type { Outputs } from './engine/network.ts';
import { type ChooseOptions, type Chosen, chooseProvider, type Fit, fallBack, type ProviderChoice } from './engine/providers.ts';
import type { Manifest } from './manifest.ts';
import { type InstalledModel, loadModel, loadModelAt, type ModelPlace, shippedModels } from './registry.ts';

export { offeredProviders } from './engine/providers.ts';

const IDLE_MS = 10 * 60_000;
/** After the first reading on a machine, when nobody waits any more. */
const MEASURE_AFTER_MS = 30_000;
/** Networks of this kind take 50 to 300 MB each while they are open. */
const WARM_MAX = 4;

export interface WarmModel extends InstalledModel {
  /** Name of the provider that runs it, as onnxruntime calls it; it changes when one fails in use. */
  readonly provider: string;
  /** Why this provider and not an earlier one of the list. */
  readonly providerReason: string;
  /** The processor or card. */
  readonly device: string;
  readonly threads: number;
  /** Runs the network on one prepared picture; values by output name. */
  run(tensor: Float32Array, priority?: Priority, signal?: AbortSignal): Promise<Outputs>;
}

export interface SessionOptions extends Pick<ChooseOptions, 'threads' | 'openChild'> {
  /** Keeps what was measured, so that it is measured once a machine. */
  readonly fits?: { get(manifest: Manifest): Fit | undefined; set(manifest: Manifest, fit: Fit): void };
  /** The first picture on a machine is read at once on the CPU; what suits the machine best is measured when it is quiet. */
  readonly measureLater?: boolean;
  /** Folder of installed models; without it the one that came with the application. */
  readonly models?: string;
  /** `auto` (the default) or one provider; the CPU is always the last resort. */
  readonly provider?: ProviderChoice;
}

interface Warm {
  opened: Promise<WarmModel & { close(): Promise<void>; busy(): boolean }>;
  usedMs: number;
}

const warm = new Map<string, Warm>();
let sweeping = false;

/** The session for a model by its name in a folder, made once; a failed attempt is not kept. */
export function warmModel(name: string, options: SessionOptions = {}): Promise<WarmModel> {
  const models = options.models ?? shippedModels();
  return keptWarm(JSON.stringify([models, name, options.provider, options.threads]), async () =>
    open(await loadModel(models, name), options),
  );
}

/** The same for a model at a known place. */
export function warmModelAt(place: ModelPlace, options: SessionOptions = {}): Promise<WarmModel> {
  return keptWarm(JSON.stringify([place, options.provider, options.threads]), async () =>
    open(await loadModelAt(place), options),
  );
}

/** What is open now, for the settings screen. */
export async function warmNow(): Promise<WarmModel[]> {
  const opened = await Promise.allSettled([...warm.values()].map((one) => one.opened));
  return opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/** Closes what is open, so that another version or provider is taken next time; what runs ends first. */
export async function coolDown(): Promise<void> {
  const all = [...warm.values()];
  warm.clear();
  for (const { opened } of all)
    await opened.then(
      (model) => model.close(),
      () => undefined,
    );
}

function keptWarm(key: string, make: () => ReturnType<typeof open>): Promise<WarmModel> {
  const kept = warm.get(key);
  if (kept) {
    kept.usedMs = performance.now();
    return kept.opened;
  }
  const made: Warm = { opened: make(), usedMs: performance.now() };
  warm.set(key, made);
  made.opened.then(
    () => sweep(),
    () => warm.delete(key),
  );
  if (!sweeping) setInterval(() => sweep(), IDLE_MS / 10).unref();
  sweeping = true;
  return made.opened;
}

/** Closes what has been idle for long, and the longest idle where too many are open. */
function sweep(): void {
  const now = performance.now();
  const byAge = [...warm.entries()].sort(([, one], [, other]) => one.usedMs - other.usedMs);
  for (const [place, [key, one]] of byAge.entries()) {
    if (now - one.usedMs < IDLE_MS && byAge.length - place <= WARM_MAX) continue;
    void one.opened.then(
      async (model) => {
        if (model.busy() || warm.get(key) !== one) return;
        warm.delete(key);
        await model.close();
      },
      () => undefined,
    );
  }
}

async function open(model: InstalledModel, options: SessionOptions) {
  const { fits, threads, openChild } = options;
  const fit = fits?.get(model.manifest);
  const wishes = {
    ...(threads === undefined ? {} : { threads }),
    ...(openChild ? { openChild } : {}),
    ...(fit ? { fit } : {}),
    ...(fits ? { onFit: (found: Fit) => fits.set(model.manifest, found) } : {}),
  };
  const choice = options.provider ?? 'auto';
  const later = options.measureLater === true && choice === 'auto' && fits !== undefined && !fit && threads === undefined;
  let chosen: Chosen = await (later ? chooseProvider(model, 'cpu') : chooseProvider(model, choice, wishes));
  let replaced: Promise<void> | undefined;
  let closed = false;
  // On the CPU as many at once as there are cores for; a card takes one after the other.
  const lanes = chosen.provider === 'cpu' ? Math.max(1, Math.floor(availableParallelism() / chosen.threads)) : 1;
  const queue = openQueue(lanes);
  const measure = async () => {
    if (closed || queue.size() > 1) return;
    const found = await chooseProvider(model, choice, wishes);
    const before = chosen;
    // Whoever came in meanwhile runs on the one before: it stays, and the fit counts from the next time on.
    const free = queue.size() === 1;
    if (free) chosen = found;
    await (free ? before : found).network.close();
  };
  if (later) setTimeout(() => void queue.add('shadow', measure).catch(() => undefined), MEASURE_AFTER_MS).unref();
  const runOnce = async (tensor: Float32Array): Promise<Outputs> => {
    // Whoever took hold of it before it was put away may still use it.
    if (closed) chosen = await chooseProvider(model, chosen.provider, { ...wishes, threads: chosen.threads });
    closed = false;
    const now = chosen;
    try {
      return await now.network.run(tensor);
    } catch (failure) {
      if (!(failure instanceof ProviderFailure)) throw failure;
      // Several runs may fail at once; the first replaces it for all.
      replaced ??= fallBack(model, now.provider, failure.message).then((next) => {
        chosen = next;
      });
      await replaced;
      await now.network.close();
      return await chosen.network.run(tensor);
    }
  };
  return {
    ...model,
    get provider() {
      return chosen.provider;
    },
    get providerReason() {
      return chosen.reason;
    },
    get device() {
      return chosen.device;
    },
    get threads() {
      return chosen.threads;
    },
    run: (tensor: Float32Array, priority: Priority = 'open', signal?: AbortSignal) =>
      queue.add(priority, () => runOnce(tensor), signal),
    busy: () => queue.size() > 0,
    // A network is never closed under a run: the last in the queue closes it.
    close: () =>
      queue.add('shadow', async () => {
        if (queue.size() > 1 || closed) return;
        closed = true;
        await chosen.network.close();
      }),
  };
}
