import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImages } from './read-files.ts';
import { readFundus } from './read-fundus.ts';
import { loadModel } from './registry.ts';
import { MODELS, reference, sample } from './samples.fixture.ts';
import { warmModel } from './session.ts';

const options = { models: MODELS };
const ILL = 'idrid-train-132-grade-2.jpg';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reading-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The answer for a spoilt copy of a sample, as "status: code". */
async function verdict(bytes: Uint8Array): Promise<string> {
  const reading = await readFundus(bytes, options);
  return reading.status === 'refused' ? reading.reason.code : reading.status;
}

describe('reading', () => {
  it('answers as the training framework does', async () => {
    const { manifest } = await loadModel(MODELS, 'diabetic-retinopathy');
    for (const { sample: name, above } of reference) {
      const reading = await readFundus(await sample(name), options);
      if (reading.status !== 'accepted') throw new Error(`${name} was refused: ${reading.reason.message}`);
      expect(reading.referableProbability).toBeCloseTo(above[1] ?? -1, 2);
      expect(reading.referable).toBe((above[1] ?? 0) >= manifest.thresholds.referable.value);
      expect(reading.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 3);
      expect(reading.heatMap.values).toHaveLength(reading.heatMap.width * reading.heatMap.height);
    }
  });

  it('tells a healthy sample from a proliferative one, and grade and referable never contradict each other', async () => {
    const { results } = await readImages([join(MODELS, '../resources/sample-images/fundus')], options);
    expect(results).toHaveLength(6);
    for (const row of results) expect(row.referable).toBe((row.grade ?? 0) >= 2);
    expect(results.find((row) => row.file.includes('grade-4'))?.referable).toBe(true);
    expect(results.find((row) => row.file.includes('274-grade-0'))?.referable).toBe(false);
  });

  it('is the same for JPEG, PNG and TIFF of the same pixels', async () => {
    const bytes = await sample(ILL);
    const [jpeg, png, tiff] = [
      bytes,
      await sharp(bytes).png().toBuffer(),
      await sharp(bytes).tiff({ compression: 'lzw' }).toBuffer(),
    ];
    const all = await Promise.all([jpeg, png, tiff].map((b) => readFundus(b, options)));
    const p = all.map((reading) => (reading.status === 'accepted' ? reading.referableProbability : -1));
    expect(Math.abs((p[0] ?? 0) - (p[1] ?? 9))).toBeLessThan(0.02);
    expect(p[1]).toBe(p[2]);
  });
});

describe('refusals say what to do and carry no grade', () => {
  it('black, very dark, burnt out and badly blurred eyes are refused for that', async () => {
    const bytes = await sample(ILL);
    expect(await verdict(await sharp(bytes).linear(0, 0).jpeg().toBuffer())).toBe('too-dark');
    expect(await verdict(await sharp(bytes).linear(0.08, 0).jpeg().toBuffer())).toBe('too-dark');
    expect(await verdict(await sharp(bytes).linear(4, 60).jpeg().toBuffer())).toBe('too-bright');
    expect(await verdict(await sharp(bytes).blur(12).jpeg().toBuffer())).toBe('blurred');
  });

  it('a preview of an eye is refused, and the eye at half the size that the model looks at is read', async () => {
    const bytes = await sample(ILL);
    const sized = (width: number) => sharp(bytes).resize(width).png().toBuffer();
    expect([await verdict(await sized(130)), await verdict(await sized(320))]).toEqual(['too-small', 'accepted']);
  });

  it('a grey picture, a page, noise and an orange disc are no fundus', async () => {
    expect(
      await verdict(
        await sharp(await sample(ILL))
          .grayscale()
          .jpeg()
          .toBuffer(),
      ),
    ).toBe('no-colour');
    const tinted = await sharp(await sample(ILL))
      .grayscale()
      .toColourspace('srgb')
      .recomb([
        [1.1, 0, 0],
        [0, 0.85, 0],
        [0, 0, 0.6],
      ])
      .jpeg()
      .toBuffer();
    expect(await verdict(tinted)).toBe('no-colour');
    const svg = (inner: string) =>
      sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600">${inner}</svg>`))
        .png()
        .toBuffer();
    const refused = ['no-colour', 'not-fundus', 'too-bright'];
    expect(refused).toContain(
      await verdict(
        await svg('<rect width="600" height="600" fill="white"/><text x="40" y="90" font-size="40">Dear doctor</text>'),
      ),
    );
    expect(refused).toContain(
      await verdict(await svg('<rect width="600" height="600"/><circle cx="300" cy="300" r="280" fill="#d2691e"/>')),
    );
    const noise = Uint8Array.from({ length: 300 * 300 * 3 }, (_, i) => (i * 7919 * (i % 13)) % 256);
    expect(refused).toContain(
      await verdict(
        await sharp(noise, { raw: { width: 300, height: 300, channels: 3 } })
          .png()
          .toBuffer(),
      ),
    );
  });

  it('a refused reading has no field that could be taken for a negative', async () => {
    const reading = await readFundus(
      await sharp(await sample(ILL))
        .blur(12)
        .jpeg()
        .toBuffer(),
      options,
    );
    for (const field of ['grade', 'referable', 'referableProbability', 'probabilities'])
      expect(reading).not.toHaveProperty(field);
  });
});

