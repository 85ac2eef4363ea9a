import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resourcesDir } from '../places.ts';
import { KnowledgeBase } from './index.ts';

const folder = join(resourcesDir, 'knowledge');

describe('the knowledge base that ships', () => {
  let knowledge: KnowledgeBase;
  beforeAll(async () => {
    knowledge = await KnowledgeBase.open();
  });
  afterAll(() => knowledge.close());

  // Questions of our own, each with the topic that must be among the first five.
  test.each([
    ['How is an attack of gout treated?', /gout/i],
    ['clot in the calf after a flight', /thrombosis/i],
    ['leaking urine when laughing', /incontinence|bladder/i],
    ['Cystic fibrosis inheritance', /cystic fibrosis/i],
    ['What does Niemann-Pick disease look like?', /niemann/i],
  ])('finds passages for %j', async (question, topic) => {
    const passages = await knowledge.search(question, { limit: 5 });
    expect(passages).toHaveLength(5);
    expect(passages.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
    expect(passages.some((passage) => topic.test(passage.topic))).toBe(true);
    for (const passage of passages) {
      expect(passage).toMatchObject({
        retrieved: 'about 2017',
        version: `medquad ${knowledge.manifest.version}`,
        url: expect.stringMatching(/^https?:\/\//),
      });
    }
    expect(passages.map(({ score }) => score)).toEqual(passages.map(({ score }) => score).toSorted((a, b) => b - a));
  });

  test('answers many questions at once, each with its own passages, the same each time', async () => {
    const questions = ['gout', 'asthma attack', 'what is rabies', 'gout'];
    const found = await Promise.all(questions.map((question) => knowledge.search(question, { limit: 3 })));
    expect(found[0]?.[0]?.topic).toBe('Gout');
    expect(found[1]?.[0]?.topic).toMatch(/asthma/i);
    expect(found[2]?.[0]?.topic).toMatch(/rabies/i);
    expect(found[3]).toEqual(found[0]);
  });

  test('bears any text', async () => {
    for (const question of ['???', '😀 '.repeat(300), '\u0000', 'the of and', 'x'.repeat(2000)]) {
      await expect(knowledge.consult(question, { quotes: false })).resolves.toHaveProperty('relevance');
    }
    await expect(async () => knowledge.consult('x'.repeat(2001))).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('loads again after it was closed', async () => {
    await knowledge.close();
    expect(await knowledge.search('gout', { limit: 1 })).toHaveLength(1);
  });
});

test('a missing or changed knowledge base is not used', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'knowledge-'));
  try {
    await expect(KnowledgeBase.open(copy)).rejects.toMatchObject({ code: 'knowledge-missing' });
    for (const name of ['manifest.json', 'vectors.bin', 'words.bin.br']) await copyFile(join(folder, name), join(copy, name));
    const texts = await readFile(join(folder, 'passages.jsonl.br'));
    texts.writeUInt8(texts.readUInt8(5000) ^ 1, 5000);
    await writeFile(join(copy, 'passages.jsonl.br'), texts);
    const knowledge = await KnowledgeBase.open(copy);
    await expect(knowledge.search('gout')).rejects.toMatchObject({ code: 'knowledge-missing' });
    await knowledge.close();
  } finally {
    await rm(copy, { recursive: true });
  }
});
