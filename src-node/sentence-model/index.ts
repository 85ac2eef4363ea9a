import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import { AppError } from '../../src-shared/errors/index.ts';

const BATCH_TOKENS_MAX = 2048;
const BATCH_TEXTS_MAX = 32;
/** Anything longer is cut before the tokenizer sees it: 256 tokens are never more than this. */
const CHARACTERS_MAX = 8192;

const Manifest = z.object({
  id: z.string(),
  version: z.string(),
  dimensions: z.number().int().positive(),
  tokensMax: z.number().int().positive(),
  files: z.object({ 'model.onnx': z.object({ sha256: z.string() }), 'tokenizer.json': z.object({ sha256: z.string() }) }),
});

/** Turns English sentences into unit vectors whose dot product says how alike they are (all-MiniLM-L6-v2). */
export class SentenceModel {
  readonly id: string;
  readonly version: string;
  readonly dimensions: number;
  readonly #tokenizer: Tokenizer;
  readonly #session: InferenceSession;
  readonly #tokensMax: number;

  private constructor(manifest: z.infer<typeof Manifest>, tokenizer: Tokenizer, session: InferenceSession) {
    this.id = manifest.id;
    this.version = manifest.version;
    this.dimensions = manifest.dimensions;
    this.#tokensMax = manifest.tokensMax;
    this.#tokenizer = tokenizer;
    this.#session = session;
  }

  /**
   * @param folder holds manifest.json, model.onnx and tokenizer.json (resources/sentence-model)
   * @throws AppError model-missing, model-damaged (a file does not have the hash of the manifest)
   */
  static async load(folder: string, options: { threads?: number } = {}): Promise<SentenceModel> {
    const manifest = await readManifest(folder);
    const [network, words] = await Promise.all([
      readChecked(folder, 'model.onnx', manifest.files['model.onnx'].sha256),
      readChecked(folder, 'tokenizer.json', manifest.files['tokenizer.json'].sha256),
    ]);
    const session = await InferenceSession.create(network, {
      executionProviders: ['cpu'],
      intraOpNumThreads: options.threads ?? 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      enableCpuMemArena: false,
    });
    return new SentenceModel(manifest, new Tokenizer(JSON.parse(words.toString('utf8')), {}), session);
  }

  /**
   * @returns a unit vector of `dimensions` for each text, in their order; texts are read up to `tokensMax` word pieces.
   * The native call blocks its thread (some 4 ms for a question, 25 for a paragraph): callers with a port to answer
   * run this in a worker.
   */
  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const rows = texts.map((text, index) => ({ index, ids: this.tokenIds(text) }));
    rows.sort((a, b) => a.ids.length - b.ids.length);
    const vectors = new Array<Float32Array>(texts.length);
    for (let start = 0; start < rows.length; ) {
      const batch = rows.slice(start, start + batchSize(rows, start));
      const flat = await this.#run(batch.map((row) => row.ids));
      batch.forEach((row, place) => {
        vectors[row.index] = flat.slice(place * this.dimensions, (place + 1) * this.dimensions);
      });
      start += batch.length;
    }
    return vectors;
  }

  /** The word pieces of a text with [CLS] and [SEP], cut to what the model reads. */
  tokenIds(text: string): number[] {
    const { ids } = this.#tokenizer.encode(text.slice(0, CHARACTERS_MAX));
    const end = ids.at(-1);
    if (ids.length <= this.#tokensMax || end === undefined) return ids;
    return [...ids.slice(0, this.#tokensMax - 1), end];
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async #run(batch: readonly number[][]): Promise<Float32Array> {
    const width = Math.max(...batch.map((ids) => ids.length));
    const ids = new BigInt64Array(batch.length * width);
    const mask = new BigInt64Array(batch.length * width);
    batch.forEach((row, place) => {
      row.forEach((id, n) => {
        ids[place * width + n] = BigInt(id);
        mask[place * width + n] = 1n;
      });
    });
    const shape = [batch.length, width];
    const { sentence } = await this.#session.run({
      input_ids: new Tensor('int64', ids, shape),
      attention_mask: new Tensor('int64', mask, shape),
    });
    if (!(sentence?.data instanceof Float32Array)) throw new AppError('model-damaged');
    return sentence.data;
  }
}

/** As many rows from `start` as fit; rows are sorted by length, so the last one is the widest. */
function batchSize(rows: readonly { ids: number[] }[], start: number): number {
  let size = 1;
  while (size < BATCH_TEXTS_MAX) {
    const next = rows[start + size];
    if (next === undefined || next.ids.length * (size + 1) > BATCH_TOKENS_MAX) break;
    size++;
  }
  return size;
}

async function readManifest(folder: string) {
  let text: string;
  try {
    text = await readFile(join(folder, 'manifest.json'), 'utf8');
  } catch (cause) {
    throw new AppError('model-missing', {}, { cause });
  }
  const manifest = Manifest.safeParse(JSON.parse(text));
  if (!manifest.success) throw new AppError('model-damaged', {}, { cause: manifest.error });
  return manifest.data;
}

async function readChecked(folder: string, name: string, sha256: string): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(folder, name));
  } catch (cause) {
    throw new AppError('model-missing', {}, { cause });
  }
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new AppError('model-damaged');
  return bytes;
}
