/**
 * The decoders of dcmjs-codecs (fo-dicom's: libijg of 8, 12 and 16 bits, CharLS, OpenJPEG, OpenJPH) as one WebAssembly module, called directly: its own wrapper would load all of dcmjs into each
 * worker and keeps no hold on memory. An instance that threw, or grew large, is replaced.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** An instance whose memory has grown beyond this is replaced after the frame. */
const MEMORY_KEPT_BYTES = 256 * 1024 * 1024;

export interface CodestreamShape {
  columns: number;
  rows: number;
  samples: number;
  /** 8 or 16. */
  bitsAllocated: number;
  bitsStored: number;
  signed: boolean;
}

export type WasmCodec = 'DecodeJpeg' | 'DecodeJpegLs' | 'DecodeJpeg2000' | 'DecodeHtJpeg2000';

/** Names as the module counts them. */
const PHOTOMETRIC = { MONOCHROME2: 1, RGB: 3 } as const;

type Api = Record<string, (...values: number[]) => number>;
interface Instance {
  api: Api;
  memory: WebAssembly.Memory;
}

let compiled: WebAssembly.Module | undefined;
let instance: Instance | undefined;

export class CodecError extends Error {}

/**
 * Decodes one codestream.
 * @returns samples little endian, pixel-interleaved unless `planar`
 * @throws CodecError with the decoder's own words
 */
export function decodeWasm(
  codec: WasmCodec,
  encoded: Uint8Array,
  shape: CodestreamShape,
): { bytes: Uint8Array; planar: boolean; bitsAllocated: number } {
  instance ??= instantiate();
  const { api, memory } = instance;
  const call = (name: string, ...values: number[]) => {
    const entry = api[name];
    if (!entry) throw new Error(`the codecs have no ${name}`);
    return entry(...values);
  };
  try {
    const context = call('CreateCodecsContext');
    call('SetColumns', context, shape.columns);
    call('SetRows', context, shape.rows);
    call('SetBitsAllocated', context, shape.bitsAllocated);
    call('SetBitsStored', context, shape.bitsStored);
    call('SetSamplesPerPixel', context, shape.samples);
    call('SetPixelRepresentation', context, shape.signed ? 1 : 0);
    call('SetPlanarConfiguration', context, 0);
    call('SetPhotometricInterpretation', context, shape.samples === 1 ? PHOTOMETRIC.MONOCHROME2 : PHOTOMETRIC.RGB);
    call('SetEncodedBufferSize', context, encoded.byteLength);
    new Uint8Array(memory.buffer).set(encoded, call('GetEncodedBuffer', context));
    const parameters = call('CreateDecoderParameters');
    call('SetConvertColorspaceToRgb', parameters, 0);
    call(codec, context, parameters);
    call('ReleaseDecoderParameters', parameters);
    const at = call('GetDecodedBuffer', context);
    const bytes = new Uint8Array(memory.buffer, at, call('GetDecodedBufferSize', context)).slice();
    const result = {
      bytes,
      planar: call('GetPlanarConfiguration', context) === 1,
      bitsAllocated: call('GetBitsAllocated', context),
    };
    call('ReleaseCodecsContext', context);
    if (memory.buffer.byteLength > MEMORY_KEPT_BYTES) instance = undefined;
    return result;
  } catch (thrown) {
    instance = undefined;
    if (thrown instanceof CodecError || thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError)
      throw new CodecError(thrown.message, { cause: thrown });
    throw thrown;
  }
}

function instantiate(): Instance {
  // Beside the script that the package names as its main file.
  compiled ??= new WebAssembly.Module(
    readFileSync(join(dirname(createRequire(import.meta.url).resolve('dcmjs-codecs')), 'dcmjs-native-codecs.wasm')),
  );
  const text = (at: number, length: number) => (memory ? Buffer.from(memory.buffer, at, length).toString('latin1') : '');
  const none = () => 0;
  let memory: WebAssembly.Memory | undefined;
  const made = new WebAssembly.Instance(compiled, {
    env: {
      emscripten_notify_memory_growth: none,
      onCodecsInfo: none,
      onCodecsTrace: none,
      onCodecsException: (at: number, length: number) => {
        throw new CodecError(text(at, length));
      },
    },
    wasi_snapshot_preview1: {
      environ_get: none,
      environ_sizes_get(count: number, size: number) {
        const view = new DataView(memory?.buffer ?? new ArrayBuffer(0));
        view.setUint32(count, 0, true);
        view.setUint32(size, 0, true);
        return 0;
      },
      proc_exit() {
        throw new CodecError('the decoder gave up');
      },
      clock_time_get: none,
      fd_write(_file: number, vectors: number, count: number, written: number) {
        // What decoders print is thrown away: it may quote the file.
        const view = new DataView(memory?.buffer ?? new ArrayBuffer(0));
        let bytes = 0;
        for (let index = 0; index < count; index++) bytes += view.getUint32(vectors + index * 8 + 4, true);
        view.setUint32(written, bytes, true);
        return 0;
      },
      fd_close: none,
      fd_seek: none,
    },
  });
  // The module exports its functions and one memory.
  const { memory: exported, ...functions } = made.exports as unknown as { memory: WebAssembly.Memory } & Api;
  memory = exported;
  functions._initialize?.();
  return { api: functions, memory };
}
