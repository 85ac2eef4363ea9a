/** Installed models: a folder each with manifest.json and an ONNX file whose hash is checked at each load. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../src-shared/errors/index.ts';

const interval = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** `manifest.json` of a model of the fundus task; what each field means stands in models/README.md. */
export const fundusManifest = z.object({
  id: z.string(),
  version: z.string(),
  task: z.literal('fundus'),
  title: z.string(),
  intendedUse: z.string(),
  notFor: z.array(z.string()),
  use: z.string(),
  licence: z.string(),
  file: z.string().regex(/^[\w.-]+\.onnx$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  runtime: z.object({ onnxruntime: z.string(), opset: z.number() }),
  input: z.object({
    name: z.string(),
    size: z.number().int().min(32).max(1024),
    crop: z.string(),
    colour: z.literal('RGB'),
    layout: z.literal('NCHW'),
    mean: z.array(z.number()).length(3),
    std: z.array(z.number()).length(3),
  }),
  outputs: z.object({ probabilities: z.string(), above: z.string(), fundus: z.string(), sharp: z.string(), heat: z.string() }),
  classes: z.array(z.string()).length(5),
  temperature: z.number(),
  /** Added to the logits of the four questions after division by the temperature; inside the network already. */
  shift: z.array(z.number()).length(4),
  thresholds: z.object({
    /** P(grade >= 2) from which the eye is called referable. */
    referable: z.object({ value: z.number(), chosenFor: z.string() }),
    /** For grades 1 to 4: P(at least this grade) from which the grade is given; the second equals `referable`. */
    grades: z.object({ value: z.array(z.number()).length(4), chosenFor: z.string() }),
  }),
  gates: z.object({
    fundusMin: z.number(),
    sharpMin: z.number(),
    sharpnessMin: z.number(),
    exposureMin: z.number(),
    overexposedMax: z.number(),
    fieldMin: z.number(),
    colourMin: z.number(),
    warmthMin: z.number(),
    huesMin: z.number(),
    chosenFor: z.string(),
  }),
  heatMap: z.object({ layer: z.string(), method: z.string(), side: z.number() }),
  data: z.array(z.object({ name: z.string(), licence: z.string(), train: z.number(), validation: z.number(), test: z.number() })),
  metrics: z.array(
    z.object({
      source: z.string(),
      images: z.number(),
      over: z.enum(['all', 'accepted']),
      aucReferable: interval,
      sensitivity: interval,
      specificity: interval,
      kappa: interval,
      refused: interval,
    }),
  ),
});

export type FundusManifest = z.infer<typeof fundusManifest>;

export interface InstalledModel {
  readonly manifest: FundusManifest;
  readonly onnx: Uint8Array;
}

/**
 * Reads `folder/<name>` and checks the file against its manifest.
 * @throws AppError model-missing, model-damaged
 */
export async function loadModel(folder: string, name: string): Promise<InstalledModel> {
  const text = await readFile(join(folder, name, 'manifest.json'), 'utf8').catch(() => null);
  if (text === null) throw new AppError('model-missing');
  const manifest = parseManifest(text);
  const onnx = await readFile(join(folder, name, manifest.file)).catch(() => null);
  if (onnx === null) throw new AppError('model-missing');
  if (createHash('sha256').update(onnx).digest('hex') !== manifest.sha256) throw new AppError('model-damaged');
  return { manifest, onnx };
}

/** Manifests of all installed models, for lists and cards; a damaged one is left out. */
export async function listModels(folder: string): Promise<FundusManifest[]> {
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name, 'manifest.json'), 'utf8').catch(() => null)));
  return texts.flatMap((text) => {
    const parsed = text === null ? null : fundusManifest.safeParse(jsonOrNull(text));
    return parsed?.success ? [parsed.data] : [];
  });
}

/** The `models` folder of the application: beside the sources, or beside the built code; `LAMPLIGHT_MODELS` overrides it. */
export function shippedModels(): string {
  if (process.env.LAMPLIGHT_MODELS) return process.env.LAMPLIGHT_MODELS;
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    const models = join(at, 'models');
    if (existsSync(join(models, 'diabetic-retinopathy'))) return models;
  }
  throw new AppError('model-missing');
}

function parseManifest(text: string): FundusManifest {
  const parsed = fundusManifest.safeParse(jsonOrNull(text));
  if (!parsed.success) throw new AppError('model-damaged', {}, { cause: parsed.error });
  return parsed.data;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
