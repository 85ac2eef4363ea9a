/** Warm inference sessions of onnxruntime: one a model and provider, made at first use. */
import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type InstalledModel, loadModel, shippedModels } from './registry.ts';

/** Largest difference from the CPU on the probe at which another provider is trusted. */
const PROBE_DIFFERENCE_MAX = 0.01;
/** More threads than this gain nothing on a network of this size. */
const THREADS_MAX = 2;

export interface WarmModel extends InstalledModel {
  /** Name of the provider that runs it, as onnxruntime calls it. */
  readonly provider: string;
  /** Why this provider and not an earlier one of the list. */
  readonly providerReason: string;
  /** Runs the network on one prepared picture; values by output name. */
  run(tensor: Float32Array): Promise<Record<string, Float32Array>>;
}

export interface SessionOptions {
  /** Folder of installed models; without it the one that came with the application. */
  readonly models?: string;
  /** Providers in order of preference; the CPU is always the last resort. */
  readonly providers?: readonly string[];
}

const warm = new Map<string, Promise<WarmModel>>();

/** The session for a model, made once; a failed attempt is not kept. */
export function warmModel(name: string, options: SessionOptions): Promise<WarmModel> {
  const models = options.models ?? shippedModels();
  const key = JSON.stringify([models, name, options.providers]);
  const kept = warm.get(key);
  if (kept) return kept;
  const made = openModel(models, name, options.providers ?? []);
  warm.set(key, made);
  made.catch(() => warm.delete(key));
  return made;
}

/** Providers that this build of onnxruntime offers, the CPU last. */
export function offeredProviders(): string[] {
  const names = ort.listSupportedBackends().map((backend) => backend.name);
  return [...names.filter((name) => name !== 'cpu'), 'cpu'];
}

async function openModel(models: string, name: string, providers: readonly string[]): Promise<WarmModel> {
  const model = await loadModel(models, name);
  const refusals: string[] = [];
  for (const provider of providers.filter((wanted) => wanted !== 'cpu')) {
    const opened = await tryProvider(model, provider);
    if (typeof opened !== 'string') return opened;
    refusals.push(`${provider}: ${opened}`);
  }
  return open(model, 'cpu', refusals.length > 0 ? refusals.join('; ') : 'runs everywhere').catch((cause: unknown) => {
    throw new AppError('model-damaged', {}, { cause });
  });
}

/** A session that agrees with the CPU on a probe, or the reason why not. */
async function tryProvider(model: InstalledModel, provider: string): Promise<WarmModel | string> {
  if (!offeredProviders().includes(provider)) return 'not offered on this machine';
  try {
    const [fast, cpu] = [await open(model, provider, 'agrees with the CPU on a probe'), await open(model, 'cpu', 'reference')];
    const tensor = probe(model.manifest.input.size);
    const [found, expected] = [await fast.run(tensor), await cpu.run(tensor)];
    const difference = Math.max(...Object.keys(expected).map((key) => largestDifference(found[key], expected[key])));
    return difference <= PROBE_DIFFERENCE_MAX ? fast : `differs from the CPU by ${difference.toPrecision(2)}`;
  } catch {
    return 'failed to start';
  }
}

async function open(model: InstalledModel, provider: string, providerReason: string): Promise<WarmModel> {
  const session = await ort.InferenceSession.create(model.onnx, {
    executionProviders: [provider],
    intraOpNumThreads: Math.min(THREADS_MAX, availableParallelism()),
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  const { name, size } = model.manifest.input;
  return {
    ...model,
    provider,
    providerReason,
    run: async (tensor) => {
      const answer = await session.run({ [name]: new ort.Tensor('float32', tensor, [1, 3, size, size]) });
      return Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, floats(value)]));
    },
  };
}

function floats(value: ort.OnnxValue): Float32Array {
  if (!(value instanceof ort.Tensor) || !(value.data instanceof Float32Array)) throw new AppError('model-damaged');
  return value.data;
}

/** A fixed picture-like tensor: smooth waves in three phases. */
function probe(size: number): Float32Array {
  return Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(i / 37) * Math.cos(i / (size * 11)));
}

function largestDifference(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (!a || !b || a.length !== b.length) return Infinity;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Infinity))), 0);
}
