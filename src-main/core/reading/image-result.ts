/** One row of the answer of `read-image`, of a batch and of its report. */
import type { Reading } from '../../../src-shared/contract/reading.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { ImageReading } from './read-image.ts';

export interface ImageResult {
  file: string;
  /** Null where no model took the picture for its own, or it could not be opened and no task was named. */
  task: string | null;
  status: 'accepted' | 'refused';
  reason?: string;
  reasonCode?: string;
  grade?: number;
  probabilities: readonly number[];
  referable?: boolean;
  referableProbability?: number;
  /** What was asked of a film, and whether the figure reaches the threshold. */
  finding?: string;
  positive?: boolean;
  probability?: number;
  /** For whom the model is made. */
  population?: string;
  threshold: number | null;
  quality: Readonly<Record<string, number>> | null;
  provider: string | null;
  model: string | null;
  modelVersion: string | null;
  ms: number;
}

export function resultOf(file: string, reading: ImageReading): ImageResult {
  const { threshold, quality, provider, model, modelVersion, ms, population } = reading;
  const common = { threshold, quality, provider, model, modelVersion, ms };
  const whom = population === undefined ? {} : { population };
  if (reading.status === 'refused')
    return {
      file,
      task: reading.task,
      status: 'refused',
      reason: reading.reason.message,
      reasonCode: reading.reason.code,
      probabilities: [],
      ...whom,
      ...common,
      ...(provider === 'none' ? nothingRan : {}),
    };
  if (reading.task === 'fundus') {
    const { grade, probabilities, referable, referableProbability } = reading;
    return {
      file,
      task: 'fundus',
      status: 'accepted',
      grade,
      probabilities,
      referable,
      referableProbability,
      ...whom,
      ...common,
    };
  }
  const { finding, positive, probability, probabilities } = reading;
  return { file, task: 'chest-xray', status: 'accepted', finding, positive, probability, probabilities, ...whom, ...common };
}

/** The file's own header was enough to refuse it. */
const nothingRan = { threshold: null, quality: null, provider: null, model: null, modelVersion: null };

/** The same from a reading in a chart. */
export function resultOfStored(file: string, reading: Reading): ImageResult {
  const {
    task,
    status,
    reason,
    grade,
    probabilities,
    referable,
    referableProbability,
    finding,
    positive,
    probability,
    population,
    provider,
    model,
    modelVersion,
    ms,
  } = reading;
  const features = Object.entries(reading.quality).flatMap(([name, value]) =>
    typeof value === 'number' ? [[name, value] as const] : [],
  );
  const given = Object.fromEntries(
    Object.entries({ reason, grade, referable, referableProbability, finding, positive, probability, population }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return {
    file,
    task: task === 'unknown' ? null : task,
    status,
    ...given,
    probabilities: probabilities ?? [],
    threshold: reading.threshold ?? null,
    quality: Object.fromEntries(features),
    provider,
    model,
    modelVersion,
    ms,
    ...(provider === 'none' ? nothingRan : {}),
  };
}

/** A file that could not be opened. Rethrows what is no fault of the file. */
export function resultOfFailure(file: string, task: string | undefined, thrown: unknown, ms: number): ImageResult {
  if (
    !(thrown instanceof AppError) ||
    thrown.code.startsWith('model-') ||
    ['cancelled', 'disk-full', 'disk-error', 'internal'].includes(thrown.code)
  )
    throw thrown;
  return {
    file,
    task: task ?? null,
    status: 'refused',
    reason: `${thrown.message} ${thrown.action}`,
    reasonCode: thrown.code,
    probabilities: [],
    threshold: null,
    quality: null,
    provider: null,
    model: null,
    modelVersion: null,
    ms: Math.round(ms * 10) / 10,
  };
}
