/** Which way of computing runs a network here: tried in order, each in a process of its own, compared with the CPU, and the reason kept. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { promisify } from 'node:util';
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { InstalledModel } from '../registry.ts';
import { openInChild } from './child.ts';
import { builtInProviders, type Network, openNetwork } from './network.ts';
import { disagreement, probeTensor, type Trial, tryOut } from './probe.ts';

/** Fastest first; the CPU is always the last resort. */
const ORDER = ['cuda', 'tensorrt', 'dml', 'coreml', 'webgpu', 'cpu'];
/** More threads gain nothing on networks of this size. */
const THREADS_MAX = 8;
/** Where nobody keeps what would be measured. */
const THREADS_UNMEASURED = Math.min(2, availableParallelism());

/** `auto`, or one of `offeredProviders()`. */
export type ProviderChoice = string;

export interface Chosen {
  network: Network;
  /** As onnxruntime calls it. */
  provider: string;
  /** Name of the processor or card. */
  device: string;
  /** Why this and not an earlier one of the list, as a sentence. */
  reason: string;
  threads: number;
}

/** What was found best for a network on this machine, so that it need not be measured again. */
export interface Fit {
  provider: string;
  threads: number;
  reason: string;
}

export interface ChooseOptions {
  /** Threads on the CPU; without it what was measured before, or is measured now where somebody keeps it. */
  readonly threads?: number;
  /** What was measured before; a provider of it other than the CPU is compared with the CPU again all the same. */
  readonly fit?: Fit;
  /** Told what was measured. */
  readonly onFit?: (fit: Fit) => void;
  /** Opens a network in a process of its own; a test hands in one that crashes. */
  readonly openChild?: (...given: Parameters<typeof openInChild>) => Promise<Network>;
}

/** Providers that this build of onnxruntime knows, in the order in which they are tried. */
export function offeredProviders(): string[] {
  const known = builtInProviders();
  return [...ORDER.filter((name) => known.includes(name)), ...known.filter((name) => !ORDER.includes(name))].sort(
    (one, other) => Number(one === 'cpu') - Number(other === 'cpu'),
  );
}

/** @throws AppError model-damaged where not even the CPU can run the network */
export async function chooseProvider(
  model: InstalledModel,
  choice: ProviderChoice,
  options: ChooseOptions = {},
): Promise<Chosen> {
  const cpu = await openCpu(model, options.threads ?? options.fit?.threads ?? (options.onFit ? undefined : THREADS_UNMEASURED));
  if (choice === 'cpu') {
    options.onFit?.({ provider: 'cpu', threads: cpu.threads, reason: 'The CPU was chosen.' });
    return { ...cpu, reason: 'The CPU was chosen.' };
  }
  if (options.fit?.provider === 'cpu' && choice === 'auto') return { ...cpu, reason: options.fit.reason };
  const wanted = choice === 'auto' ? offeredProviders().filter((name) => name !== 'cpu') : [choice];
  const refusals: string[] = [];
  const tensor = probeTensor(model.manifest.input.size);
  let reference: Trial | undefined;
  for (const provider of wanted) {
    const missing = missingFor(provider, options.openChild !== undefined);
    if (missing !== null) {
      refusals.push(`${provider}: ${missing}`);
      continue;
    }
    try {
      const network = await (options.openChild ?? openInChild)(model.onnx, model.manifest.input, provider, cpu.threads);
      const trial = await tryOut(network, tensor).catch(async (failure: unknown) => {
        await network.close();
        throw failure;
      });
      reference ??= await tryOut(cpu.network, tensor);
      const against = disagreement(trial.outputs, reference.outputs) ?? tooSlow(choice, trial, reference);
      if (against === null) {
        await cpu.network.close();
        const reason = `It agrees with the CPU on the probe and takes ${trial.ms.toFixed(0)} ms instead of ${reference.ms.toFixed(0)} ms.`;
        options.onFit?.({ provider, threads: cpu.threads, reason });
        return { network, provider, device: await deviceOf(provider), reason, threads: cpu.threads };
      }
      await network.close();
      refusals.push(`${provider}: ${against}`);
    } catch (failure) {
      refusals.push(`${provider}: ${failure instanceof Error ? failure.message : 'it failed'}`);
    }
  }
  const reason = refusals.length > 0 ? `Nothing else can be used here. ${refusals.join('; ')}.` : 'Nothing else is offered here.';
  options.onFit?.({ provider: 'cpu', threads: cpu.threads, reason });
  return { ...cpu, reason };
}

/** The CPU after another provider has failed in use. */
export async function fallBack(model: InstalledModel, failed: string, why: string): Promise<Chosen> {
  const cpu = await openCpu(model, THREADS_UNMEASURED);
  return { ...cpu, reason: `${failed} failed while it was in use (${why}); the CPU has taken over.` };
}

/** Name of the processor. */
export function processorName(): string {
  return (cpus()[0]?.model ?? 'processor').replaceAll(/\s+/g, ' ').trim();
}

async function openCpu(model: InstalledModel, known?: number): Promise<Omit<Chosen, 'reason'>> {
  const open = (threads: number) =>
    openNetwork(model.onnx, model.manifest.input, 'cpu', threads).catch((cause: unknown) => {
      throw new AppError('model-damaged', {}, { cause });
    });
  const threads = known ?? (await fastestThreads(model, open));
  return { network: await open(threads), provider: 'cpu', device: processorName(), threads };
}

/** More threads are not always faster: cores may be busy, or the network too small. Measured once a machine and kept with the fit. */
async function fastestThreads(model: InstalledModel, open: (threads: number) => Promise<Network>): Promise<number> {
  const most = Math.min(THREADS_MAX, availableParallelism());
  const candidates = [1, 2, 4, 8].filter((threads) => threads <= most);
  if (candidates.length === 1) return 1;
  const tensor = probeTensor(model.manifest.input.size);
  let best = { threads: 1, ms: Number.POSITIVE_INFINITY };
  for (const threads of candidates) {
    const network = await open(threads);
    const { ms } = await tryOut(network, tensor);
    await network.close();
    // A gain below a tenth is not worth a core.
    if (ms < best.ms * 0.9) best = { threads, ms };
  }
  return best.threads;
}

function tooSlow(choice: ProviderChoice, found: Trial, reference: Trial): string | null {
  if (choice !== 'auto' || found.ms < reference.ms) return null;
  return `it is no faster than the CPU (${found.ms.toFixed(0)} ms against ${reference.ms.toFixed(0)} ms)`;
}

/** What can be known without starting anything: null where it is worth a try. @param noDevice whoever opens it needs none */
function missingFor(provider: string, noDevice: boolean): string | null {
  if (!builtInProviders().includes(provider)) return 'not offered by this build of onnxruntime';
  if (process.platform !== 'linux' || noDevice) return null;
  if ((provider === 'cuda' || provider === 'tensorrt') && !existsSync('/dev/nvidiactl')) return 'no NVIDIA card on this machine';
  if (provider === 'webgpu' && !existsSync('/dev/dri')) return 'no graphics device on this machine';
  return null;
}

async function deviceOf(provider: string): Promise<string> {
  if (provider !== 'cuda' && provider !== 'tensorrt') return 'graphics device of this machine';
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], { timeout: 5_000 });
    return stdout.trim().split('\n')[0]?.trim() || 'NVIDIA card';
  } catch {
    return 'NVIDIA card';
  }
}
