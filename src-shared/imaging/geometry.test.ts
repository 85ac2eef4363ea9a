import { describe, expect, test } from 'vitest';
import { inOrder, type Placed, volumeOf } from './geometry.ts';

const slice = (z: number, number: number, over: Partial<Placed> = {}): Placed => ({
  position: [0, 0, z],
  orientation: [1, 0, 0, 0, 1, 0],
  spacing: [0.5, 0.5],
  rows: 4,
  columns: 4,
  number,
  frames: 1,
  ...over,
});

describe('slices', () => {
  test('are paged by their place, whatever their numbers say', () => {
    expect(inOrder([slice(10, 1), slice(0, 3), slice(5, 2)]).map((one) => one.position?.[2])).toEqual([0, 5, 10]);
  });
  test('at one place (phases) are paged by their numbers', () => {
    expect(inOrder([slice(0, 2), slice(0, 1)]).map((one) => one.number)).toEqual([1, 2]);
  });
  test('that become thicker on the way make a volume, but not where one is missing', () => {
    const thicker = [0, 4.2, 8.4, 12.6, 14, 21.4, 28.8].map((z, n) => slice(z, n, { sliceThickness: n < 4 ? 4 : 7 }));
    expect(volumeOf(thicker)).toMatchObject({ ok: true, gaps: [expect.closeTo(1.4), expect.closeTo(7.4)] });
    expect(volumeOf(thicker.filter((_, n) => n !== 1))).toMatchObject({ ok: false });
    expect(volumeOf(thicker.map((one) => ({ ...one, sliceThickness: undefined })))).toMatchObject({ ok: false });
  });

  test('that are evenly spaced make a volume; one missing does not', () => {
    expect(volumeOf([0, 2, 4, 6].map((z, n) => slice(z, n)))).toEqual({ ok: true, spacing: 2 });
    expect(volumeOf([0, 2, 6, 8].map((z, n) => slice(z, n)))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('missing'),
    });
  });
  test('of a tilted gantry tell the angle', () => {
    const volume = volumeOf([0, 1, 2, 3].map((n) => slice(n, n, { position: [0, n * Math.tan(Math.PI / 10), n] })));
    expect(volume.shear).toBeCloseTo(18, 5);
  });
  test('that lie across each other make none', () => {
    expect(volumeOf([slice(0, 1), slice(1, 2), slice(2, 3, { orientation: [0, 1, 0, 0, 0, 1] })]).ok).toBe(false);
  });
});
