/** One network opened by onnxruntime: what runs it, and how. */
import * as ort from 'onnxruntime-node';
import { AppError } from '../../../../src-shared/errors/index.ts';

/** Values by the name of the output. */
export type Outputs = Record<string, Float32Array>;

export interface NetworkInput {
  readonly name: string;
  /** Side of the square, in pixels. */
  readonly size: number;
}

export interface Network {
  /** Runs it on one prepared picture: 3 * size * size floats, channel first. */
  run(tensor: Float32Array): Promise<Outputs>;
  close(): Promise<void>;
}

export async function openNetwork(onnx: Uint8Array, input: NetworkInput, provider: string, threads: number): Promise<Network> {
  const session = await ort.InferenceSession.create(onnx, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    // Threads that wait for work by spinning take the cores from decoding.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  return {
    async run(tensor) {
      const answer = await session.run({ [input.name]: new ort.Tensor('float32', tensor, [1, 3, input.size, input.size]) });
      return Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, floats(value)]));
    },
    close: () => session.release(),
  };
}

/** Providers that this build of onnxruntime knows, by the names that it takes. */
export function builtInProviders(): string[] {
  return ort.listSupportedBackends().map((backend) => backend.name);
}

function floats(value: ort.OnnxValue): Float32Array {
  if (!(value instanceof ort.Tensor) || !(value.data instanceof Float32Array)) throw new AppError('model-damaged');
  return value.data;
}
