import { expect, test } from 'vitest';
import type { DecodedFrame } from '../frame-store.ts';
import { shrunk } from './shrink.ts';

const header: DecodedFrame['header'] = {
  rows: 3,
  columns: 4,
  samples: 1,
  type: 'i16',
  bitsStored: 16,
  photometric: 'MONOCHROME2',
  slope: 1,
  intercept: 0,
  windows: [],
  voiFunction: 'LINEAR',
  voiTables: [],
  smallest: -8,
  largest: 12,
  lossy: false,
  overlays: 0,
};

test('each square becomes its mean, those at the edges of fewer pixels too; the range stays that of the whole', () => {
  const values = Int16Array.of(-8, -4, 1, 3, -6, -2, 5, 7, 10, 12, 0, 1);
  const small = shrunk({ header, bytes: new Uint8Array(values.buffer) }, 2);
  expect(small.header).toEqual({ ...header, rows: 2, columns: 2 });
  expect([...new Int16Array(small.bytes.buffer)]).toEqual([-5, 4, 11, 1]);
});

test('colours keep apart', () => {
  const bytes = Uint8Array.of(10, 20, 30, 20, 40, 60);
  const small = shrunk({ header: { ...header, rows: 1, columns: 2, samples: 3, type: 'u8' }, bytes }, 2);
  expect([...small.bytes]).toEqual([15, 30, 45]);
});

test('by one it is the frame itself', () => {
  const frame = { header, bytes: new Uint8Array(24) };
  expect(shrunk(frame, 1)).toBe(frame);
});
