import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SentenceModel } from './index.ts';

const folder = join(import.meta.dirname, '../../resources/sentence-model');

interface Reference {
  text: string;
  ids: number[];
  vector: number[];
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a, (v, n) => v * (b[n] ?? 0)).reduce((x, y) => x + y, 0);

describe('sentence model', () => {
  let model: SentenceModel;
  let reference: Reference[];

  beforeAll(async () => {
    model = await SentenceModel.load(folder);
    reference = JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8'));
  });
  afterAll(() => model.close());

  test('cuts texts into the same word pieces as the published tokenizer', () => {
    for (const { text, ids } of reference) expect(model.tokenIds(text)).toEqual(ids);
  });

  test('gives the vectors of the float32 network, alone and in a batch', async () => {
    const together = await model.embed(reference.map(({ text }) => text));
    for (const [n, { text, vector }] of reference.entries()) {
      const [alone = new Float32Array()] = await model.embed([text]);
      expect(dot(alone, vector)).toBeGreaterThan(0.995);
      expect(dot(together[n] ?? [], vector)).toBeGreaterThan(0.995);
      expect(dot(alone, alone)).toBeCloseTo(1, 4);
    }
  });

  test('puts what means the same nearer than what does not', async () => {
    const [asked = [], same = [], other = []] = await model.embed(['high blood pressure', 'hypertension', 'a broken ankle']);
    expect(dot(asked, same)).toBeGreaterThan(dot(asked, other) + 0.2);
  });

  test('answers nothing for nothing and a vector for an empty text', async () => {
    expect(await model.embed([])).toEqual([]);
    expect((await model.embed(['']))[0]).toHaveLength(model.dimensions);
  });

  test('refuses a changed file and a missing folder', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'sentence-model-'));
    try {
      await expect(SentenceModel.load(copy)).rejects.toMatchObject({ code: 'model-missing' });
      for (const name of ['manifest.json', 'tokenizer.json']) await copyFile(join(folder, name), join(copy, name));
      const network = await readFile(join(folder, 'model.onnx'));
      network.writeUInt8(network.readUInt8(1000) ^ 1, 1000);
      await writeFile(join(copy, 'model.onnx'), network);
      await expect(SentenceModel.load(copy)).rejects.toMatchObject({ code: 'model-damaged' });
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});
