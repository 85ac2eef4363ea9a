import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KnowledgeBase } from '../../../src-node/knowledge/index.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Answer, ask, type Identifiers } from './ask.ts';

const identifiers: Identifiers = {
  names: ['Anna-Lena Weiß'],
  birthDate: '1961-07-04',
  identifiers: ['MRN-4829137'],
  phones: ['+49 30 901820'],
  emails: ['al.weiss@example.org'],
  addresses: ['Lindenweg 3, Potsdam'],
};
const TRACES = /weiß|weiss|anna|lena|1961|04\.07|4829137|901820|example\.org|lindenweg|potsdam/i;
const personal =
  'Frau Anna-Lena Weiß (born 4 July 1961, MRN 4829137, Lindenweg 3 Potsdam, al.weiss@example.org, tel. 030 901820) has gout: how is her attack treated?';

let knowledge: KnowledgeBase;
beforeAll(async () => {
  knowledge = await KnowledgeBase.open();
});
afterAll(() => knowledge.close());

describe('without a language model', () => {
  test('the answer is made of sentences that stand in the cited passages', async () => {
    const found = await ask('How is an attack of gout treated?', { knowledge });
    expect(found.passages.length).toBe(10);
    expect(found.passages[0]).toMatchObject({
      n: 1,
      topic: 'Gout',
      type: 'treatment',
      retrieved: 'about 2017',
      url: expect.stringMatching(/^https?:/),
    });
    expect(found.answer?.length).toBeGreaterThan(0);
    const squeezed = (text: string) => text.replace(/[^a-z0-9]+/gi, ' ').trim();
    for (const { text, cites, supported } of found.answer ?? []) {
      expect(supported).toBe(true);
      const cited = found.passages.find(({ n }) => n === cites[0]);
      expect(squeezed(cited?.text ?? '')).toContain(squeezed(text.replace(/\[\d+\]$/, '')));
    }
    expect(found.next.length).toBeGreaterThan(0);
    expect(found.by).toBeUndefined();
  });

  test('what is not clinical is refused without passages', async () => {
    expect(await ask('Who won the world cup?', { knowledge })).toMatchObject({
      refused: 'question-not-clinical',
      passages: [],
      next: [],
    });
    expect(await ask('Write a poem about autumn', { knowledge })).toMatchObject({ refused: 'question-not-clinical' });
  });

  test('where nothing comes near, passages are shown but no answer is made of them', async () => {
    const found = await ask('metformin dose in renal impairment', { knowledge });
    expect(found.refused).toBe('nothing-near-enough');
    expect(found.answer).toBeUndefined();
    expect(found.passages.length).toBeGreaterThan(0);
  });

  test('equal answers are shown once', async () => {
    const { passages } = await ask('What is chickenpox?', { knowledge, limit: 50 });
    expect(new Set(passages.map(({ text }) => text)).size).toBe(passages.length);
  });
});

describe('with a language model', () => {
  let endpoint: FastifyInstance;
  let baseURL: string;
  let received: { path: string; headers: string; body: string }[] = [];
  let reply: string[] = [];
  let status = 200;

  beforeAll(async () => {
    endpoint = Fastify();
    endpoint.post('/v1/chat/completions', async (request, answer) => {
      received.push({ path: request.url, headers: JSON.stringify(request.headers), body: JSON.stringify(request.body) });
      if (status !== 200) return answer.code(status).send({ error: { message: 'no' } });
      const lines = reply.map(
        (content) =>
          `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model: 'm', choices: [{ index: 0, delta: { content } }] })}\n\n`,
      );
      return answer.type('text/event-stream').send(`${lines.join('')}data: [DONE]\n\n`);
    });
    baseURL = `${await endpoint.listen({ port: 0, host: '127.0.0.1' })}/v1`;
  });
  afterAll(() => endpoint.close());
  beforeEach(() => {
    received = [];
    status = 200;
  });
  const model = () => ({ baseURL, apiKey: 'key', model: 'hospital-model' });

  test('no identifier reaches the endpoint, and the answer has them again', async () => {
    reply = ['For [NA', 'ME-1], corticosteroids', ' taken by mouth [', '1].'];
    const told: string[] = [];
    const found = await ask(personal, { knowledge, identifiers, languageModel: model(), onText: (text) => told.push(text) });
    expect(received).toHaveLength(1);
    const sent = JSON.parse(received[0]?.body ?? '').messages;
    expect(sent[1].content.split('Question: ')[1]).not.toMatch(TRACES);
    expect(received[0]?.headers).not.toMatch(TRACES);
    expect(sent[1].content).toContain('gout');
    expect(found.by).toBe('hospital-model');
    expect(found.answer?.[0]?.text).toBe('For Anna-Lena Weiß, corticosteroids taken by mouth [1].');
    expect(told.join('')).toBe('For Anna-Lena Weiß, corticosteroids taken by mouth [1].');
  });

  test('claims without a passage that carries them are marked', async () => {
    reply = [
      'Doctors usually treat an attack with nonsteroidal anti-inflammatory drugs or corticosteroids [1]. ',
      'Gout is cured by moonlight on Tuesdays [1]. Drink 17 litres of water daily [2]. ',
      'It is a disease [99]. Uncited sentence about gout treatment.',
    ];
    const found = await ask('How is an attack of gout treated?', { knowledge, languageModel: model() });
    expect(found.answer?.map(({ supported }) => supported)).toEqual([true, false, false, false, false]);
    expect(found.answer?.map(({ cites }) => cites)).toEqual([[1], [1], [2], [99], []]);
  });

  test('when it fails, the passages answer and the reason is said', async () => {
    status = 401;
    const found = await ask('How is an attack of gout treated?', { knowledge, languageModel: model() });
    expect(found).toMatchObject({ without: 'server-refused', from: 'local' });
    expect(found.by).toBeUndefined();
    expect(found.answer?.length).toBeGreaterThan(0);
  });

  test('it is not asked what is not clinical, and not over plain http', async () => {
    await ask('Who won the world cup?', { knowledge, languageModel: model() });
    expect(received).toHaveLength(0);
    const found = await ask('How is gout treated?', {
      knowledge,
      languageModel: { ...model(), baseURL: 'http://models.example/v1' },
    });
    expect(found.without).toBe('plain-http');
  });
});

describe('with a server', () => {
  test('it gets the question without identifiers; its answer gets them back', async () => {
    const asked: string[] = [];
    const server = async (question: string): Promise<Answer> => {
      asked.push(question);
      const name = /\[NAME-\d+\]/.exec(question)?.[0] ?? '';
      return {
        question,
        passages: [],
        from: 'local',
        next: [],
        answer: [{ text: `${name} needs rest [1]`, cites: [1], supported: true }],
      };
    };
    const found = await ask(personal, { knowledge, identifiers, server });
    expect(asked.join()).not.toMatch(TRACES);
    expect(found).toMatchObject({ from: 'server', question: personal });
    expect(found.answer?.[0]?.text).toMatch(/Anna|Weiß/);
  });

  test('when it cannot be reached the local copy answers', async () => {
    const server = () => Promise.reject(new AppError('server-unreachable'));
    const found = await ask('How is gout treated?', { knowledge, server });
    expect(found).toMatchObject({ from: 'local', without: 'server-unreachable' });
    expect(found.answer?.length).toBeGreaterThan(0);
  });
});
