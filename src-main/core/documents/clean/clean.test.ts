/** What a scan would lose: lines that run into each other, a sheet cut wrongly, ink lost in shadow. */
import { describe, expect, it } from 'vitest';
import { openPdf } from '../decode/pdf.ts';
import { pixelAspect } from '../decode/tiff.ts';
import { photographed, textPdf } from '../made-up.ts';
import { type Grey, grey } from '../page.ts';
import { flatten } from './flatten.ts';
import { quarterTurns, shrink, turnBy, turnedBox } from './raster.ts';
import { rulesOf } from './rules.ts';
import { findSheet } from './sheet.ts';
import { lieOf } from './skew.ts';

async function page(): Promise<Grey> {
  const words =
    'seen today with fever and cough for three weeks, chest clear, heart sounds normal, weight stable, eats well'.split(' ');
  const lines = Array.from({ length: 25 }, (_, i) =>
    Array.from({ length: 11 }, (__, k) => words[(i * 7 + k * (1 + (i % 4))) % words.length]).join(' '),
  );
  return shrink((await openPdf(textPdf([lines]))).render(0).image, 1600).image;
}

describe('straightening', () => {
  it.each([-9.5, -2.3, -0.4, 0.3, 1.7, 6.2])('measures a skew of %s degrees to a tenth', async (angle) => {
    const { sideways, skew } = lieOf(turnBy(await page(), angle));
    expect(sideways).toBe(false);
    expect(Math.abs(skew - angle)).toBeLessThan(0.1);
  });

  it('sees that a page lies on its side', async () => {
    expect(lieOf(quarterTurns(await page(), 1)).sideways).toBe(true);
  });

  it('turns boxes with their page', () => {
    const image = grey(30, 20, 255);
    image.data[5 * 30 + 7] = 0;
    for (const turns of [0, 1, 2, 3]) {
      const turned = quarterTurns(image, turns);
      const [x, y] = turnedBox([7, 5, 8, 6], turns, 30, 20);
      expect(turned.data[y * turned.width + x]).toBe(0);
    }
  });
});

describe('photographs', () => {
  it('finds the sheet on the table and nothing on a plain scan', async () => {
    const sheet = await page();
    const corners = findSheet(photographed(sheet));
    expect(corners).not.toBeNull();
    const [topLeft, topRight] = corners ?? [];
    expect((topRight?.[0] ?? 0) - (topLeft?.[0] ?? 0)).toBeGreaterThan(sheet.width * 0.8);
    expect(findSheet(sheet)).toBeNull();
  });

  it('makes shadowed paper white and pale ink black', () => {
    const image = grey(400, 400);
    for (let y = 0; y < 400; y++)
      for (let x = 0; x < 400; x++) image.data[y * 400 + x] = (y % 20 < 4 ? 0.6 : 1) * (x < 200 ? 220 : 70);
    const flat = flatten(image);
    for (const x of [60, 340]) {
      expect(flat.data[10 * 400 + x]).toBeGreaterThan(235);
      expect(flat.data[202 * 400 + x]).toBeLessThan(120);
    }
  });
});

describe('rules', () => {
  it('finds the rules of a table and no rule in a line of text', async () => {
    const sheet = await page();
    expect(rulesOf(sheet)).toEqual({ level: [], upright: [] });
    for (let x = 100; x < 900; x++)
      for (const y of [1200, 1300]) sheet.data.fill(0, y * sheet.width + x, y * sheet.width + x + 1);
    for (let y = 1200; y < 1300; y++) for (const x of [100, 899]) sheet.data[y * sheet.width + x] = 0;
    const { level, upright } = rulesOf(sheet);
    expect([level.length, upright.length]).toEqual([2, 2]);
  });
});

describe('fax', () => {
  it('knows that pixels of a standard fax are twice as high as wide', () => {
    const tiff = Buffer.alloc(60);
    tiff.write('II*\0', 'latin1');
    tiff.writeUInt32LE(8, 4);
    tiff.writeUInt16LE(2, 8);
    for (const [i, [tag, dpi]] of [
      [282, 204],
      [283, 98],
    ].entries()) {
      tiff.writeUInt16LE(tag ?? 0, 10 + i * 12);
      tiff.writeUInt32LE(44 + i * 8, 18 + i * 12);
      tiff.writeUInt32LE(dpi ?? 0, 44 + i * 8);
      tiff.writeUInt32LE(1, 48 + i * 8);
    }
    expect(pixelAspect(tiff, 0)).toBeCloseTo(204 / 98, 3);
    expect(pixelAspect(tiff, 1)).toBe(1);
    expect(pixelAspect(Buffer.from('not a tiff at all'), 0)).toBe(1);
  });
});
