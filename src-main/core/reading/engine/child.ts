/** A network in a child process: when a driver takes its process down, ours goes on and says so. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../../../src-node/root.ts';
import { workerUrl } from '../../../../src-node/worker-url.ts';
import type { Network, NetworkInput, Outputs } from './network.ts';

/** Opening compiles kernels on some providers: a minute and more. */
const OPEN_MS_MAX = 180_000;
const RUN_MS_MAX = 60_000;

export type ChildAsk =
  | { id: number; what: 'open'; onnx: Uint8Array; input: NetworkInput; provider: string; threads: number }
  | { id: number; what: 'run'; tensor: Float32Array };

export interface ChildAnswer {
  id: number;
  ok: boolean;
  outputs?: Outputs;
  /** Why it failed, in the provider's words. */
  why?: string;
}

export interface ChildNetwork extends Network {
  readonly pid: number | undefined;
}

/** Why a provider could not be used, as part of a sentence. */
export class ProviderFailure extends Error {}

interface Waiting {
  done(outputs: Outputs): void;
  failed(why: ProviderFailure): void;
}

/**
 * Starts a process and opens the network in it.
 * @param file the program of the child, for a test of one that crashes
 * @throws ProviderFailure
 */
export async function openInChild(
  onnx: Uint8Array,
  input: NetworkInput,
  provider: string,
  threads: number,
  file: URL = workerUrl(import.meta.url, './inference.worker'),
): Promise<ChildNetwork> {
  const child = start(file);
  const waiting = new Map<number, Waiting>();
  let count = 0;
  let ended: ProviderFailure | null = null;
  const end = (why: ProviderFailure) => {
    ended ??= why;
    for (const one of waiting.values()) one.failed(ended);
    waiting.clear();
  };
  child.on('error', () => end(new ProviderFailure('its process could not be started')));
  child.on('exit', (code, signal) => end(new ProviderFailure(`its process ended (${signal ?? `status ${code}`})`)));
  child.on('message', (message) => {
    // The only writer of this pipe is inference.worker.ts.
    const { id, ok, outputs, why } = message as ChildAnswer;
    const one = waiting.get(id);
    waiting.delete(id);
    if (ok) one?.done(outputs ?? {});
    else one?.failed(new ProviderFailure(firstLine(why ?? 'it failed')));
  });

  const ask = (question: ChildAskWithoutId, limitMs: number): Promise<Outputs> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const id = count++;
      const late = setTimeout(() => {
        end(new ProviderFailure(`it did not answer within ${Math.round(limitMs / 1000)} seconds`));
        child.kill('SIGKILL');
      }, limitMs);
      const settled = () => clearTimeout(late);
      waiting.set(id, {
        done: (outputs) => {
          settled();
          resolve(outputs);
        },
        failed: (why) => {
          settled();
          reject(why);
        },
      });
      // Whoever cannot be reached has ended, or must; its exit says how, and ends what waits.
      child.send({ ...question, id }, (error) => error && child.kill('SIGKILL'));
    });

  const close = async () => {
    end(new ProviderFailure('it was closed'));
    child.kill();
  };
  try {
    await ask({ what: 'open', onnx, input, provider, threads }, OPEN_MS_MAX);
  } catch (failure) {
    await close();
    throw failure;
  }
  return { pid: child.pid, run: (tensor) => ask({ what: 'run', tensor }, RUN_MS_MAX), close };
}

type ChildAskWithoutId = ChildAsk extends infer One ? (One extends unknown ? Omit<One, 'id'> : never) : never;

function start(file: URL): ChildProcess {
  const node = nodeBinary();
  if (node === null) throw new ProviderFailure('there is no Node here to run it in a process of its own');
  const child = spawn(node, [fileURLToPath(file)], {
    // Nothing of ours but what a driver needs to be found.
    env: pick(process.env, [
      'PATH',
      'HOME',
      'LANG',
      'LD_LIBRARY_PATH',
      'DISPLAY',
      'XDG_RUNTIME_DIR',
      'SystemRoot',
      'TEMP',
      'TMP',
      'TMPDIR',
      'LOCALAPPDATA',
      'CUDA_VISIBLE_DEVICES',
    ]),
    // Drivers chatter; what matters comes as an answer.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  });
  child.unref();
  child.channel?.unref();
  return child;
}

/** Node itself where that runs us; within Electron, whose own binary must not be started again, the Node that ships beside the core. */
function nodeBinary(): string | null {
  if (process.versions.electron === undefined) return process.execPath;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return [join(root, name), join(root, 'node_modules', 'node', 'bin', name)].find((file) => existsSync(file)) ?? null;
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** onnxruntime's messages run over many lines of paths and code. */
function firstLine(text: string): string {
  const line =
    text
      .split('\n')[0]
      ?.replace(/^.*?(?:Error code - \d+ - message: )?/, '')
      .trim() ?? '';
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
