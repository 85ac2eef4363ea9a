/** Reads one colour fundus photograph: gates, grade of diabetic retinopathy, referable or not, heat map. Stores nothing. */
import { createHash } from 'node:crypto';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Box } from './disc.ts';
import { checkGates, type Refusal } from './gates.ts';
import { prepareFundus, toTensor } from './preparation.ts';
import type { Quality } from './quality.ts';
import { type SessionOptions, warmModel } from './session.ts';

export interface HeatMap {
  readonly width: number;
  readonly height: number;
  /** width * height values, rows from the top, 0 to 255: how much each place speaks for referable. It covers `crop`. */
  readonly values: Uint8Array;
}

interface ReadingBase {
  readonly task: 'fundus';
  /** P(grade >= 2) from which the eye is called referable. */
  readonly threshold: number;
  readonly quality: Quality;
  /** Upright size of the photograph and the square that was read, in its pixels. */
  readonly image: { readonly width: number; readonly height: number };
  readonly crop: Box;
  readonly provider: string;
  readonly model: string;
  readonly modelVersion: string;
  /** SHA-256 of the photograph as given, hex. */
  readonly inputSha256: string;
  readonly ms: number;
}

export interface AcceptedReading extends ReadingBase {
  readonly status: 'accepted';
  readonly grade: 0 | 1 | 2 | 3 | 4;
  /** Calibrated probability of each grade. */
  readonly probabilities: readonly number[];
  readonly referable: boolean;
  readonly referableProbability: number;
  readonly heatMap: HeatMap;
}

/** Not graded: it carries no grade and no probability, so that it can never be taken for a negative. */
export interface RefusedReading extends ReadingBase {
  readonly status: 'refused';
  readonly reason: Refusal;
}

export type FundusReading = AcceptedReading | RefusedReading;

export interface ReadOptions extends SessionOptions {
  /** Folder of the model inside `models`; without it the shipped one. */
  readonly model?: string;
  /** Milliseconds that only go forward; for `ms`. */
  readonly clock?: () => number;
}

export const FUNDUS_MODEL = 'diabetic-retinopathy';

/**
 * @param bytes the photograph as it came from the camera: JPEG, PNG or TIFF
 * @throws AppError image-empty, image-unsupported, image-too-large, image-truncated, image-unreadable, model-missing, model-damaged
 */
export async function readFundus(bytes: Uint8Array, options: ReadOptions = {}): Promise<FundusReading> {
  const clock = options.clock ?? (() => performance.now());
  const started = clock();
  const warm = await warmModel(options.model ?? FUNDUS_MODEL, options);
  const { manifest } = warm;
  const prepared = await prepareFundus(bytes, manifest.input.size);
  const outputs = await warm.run(toTensor(prepared.rgb, prepared.size, manifest.input.mean, manifest.input.std));
  const value = (name: string) => outputs[name] ?? damaged();
  const scores = { fundus: value(manifest.outputs.fundus)[0] ?? damaged(), sharp: value(manifest.outputs.sharp)[0] ?? damaged() };
  const refusal = checkGates(prepared.quality, scores, manifest.gates);
  const base = {
    task: 'fundus',
    threshold: manifest.thresholds.referable.value,
    quality: prepared.quality,
    image: { width: prepared.width, height: prepared.height },
    crop: prepared.crop,
    provider: warm.provider,
    model: manifest.id,
    modelVersion: manifest.version,
    inputSha256: createHash('sha256').update(bytes).digest('hex'),
    ms: Math.round((clock() - started) * 10) / 10,
  } as const;
  if (refusal) return { ...base, status: 'refused', reason: refusal };
  const above = value(manifest.outputs.above);
  const referableProbability = above[1] ?? damaged();
  return {
    ...base,
    status: 'accepted',
    grade: gradeOf(above, manifest.thresholds.grades.value),
    probabilities: Array.from(value(manifest.outputs.probabilities), round),
    referable: referableProbability >= base.threshold,
    referableProbability: round(referableProbability),
    heatMap: heatMapOf(value(manifest.outputs.heat), manifest.heatMap.side),
  };
}

/** The highest grade that all cuts up to it allow. */
function gradeOf(above: Float32Array, cuts: readonly number[]): AcceptedReading['grade'] {
  const grades = [0, 1, 2, 3, 4] as const;
  const failed = cuts.findIndex((cut, i) => (above[i] ?? 0) < cut);
  return grades[failed < 0 ? 4 : failed] ?? 0;
}

function heatMapOf(heat: Float32Array, side: number): HeatMap {
  return { width: side, height: side, values: Uint8Array.from(heat, (v) => Math.round(255 * Math.min(1, Math.max(0, v)))) };
}

const round = (p: number) => Math.round(p * 1e4) / 1e4;

function damaged(): never {
  throw new AppError('model-damaged');
}
