/** A film in a DICOM file: its picture, windowed to grey, and the patient's age at the time. */
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Grey } from './grey.ts';

/** Part 10 files carry "DICM" behind a preamble of 128 bytes (PS3.10 7.1). */
export function isDicom(bytes: Uint8Array): boolean {
  return bytes.length > 132 && bytes[128] === 0x44 && bytes[129] === 0x49 && bytes[130] === 0x43 && bytes[131] === 0x4d;
}

export async function openDicom(_bytes: Uint8Array): Promise<{ picture: Grey; ageYears?: number }> {
  throw new AppError('image-unsupported');
}
