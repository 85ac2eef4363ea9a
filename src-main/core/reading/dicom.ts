/** A picture in a DICOM file: decoded in the threads of core/imaging, grey as on a light box or in colour, with what the file says of itself. */
import sharp from 'sharp';
import { type DicomPool, looksLikeDicom, openDicomPool, openFilm } from '../imaging/index.ts';
import type { Grey } from './grey.ts';
import type { FileSays } from './header.ts';

export const isDicom = looksLikeDicom;

export interface OpenedDicom {
  /** Grey as it is seen; a photograph in colour as PNG. Of several frames the first. */
  picture: Grey | Uint8Array;
  width: number;
  height: number;
  says: FileSays;
  /** The day of the study, ISO 8601. */
  studied?: string | undefined;
  /** Whole years on that day. */
  ageYears?: number;
}

let pool: DicomPool | undefined;

/** The first frame. @throws AppError dicom-*, time-limit */
export async function openDicom(bytes: Uint8Array): Promise<OpenedDicom> {
  // Its threads end by themselves when nobody asks.
  pool ??= openDicomPool();
  const { data, samples, width, height, ageYears, studied, ...says } = await openFilm(bytes, pool);
  const picture =
    samples === 1
      ? { data, width, height }
      : await sharp(data, { raw: { width, height, channels: 3 } })
          .png({ compressionLevel: 1 })
          .toBuffer();
  return { picture, width, height, says, studied, ...(ageYears === undefined ? {} : { ageYears: Math.floor(ageYears) }) };
}
