/** Films drawn for the tiny network of tests: a grey field with a middle, a corner and a foot of chosen brightness. */
import { join } from 'node:path';
import sharp from 'sharp';
import { MODELS } from './samples.fixture.ts';

export const TINY_MODELS = join(import.meta.dirname, 'fixtures/models');
/** The eye model that ships and the tiny film model, as a machine with both has them. */
export const BOTH = [{ folder: join(MODELS, 'diabetic-retinopathy') }, { folder: join(TINY_MODELS, 'tiny-films') }];

export interface Drawn {
  width?: number;
  height?: number;
  /** 0 to 255. */
  middle?: number;
  corner?: number;
  foot?: number;
}

export async function film({ width = 320, height = 400, middle = 200, corner = 20, foot = 20 }: Drawn = {}): Promise<Uint8Array> {
  const rect = (x: number, y: number, w: number, h: number, grey: number) =>
    `<rect x="${x * width}" y="${y * height}" width="${w * width}" height="${h * height}" fill="rgb(${grey},${grey},${grey})"/>`;
  const parts = [
    rect(0, 0, 1, 1, 60),
    rect(0.25, 0.25, 0.5, 0.5, middle),
    rect(0, 0, 0.12, 0.12, corner),
    rect(0.88, 0.88, 0.12, 0.12, foot),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join('')}</svg>`;
  return sharp(Buffer.from(svg)).flatten().grayscale().jpeg({ quality: 95 }).toBuffer();
}
