import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { prepareFundus, toTensor } from './preparation.ts';
import { reference, SAMPLES, sample } from './samples.fixture.ts';

const SIZE = 288;
/** Levels of 255 by which a square may differ from the one that training saw (other builds of libjpeg round otherwise). */
const LEVELS_MAX = 2;

describe('preparation equals training', () => {
  for (const { sample: name, square, places, tensor } of reference.filter((r) => r.square)) {
    it(`${name}: every pixel of the square within ${LEVELS_MAX} levels, tensor within 0.016`, async () => {
      const expected = await sharp(join(import.meta.dirname, 'fixtures', square ?? ''))
        .removeAlpha()
        .raw()
        .toBuffer();
      const { rgb } = await prepareFundus(await sample(name), SIZE);
      expect(rgb.length).toBe(expected.length);
      expect(rgb.reduce((most, v, i) => Math.max(most, Math.abs(v - (expected[i] ?? 999))), 0)).toBeLessThanOrEqual(LEVELS_MAX);
      const found = toTensor(rgb, SIZE, [0.498, 0.498, 0.498], [0.502, 0.502, 0.502]);
      for (const [n, place] of places.entries()) expect(Math.abs((found[place] ?? 9) - (tensor[n] ?? 0))).toBeLessThan(0.016);
    });
  }
});

describe('finding the disc', () => {
  it('does not depend on how much black surrounds it', async () => {
    const bytes = await readFile(join(SAMPLES, 'idrid-train-132-grade-2.jpg'));
    const wide = await sharp(bytes)
      .extend({ top: 180, bottom: 60, left: 20, right: 150, background: '#020202' })
      .png()
      .toBuffer();
    const [plain, framed] = [await prepareFundus(bytes, SIZE), await prepareFundus(wide, SIZE)];
    expect(framed.crop.width).toBeGreaterThan(plain.crop.width * 0.96);
    expect(framed.crop.width).toBeLessThan(plain.crop.width * 1.04);
    expect(Math.abs(framed.crop.left - 20 - plain.crop.left)).toBeLessThan(12);
  });

  it('finds a disc in a picture ten times darker, and takes a picture without surround whole', async () => {
    const bytes = await readFile(join(SAMPLES, 'idrid-train-132-grade-2.jpg'));
    const plain = await prepareFundus(bytes, SIZE);
    const dark = await prepareFundus(await sharp(bytes).linear(0.15, 0).png().toBuffer(), SIZE);
    expect(Math.abs(dark.crop.width - plain.crop.width)).toBeLessThan(plain.crop.width * 0.1);
    const inner = await sharp(bytes).extract({ left: 220, top: 110, width: 200, height: 200 }).jpeg().toBuffer();
    expect((await prepareFundus(inner, SIZE)).crop).toEqual({ left: 0, top: 0, width: 200, height: 200 });
  });

  it('turns a photograph upright by its EXIF orientation and gives the crop in upright pixels', async () => {
    const bytes = await readFile(join(SAMPLES, 'idrid-train-132-grade-2.jpg'));
    const turned = await sharp(await sharp(bytes).rotate(90).toBuffer())
      .withMetadata({ orientation: 8 })
      .jpeg({ quality: 95 })
      .toBuffer();
    const [plain, upright] = [await prepareFundus(bytes, SIZE), await prepareFundus(turned, SIZE)];
    expect([upright.width, upright.height]).toEqual([plain.width, plain.height]);
    expect(Math.abs(upright.crop.left - plain.crop.left)).toBeLessThan(8);
  });
});
