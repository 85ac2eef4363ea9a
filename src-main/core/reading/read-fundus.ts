/** Reads one colour fundus photograph with the model for it, for training and tests. */
import { AppError } from '../../../src-shared/errors/index.ts';
import type { FundusManifest } from './manifest.ts';
import { type FundusRead, type ReadOptions, type RefusedReading, readWith } from './read-image.ts';
import { type SessionOptions, type WarmModel, warmModel } from './session.ts';

const FUNDUS_MODEL = 'diabetic-retinopathy';

/** The warm fundus model with its manifest. */
export async function warmFundus(
  options: SessionOptions & { model?: string } = {},
): Promise<WarmModel & { manifest: FundusManifest }> {
  const warm = await warmModel(options.model ?? FUNDUS_MODEL, options);
  const { manifest } = warm;
  if (manifest.task !== 'fundus') throw new AppError('model-damaged');
  return Object.assign(Object.create(warm) as WarmModel, { manifest }); // keeps the getters of the warm model
}

/**
 * @param bytes the photograph as it came from the camera: JPEG, PNG or TIFF
 * @throws AppError image-*, model-missing, model-damaged
 */
export async function readFundus(
  bytes: Uint8Array,
  options: ReadOptions & { model?: string } = {},
): Promise<FundusRead | RefusedReading> {
  const reading = await readWith(await warmModel(options.model ?? FUNDUS_MODEL, options), bytes, bytes, options);
  if (reading.task === 'chest-xray' && reading.status === 'accepted') throw new AppError('model-damaged');
  return reading;
}
