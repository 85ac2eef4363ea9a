/** Sample photographs that ship, and what training makes of them (written by models/diabetic-retinopathy/training/reference.py). */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '../../..');
export const SAMPLES = join(ROOT, 'resources/sample-images/fundus');
export const MODELS = join(ROOT, 'models');

const schema = z.array(
  z.object({
    sample: z.string(),
    square: z.string().optional(),
    places: z.array(z.number()),
    tensor: z.array(z.number()),
    above: z.array(z.number()),
    fundus: z.array(z.number()),
    sharp: z.array(z.number()),
  }),
);

export const reference = schema.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/reference.json'), 'utf8')));

export const sample = (name: string): Promise<Uint8Array> => readFile(join(SAMPLES, name));
