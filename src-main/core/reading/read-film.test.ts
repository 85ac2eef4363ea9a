import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ageYears } from './age.ts';
import { BOTH, film } from './films.fixture.ts';
import { stretch } from './grey.ts';
import { manifestIn } from './manifest.ts';
import { prepareFilm } from './preparation.ts';
import { type ReadOptions, readImage } from './read-image.ts';
import type { FoundModel } from './registry.ts';
import { sample } from './samples.fixture.ts';

const use: FoundModel[] = await Promise.all(
  BOTH.map(async (place) => {
    const manifest = manifestIn(await readFile(join(place.folder, 'manifest.json'), 'utf8'));
    if (!manifest) throw new Error(`${place.folder} has no manifest`);
    return { place, manifest };
  }),
);
const read = (bytes: Uint8Array, options: ReadOptions = {}) => readImage(bytes, { use, ...options });
const verdict = async (bytes: Uint8Array, options: ReadOptions = {}) => {
  const reading = await read(bytes, options);
  return reading.status === 'refused' ? reading.reason.code : reading.task;
};

const aged = (years: number) => ({ birthDate: `${2026 - years}-03-01`, taken: '2026-09-01' });

describe('which model reads', () => {
  it('the kind gates choose between an eye and a film', async () => {
    expect(await verdict(await sample('idrid-train-132-grade-2.jpg'))).toBe('fundus');
    expect(await verdict(await film())).toBe('chest-xray');
  });

  it('a picture of neither kind is refused for that, with no task and no figure', async () => {
    const reading = await read(await film({ corner: 255 }));
    expect(reading).toMatchObject({ status: 'refused', task: null, reason: { code: 'unknown-kind' } });
    expect(reading.status === 'refused' && reading.reason.message).toContain(
      'neither a colour fundus photograph nor a frontal chest X-ray',
    );
    expect(reading).not.toHaveProperty('probability');
  });

  it('a named task is kept to: an eye is no film and a film no eye', async () => {
    expect(await verdict(await sample('idrid-train-132-grade-2.jpg'), { task: 'chest-xray' })).toBe('not-chest-xray');
    expect(await verdict(await film(), { task: 'fundus' })).toBe('no-colour');
  });

  it('without a model for the task nothing is made up', async () => {
    await expect(
      readImage(await film(), { use: use.filter(({ manifest }) => manifest.task === 'fundus'), task: 'chest-xray' }),
    ).rejects.toMatchObject({ code: 'model-missing' });
  });
});

describe('a film', () => {
  it('gets a probability, yes or no at the threshold, and says for whom the model is made', async () => {
    const bright = await read(await film({ middle: 220 }));
    const dark = await read(await film({ middle: 40 }));
    expect(bright).toMatchObject({
      status: 'accepted',
      positive: true,
      finding: 'pneumonia',
      threshold: 0.5,
      population: 'children of 1 to 5 years',
    });
    expect(dark).toMatchObject({ status: 'accepted', positive: false });
    expect(bright.status === 'accepted' && bright.heatMap.values).toHaveLength(64);
  });

  it('of somebody too old for the model never gets its figure', async () => {
    const reading = await read(await film(), aged(43));
    expect(reading).toMatchObject({ status: 'refused', reason: { code: 'other-age' } });
    expect(reading.status === 'refused' && reading.reason.message).toContain('43 years');
    expect(await verdict(await film(), aged(6))).toBe('other-age');
    expect(await verdict(await film(), aged(5))).toBe('chest-xray');
    expect(await verdict(await film(), aged(0))).toBe('other-age');
  });

  it("that looks like an adult's is refused whatever the chart says", async () => {
    expect(await verdict(await film({ foot: 255 }))).toBe('other-population');
    expect(await verdict(await film({ foot: 255 }), aged(3))).toBe('other-population');
  });

  it('that is black, or one grey, is refused with what to do', async () => {
    expect(
      await verdict(
        await sharp(await film())
          .linear(0, 0)
          .jpeg()
          .toBuffer(),
        { task: 'chest-xray' },
      ),
    ).toBe('too-dark');
    expect(
      await verdict(
        await sharp(await film())
          .linear(0, 90)
          .jpeg()
          .toBuffer(),
        { task: 'chest-xray' },
      ),
    ).toBe('low-contrast');
  });
});

describe('preparation of films', () => {
  it('shrinks by area, each source pixel counted by its share', () => {
    const picture = { width: 6, height: 2, data: Uint8Array.of(0, 60, 120, 120, 60, 0, 0, 60, 120, 120, 60, 0) };
    // 6 columns to 4: 1.5 each; 2 rows to 4: linear between them, and they are equal.
    expect([...stretch(picture, 4).subarray(0, 4)]).toEqual([20, 100, 100, 20]);
  });

  it('stretches without keeping the proportions, and leaves a square of the right size as it is', async () => {
    const wide = await prepareFilm(await film({ width: 640, height: 320 }), 64);
    expect(wide.crop).toEqual({ left: 0, top: 0, width: 640, height: 320 });
    expect(wide.rgb[3 * (32 * 64 + 32)]).toBeGreaterThan(190);
    const square = await sharp(await film({ width: 64, height: 64 }))
      .png()
      .toBuffer();
    const { rgb } = await prepareFilm(square, 64);
    const expected = await sharp(square).extractChannel(0).raw().toBuffer();
    expect(expected.every((value, place) => rgb[place * 3] === value && rgb[place * 3 + 2] === value)).toBe(true);
  });

  it('evens out where the manifest asks for it', async () => {
    const spread = (rgb: Uint8Array) => Math.max(...rgb) - Math.min(...rgb);
    const flat = await sharp(await film({ middle: 90, corner: 70, foot: 70 }))
      .png()
      .toBuffer();
    const plain = spread((await prepareFilm(flat, 64)).rgb);
    for (const normalise of ['histogram', 'clahe'] as const)
      expect(spread((await prepareFilm(flat, 64, normalise)).rgb)).toBeGreaterThan(plain);
  });
});

describe('age', () => {
  it('counts whole years to the day, also from what a chart leaves open', () => {
    expect(ageYears('2021-03-02', '2026-03-01T09:00:00Z')).toBe(4);
    expect(ageYears('2021-03-01', '2026-03-01T09:00:00Z')).toBe(5);
    expect(ageYears('2021', '2026-03-01T09:00:00Z')).toBe(4);
    expect(ageYears(null, '2026-03-01T09:00:00Z')).toBeUndefined();
  });
});
