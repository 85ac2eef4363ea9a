import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { wordIndexFrom } from '../../src-shared/coaching/bm25-bytes.ts';
import { KnowledgeManifest, type StoredPassage } from '../../src-shared/coaching/passages.ts';
import { type RankedPassage, Ranker } from '../../src-shared/coaching/ranking.ts';
import { VectorTable } from '../../src-shared/coaching/vectors.ts';
import { AppError } from '../../src-shared/errors/index.ts';

/** No part of a knowledge base unpacks to more than this. */
const UNPACKED_MAX = 256 * 1024 * 1024;
const unpack = promisify(brotliDecompress);

/** A knowledge base in memory: texts as one buffer, read passage by passage. */
export interface Library {
  manifest: KnowledgeManifest;
  ranker: Ranker;
  /** How many passages there are. */
  size: number;
  passage(n: number): StoredPassage;
}

/** @throws AppError knowledge-missing (no folder, or a file does not have the hash of the manifest) */
export async function readManifest(folder: string): Promise<KnowledgeManifest> {
  try {
    return KnowledgeManifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  } catch (cause) {
    throw new AppError('knowledge-missing', {}, { cause });
  }
}

/** Reads and checks all of a knowledge base: some 0.6 s, so in a worker. */
export async function loadLibrary(folder: string): Promise<Library> {
  const manifest = await readManifest(folder);
  const [texts, words, vectors] = await Promise.all([
    readChecked(folder, manifest, 'passages.jsonl.br').then((bytes) => unpack(bytes, { maxOutputLength: UNPACKED_MAX })),
    readChecked(folder, manifest, 'words.bin.br').then((bytes) => unpack(bytes, { maxOutputLength: UNPACKED_MAX })),
    readChecked(folder, manifest, 'vectors.bin'),
  ]);
  const starts = lineStarts(texts);
  // The hash was checked: the build script wrote these lines from parsed rows.
  const passage = (n: number) =>
    JSON.parse(texts.toString('utf8', starts[n], (starts[n + 1] ?? texts.length + 1) - 1)) as StoredPassage;
  const table = new VectorTable(new Int8Array(vectors.buffer, vectors.byteOffset, vectors.length), manifest.dimensions);
  const ranker = new Ranker(wordIndexFrom(words), table, rankedPassages(starts.length, passage));
  return { manifest, ranker, size: starts.length, passage };
}

function rankedPassages(count: number, passage: (n: number) => StoredPassage): RankedPassage[] {
  const found: RankedPassage[] = [];
  const answers = new Map<string, number>();
  let page = -1;
  let lastPage = '';
  for (let n = 0; n < count; n++) {
    const { id, topic, synonyms, qtype, q, c, answer } = passage(n);
    const pageId = id.replace(/-[^-]*$/, '');
    if (pageId !== lastPage) page++;
    lastPage = pageId;
    const key = createHash('sha1').update(answer).digest('base64');
    const same = answers.get(key) ?? n;
    answers.set(key, same);
    found.push({ topic, synonyms, qtype, page, q, c, same });
  }
  return found;
}

function lineStarts(texts: Buffer): number[] {
  const starts = [0];
  for (let at = texts.indexOf(10); at >= 0 && at + 1 < texts.length; at = texts.indexOf(10, at + 1)) starts.push(at + 1);
  return starts;
}

async function readChecked(folder: string, manifest: KnowledgeManifest, name: string): Promise<Buffer> {
  const bytes = await readFile(join(folder, name)).catch((cause: unknown) => {
    throw new AppError('knowledge-missing', {}, { cause });
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== manifest.files[name]?.sha256) throw new AppError('knowledge-missing');
  return bytes;
}
