/** A picture in a DICOM file: decoded in the threads of core/imaging, grey as on a light box or in colour, with the patient's age at the time. */
import sharp from 'sharp';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type DicomPool, looksLikeDicom, openDicomPool, openFilm } from '../imaging/index.ts';
import type { Grey } from './grey.ts';

export const isDicom = looksLikeDicom;

export interface OpenedDicom {
  /** Grey as it is seen; a photograph in colour as PNG. */
  picture: Grey | Uint8Array;
  width: number;
  height: number;
  /** Whole years. */
  ageYears?: number;
}

let pool: DicomPool | undefined;

/** The first frame. @throws AppError dicom-*, time-limit */
export async function openDicom(bytes: Uint8Array): Promise<OpenedDicom> {
  // Its threads end by themselves when nobody asks.
  pool ??= openDicomPool();
  try {
    const { data, width, height, ageYears } = await openFilm(bytes, pool);
    return {
      picture: { data, width, height },
      width,
      height,
      ...(ageYears === undefined ? {} : { ageYears: Math.floor(ageYears) }),
    };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'dicom-unsupported') throw thrown;
    return (await openColour(bytes, pool)) ?? Promise.reject(thrown);
  }
}

/** A photograph in colour, as eye cameras send it; null where it is none. */
async function openColour(bytes: Uint8Array, threads: DicomPool): Promise<OpenedDicom | null> {
  const answer = await threads.ask('describe', { bytes });
  const plan = 'description' in answer ? answer.description.pixels : null;
  if (!plan || plan.count === 0) return null;
  // The whole file is handed over, so that the thread finds the frame by itself.
  const shown = await threads.ask('frame', {
    plan: { ...plan, whole: true, fragments: undefined },
    number: 1,
    as: 'display',
    bytes,
    bit: 0,
  });
  if (shown.samples !== 3) return null;
  const { rows: height, columns: width } = plan.module;
  return {
    picture: await sharp(shown.bytes, { raw: { width, height, channels: 3 } })
      .png({ compressionLevel: 1 })
      .toBuffer(),
    width,
    height,
  };
}
