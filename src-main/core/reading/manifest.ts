/** `manifest.json` of a model: what the application needs to run it and what it says of it. Preparation, heads, thresholds and gates are named here, not in code. */
import { z } from 'zod';
import { readJson } from '../../../src-shared/json.ts';

/** A calibrated figure with its 95 % interval. */
export const interval = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** One value for all three channels, or one a channel. */
const perChannel = z.union([z.number(), z.array(z.number()).min(1).max(3)]).transform((given) => {
  const [first = 0, ...rest] = Array.isArray(given) ? given : [given];
  return rest.length === 2 ? [first, ...rest] : [first, first, first];
});

const common = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  version: z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}(-[a-z0-9.]{1,20})?$/),
  title: z.string(),
  intendedUse: z.string(),
  notFor: z.array(z.string()),
  /** What it may be used for, short: stands as a mark beside each result. */
  use: z.string(),
  licence: z.string(),
  file: z.string().regex(/^[\w.-]+\.onnx$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  runtime: z.object({ onnxruntime: z.string(), opset: z.number() }),
  /** Whose pictures it may read. `says` stands beside each result; outside of `ageYears` (both ends included, whole years) no figure is shown. */
  population: z.object({ says: z.string(), ageYears: z.object({ min: z.number(), max: z.number() }).optional() }).optional(),
  heatMap: z.object({ layer: z.string(), method: z.string(), side: z.number() }).partial({ side: true }),
  data: z.array(z.unknown()),
  /** Rows of measured figures: strings and numbers say of what, `{ value, low, high }` are figures with their interval. */
  metrics: z.array(z.record(z.string(), z.unknown())),
  /**
   * How features of training pictures were distributed: inner edges of bins and the share of pictures in each (one more than edges).
   * Drift of what is read here is measured against it.
   */
  reference: z
    .object({
      from: z.string(),
      images: z.number(),
      features: z.record(z.string(), z.object({ edges: z.array(z.number()).min(1), shares: z.array(z.number()).min(2) })),
    })
    .optional(),
};

const input = {
  name: z.string(),
  size: z.number().int().min(32).max(1024),
  layout: z.literal('NCHW'),
  mean: perChannel,
  std: perChannel,
};

const gateLimits = z.object({ chosenFor: z.string().optional() }).catchall(z.number());

/** Ordered grades of diabetic retinopathy from a colour fundus photograph. */
const fundusManifest = z.object({
  ...common,
  task: z.literal('fundus'),
  input: z.object({ ...input, crop: z.string().startsWith('retinal disc'), colour: z.literal('RGB') }),
  outputs: z.object({ probabilities: z.string(), above: z.string(), fundus: z.string(), sharp: z.string(), heat: z.string() }),
  classes: z.array(z.string()).length(5),
  temperature: z.number().optional(),
  /** Added to the logits of the four questions after division by the temperature; inside the network already. */
  shift: z.array(z.number()).length(4).optional(),
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
});

/** One question of yes or no about a frontal chest X-ray. */
const chestManifest = z.object({
  ...common,
  task: z.literal('chest-xray'),
  input: z.object({
    ...input,
    crop: z.string().startsWith('stretch'),
    colour: z.string(),
    /** Evening-out of the exposure before the network; without it the network sees the greys as they are. */
    normalise: z.enum(['none', 'histogram', 'clahe']).optional(),
  }),
  /** `probability`, `kind` and `child` hold one value from 0 to 1, `heat` a square of them. */
  outputs: z.object({ probability: z.string(), kind: z.string(), heat: z.string(), child: z.string().optional() }),
  /** What is asked, as it stands beside the figure, such as "pneumonia"; found in `thresholds` under this name. */
  finding: z.string().default('pneumonia'),
  thresholds: z.record(z.string(), z.object({ value: z.number(), chosenFor: z.string() })),
  /** Least and most of what network (`kindMin`, `childMin`, `childMax`) and measurement (`contrastMin`, `exposureMin`, `exposureMax`, `colourMax`, `sharpnessMin`) say. */
  gates: gateLimits.and(z.object({ kindMin: z.number() })),
});

const manifestShape = z.discriminatedUnion('task', [fundusManifest, chestManifest]);

export type FundusManifest = z.infer<typeof fundusManifest>;
export type ChestManifest = z.infer<typeof chestManifest>;
export type Manifest = z.infer<typeof manifestShape>;
export type Task = Manifest['task'];

export const TASKS = ['fundus', 'chest-xray'] as const satisfies readonly Task[];

export const isTask = (text: string): text is Task => TASKS.some((task) => task === text);

/** The figure from which the answer is yes. */
export function thresholdOf(manifest: Manifest): number {
  return manifest.task === 'fundus' ? manifest.thresholds.referable.value : (manifest.thresholds[manifest.finding]?.value ?? 1);
}

/** The manifest in this text, or null where it is none. */
export function manifestIn(text: string): Manifest | null {
  return manifestShape.safeParse(readJson(text)).data ?? null;
}