describe('hostile files', () => {
  const codeOf = (bytes: Uint8Array) =>
    readFundus(bytes, options).then(
      () => 'read',
      (error: { code?: string }) => error.code,
    );

  it('are refused by name', async () => {
    const bytes = await sample(ILL);
    expect(await codeOf(new Uint8Array())).toBe('image-empty');
    expect(await codeOf(new TextEncoder().encode('not an image at all'))).toBe('image-unsupported');
    expect(await codeOf(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe('image-unsupported');
    expect(await codeOf(bytes.slice(0, bytes.length / 2))).toBe('image-truncated');
    expect(await codeOf((await sharp(bytes).png().toBuffer()).subarray(0, 90_000))).toBe('image-truncated');
    expect(await codeOf(bytes.slice(0, 40))).toMatch(/image-(truncated|unreadable)/);
    const huge = new Uint8Array(
      await sharp({ create: { width: 8, height: 8, channels: 3, background: '#a52' } })
        .png()
        .toBuffer(),
    );
    const header = new DataView(huge.buffer);
    header.setUint32(16, 20_000);
    header.setUint32(20, 15_000);
    header.setUint32(29, crc32(huge.subarray(12, 29)));
    expect(await codeOf(huge)).toBe('image-too-large');
    expect(await codeOf((await sharp(bytes).tiff().toBuffer()).subarray(0, 9_000))).toBe('image-truncated');
  });

  it('a bad file in a folder becomes a refused row and the others are read', async () => {
    await writeFile(join(folder, 'a.jpg'), '');
    await writeFile(join(folder, 'b.png'), await sample(ILL));
    await writeFile(join(folder, 'notes.txt'), 'not a picture');
    const { results } = await readImages([folder], options);
    expect(results.map((row) => [row.status, row.reasonCode ?? row.task])).toEqual([
      ['refused', 'image-empty'],
      ['accepted', 'fundus'],
    ]);
  });
});

describe('models', () => {
  it('a missing or altered model is never used', async () => {
    await expect(loadModel(folder, 'nothing')).rejects.toMatchObject({ code: 'model-missing' });
    await mkdir(join(folder, 'altered'));
    await copyFile(join(MODELS, 'diabetic-retinopathy/manifest.json'), join(folder, 'altered/manifest.json'));
    await writeFile(join(folder, 'altered/model.onnx'), 'other bytes');
    await expect(loadModel(folder, 'altered')).rejects.toMatchObject({ code: 'model-damaged' });
  });

  it('a provider that this machine lacks falls back to the CPU and says why', async () => {
    const model = await warmModel('diabetic-retinopathy', { models: MODELS, provider: 'no-such-provider' });
    expect(model.provider).toBe('cpu');
    expect(model.providerReason).toContain('no-such-provider');
  });
});
