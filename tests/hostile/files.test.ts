import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestCore, testCore } from '../fixtures/core.ts';
import { AMINA, add, type Client, codeOf, filesOf } from './core.fixture.ts';
import { encrypted, fundus, letter, page, promisingPng, svg } from './pictures.fixture.ts';

let made: TestCore;
let client: Client;
let patient = '';
beforeAll(async () => {
  made = await testCore();
  client = await made.create();
  patient = (await client.call('patients.register', AMINA)).id;
});
afterAll(() => made.remove());

const kept = () => filesOf(join(made.root, 'clinic'));

test.each<[string, () => Uint8Array | Promise<Uint8Array>, string]>([
  ['nothing', () => new Uint8Array(), 'image-empty'],
  ['half a photograph', () => fundus.subarray(0, fundus.length / 2), 'image-truncated'],
  ['300 megapixels', () => promisingPng(20_000, 15_000), 'image-too-large'],
  ['text', () => Buffer.from('only text, whatever it is called'), 'image-unsupported'],
  ['SVG with a script', () => svg, 'image-unsupported'],
  ['WebP', () => sharp(fundus).resize(64).webp().toBuffer(), 'image-unsupported'],
  ['GIF', () => sharp(fundus).resize(64).gif().toBuffer(), 'image-unsupported'],
])('as a photograph, %s is refused and leaves nothing', async (_what, bytes, code) => {
  const before = kept();
  const content = await bytes();
  expect(await codeOf(add(made, client, patient, 'images.add', content))).toBe(code);
  expect(await codeOf(add(made, client, patient, 'images.add', content, { task: 'none' }))).toBe(code);
  expect(kept()).toEqual(before);
  expect(made.bugs).toEqual([]);
});

test('sixteen bits and CMYK are read; a page is kept as not gradable', async () => {
  for (const bytes of [
    await sharp(fundus).toColourspace('rgb16').tiff().toBuffer(),
    await sharp(fundus).toColourspace('cmyk').jpeg().toBuffer(),
  ])
    expect(await codeOf(add(made, client, patient, 'images.add', bytes))).toBe('ok');
  const { reading: id } = (await add(made, client, patient, 'images.add', await page())) as { reading: string };
  const reading = await client.call('readings.get', { patient, id } as Parameters<typeof client.call<'readings.get'>>[1]);
  expect(reading).toMatchObject({ status: 'refused', reason: expect.any(String) });
  expect(reading).not.toHaveProperty('grade');
  expect(reading).not.toHaveProperty('referable');
});

test.each<[string, () => Uint8Array, string]>([
  ['nothing', () => new Uint8Array(), 'document-empty'],
  ['no pages', () => letter(0), 'document-empty'],
  ['a password', () => encrypted, 'document-encrypted'],
  ['500 pages', () => letter(500), 'document-too-long'],
  ['a PDF cut off', () => letter(1).subarray(0, 250), 'document-broken'],
  ['half a photograph', () => fundus.subarray(0, fundus.length / 2), 'image-truncated'],
  ['300 megapixels', () => promisingPng(20_000, 15_000), 'image-too-large'],
  ['SVG with a script', () => svg, 'document-unsupported'],
  ['text', () => Buffer.from('only text'), 'document-unsupported'],
])('as a letter, %s is refused and leaves nothing', async (_what, bytes, code) => {
  const before = kept();
  expect(await codeOf(add(made, client, patient, 'documents.add', bytes()))).toBe(code);
  expect(kept()).toEqual(before);
  expect(made.bugs).toEqual([]);
});

test('a letter with JavaScript in it is read as any other', async () => {
  const script = letter(1, '/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>');
  const { document: id } = (await add(made, client, patient, 'documents.add', script)) as { document: string };
  const read = await client.call('documents.get', { patient, id } as Parameters<typeof client.call<'documents.get'>>[1]);
  expect(read.pages[0]?.text).toContain('Metformin 500 mg');
});
