/**
 * Builds resources/knowledge/ from the MedQuAD passages: packed text, word index, 8-bit sentence vectors, attribution.
 *
 *     node scripts/build-knowledge.ts [passages.jsonl.gz]
 *
 * Embedding takes some 15 minutes on two cores; what was embedded is kept in out/knowledge-vectors.bin and used again.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants, gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { SentenceModel } from '../src-node/sentence-model/index.ts';
import { WordIndex } from '../src-shared/coaching/bm25.ts';
import { wordIndexBytes } from '../src-shared/coaching/bm25-bytes.ts';
import { type KnowledgeManifest, StoredPassage } from '../src-shared/coaching/passages.ts';
import { chunks } from '../src-shared/coaching/sentences.ts';
import { quantise } from '../src-shared/coaching/vectors.ts';

const VERSION = '2017.1.0';
/** Parts of 100 words of an answer that get a vector: with more, retrieval did not improve (cross-validated). */
const PARTS_MAX = 2;
/** Topic, synonyms, question, answer: names count double, long answers are evened out half. */
const FIELDS = [
  { weight: 2, b: 0.3 },
  { weight: 0.5, b: 0.5 },
  { weight: 1, b: 0.3 },
  { weight: 1, b: 0.5 },
];

const root = join(import.meta.dirname, '..');
const shared = process.env.LAMPLIGHT_SHARED ?? join(root, '../shared');
const source = process.argv[2] ?? join(shared, 'data/knowledge/coaching/passages.jsonl.gz');
const target = join(root, 'resources/knowledge');
const modelFolder = join(root, 'resources/sentence-model');
const cacheFile = join(root, 'out/knowledge-vectors.bin');

const Row = StoredPassage.omit({ q: true, c: true });
const rows = gunzipSync(readFileSync(source))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => Row.parse(JSON.parse(line)));

const texts = new Map<string, number>();
const passages = rows.map(
  (row): StoredPassage => ({ ...row, q: rowOf(row.question), c: chunks(row.answer).slice(0, PARTS_MAX).map(rowOf) }),
);
const vectors = await embedAll([...texts.keys()]);
const words = WordIndex.build(
  rows.map((row) => [row.topic, row.synonyms.join('; '), row.question, row.answer]),
  FIELDS,
);

mkdirSync(target, { recursive: true });
const files: KnowledgeManifest['files'] = {};
write('passages.jsonl.br', packed(Buffer.from(passages.map((passage) => JSON.stringify(passage)).join('\n'))));
write('words.bin.br', packed(wordIndexBytes(words)));
write('vectors.bin', new Uint8Array(vectors.buffer));
const manifest: KnowledgeManifest = {
  id: 'medquad',
  version: VERSION,
  title: 'MedQuAD: questions and answers from pages of the US National Institutes of Health and the CDC',
  licence: 'CC BY 4.0',
  attribution:
    'Ben Abacha A, Demner-Fushman D. A question-entailment approach to question answering. BMC Bioinformatics 2019;20:511. https://github.com/abachaa/MedQuAD',
  retrieved: 'about 2017',
  passages: passages.length,
  vectors: texts.size,
  dimensions: 384,
  sentenceModel: modelHash(),
  files,
};
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(JSON.stringify(manifest, null, 2));

/** Equal texts share a row. */
function rowOf(text: string): number {
  const known = texts.get(text) ?? texts.size;
  texts.set(text, known);
  return known;
}

function write(name: string, bytes: Uint8Array): void {
  writeFileSync(join(target, name), bytes);
  files[name] = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

function packed(bytes: Uint8Array): Uint8Array {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

function modelHash(): string {
  const manifest = z
    .object({ files: z.object({ 'model.onnx': z.object({ sha256: z.string() }) }) })
    .parse(JSON.parse(readFileSync(join(modelFolder, 'manifest.json'), 'utf8')));
  return manifest.files['model.onnx'].sha256;
}

async function embedAll(list: readonly string[]): Promise<Int8Array> {
  const model = await SentenceModel.load(modelFolder, { threads: 2 });
  const cached = readCache(model.dimensions);
  const keys = list.map((text) => createHash('sha256').update(`${modelHash()}\n${text}`).digest());
  const missing = list.flatMap((text, n) =>
    cached.has(keys[n]?.toString('hex') ?? '') ? [] : [{ text, key: keys[n] ?? Buffer.alloc(32) }],
  );
  mkdirSync(dirname(cacheFile), { recursive: true });
  for (let n = 0; n < missing.length; n += 256) {
    const batch = missing.slice(n, n + 256);
    const found = await model.embed(batch.map(({ text }) => text));
    const records = batch.map(({ key }, place) => {
      const vector = quantise(found[place] ?? []);
      cached.set(key.toString('hex'), vector);
      return Buffer.concat([key, Buffer.from(vector.buffer)]);
    });
    appendFileSync(cacheFile, Buffer.concat(records));
    console.error(`${Math.min(n + 256, missing.length)} of ${missing.length} embedded`);
  }
  await model.close();
  const all = new Int8Array(list.length * model.dimensions);
  keys.forEach((key, n) => {
    all.set(cached.get(key.toString('hex')) ?? [], n * model.dimensions);
  });
  return all;
}

/** Records of 32 bytes SHA-256 of model and text, then the vector. */
function readCache(dimensions: number): Map<string, Int8Array> {
  const found = new Map<string, Int8Array>();
  if (!existsSync(cacheFile)) return found;
  const bytes = readFileSync(cacheFile);
  const step = 32 + dimensions;
  for (let at = 0; at + step <= bytes.length; at += step) {
    found.set(
      bytes.toString('hex', at, at + 32),
      Int8Array.from(bytes.subarray(at + 32, at + step), (byte) => (byte << 24) >> 24),
    );
  }
  return found;
}
