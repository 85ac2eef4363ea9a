/** What a DICOM file is and whether it can be opened: `dicom info`, and the gate of the import. Runs in a worker. */
import { createHash } from 'node:crypto';
import { AppError } from '../../../src-shared/errors/index.ts';
import { tags } from './parse/data-set.ts';
import { type DicomFile, openDicom } from './parse/part10.ts';
import { isKnownClass, kindOf, MEDIA_DIRECTORY, promisesPicture, transferSyntaxOf } from './parse/uids.ts';
import { lineOf, numberOf, uidOf, uint16Of } from './parse/values.ts';
import { type FileFrames, framesOf } from './pixels/file-frames.ts';
import { pixelElement } from './pixels/module.ts';

export interface DicomInfo {
  status: 'opened' | 'partly' | 'refused';
  reason?: string;
  modality: string | null;
  sopClass: string | null;
  transferSyntax: string | null;
  photometric: string | null;
  rows: number | null;
  columns: number | null;
  frames: number | null;
  framesDecoded: number;
  lossy: boolean | null;
  pixelSha256: string | null;
}

/** Never throws for what is in the file. */
export function inspectDicom(bytes: Uint8Array): DicomInfo {
  let file: DicomFile;
  try {
    file = openDicom(bytes);
  } catch (thrown) {
    return refusedInfo(thrown);
  }
  const header = headerOf(file);
  if (!pixelElement(file.dataSet)) return { ...header, ...withoutPixels(file), framesDecoded: 0, pixelSha256: null };
  return { ...header, ...withPixels(file) };
}

export function refusedInfo(thrown: unknown): DicomInfo {
  return {
    status: 'refused',
    reason: said(thrown),
    modality: null,
    sopClass: null,
    transferSyntax: null,
    photometric: null,
    rows: null,
    columns: null,
    frames: null,
    framesDecoded: 0,
    lossy: null,
    pixelSha256: null,
  };
}

function headerOf({ dataSet, meta, transferSyntax }: DicomFile): Omit<DicomInfo, 'status' | 'framesDecoded' | 'pixelSha256'> {
  const hasPicture = pixelElement(dataSet) !== undefined;
  return {
    modality: lineOf(dataSet, tags.modality) ?? null,
    sopClass: uidOf(dataSet, tags.sopClass) ?? uidOf(meta, 0x00020002) ?? null,
    transferSyntax: transferSyntax || null,
    photometric: lineOf(dataSet, tags.photometric) ?? null,
    rows: uint16Of(dataSet, tags.rows) ?? null,
    columns: uint16Of(dataSet, tags.columns) ?? null,
    frames: hasPicture ? Math.max(1, Math.trunc(numberOf(dataSet, tags.frames) ?? 1)) : null,
    lossy: hasPicture ? isLossy(transferSyntax) : null,
  };
}

/** Whether decoding may differ by rounding: what the transfer syntax allows, not what happened before. */
const isLossy = (transferSyntax: string) => transferSyntaxOf(transferSyntax)?.lossy === true;

function withoutPixels(file: DicomFile): Pick<DicomInfo, 'status' | 'reason'> {
  const { dataSet, meta } = file;
  const sopClass = uidOf(dataSet, tags.sopClass) ?? uidOf(meta, 0x00020002) ?? '';
  const promised = promisesPicture(sopClass) || dataSet.elements.has(tags.rows);
  if (promised)
    return partly(
      new AppError('dicom-no-picture', {
        what: file.problems.has('cut') ? 'the file breaks off before its pixel data' : 'it holds no pixel data',
      }),
    );
  if (sopClass === MEDIA_DIRECTORY || isKnownClass(sopClass)) {
    // An object without a picture reads well as far as it goes; what is missing behind a cut is said.
    if (!file.problems.has('cut')) return { status: 'opened' };
    return { status: 'opened', reason: 'The file breaks off before its end; what is there can be read.' };
  }
  return partly(
    new AppError('dicom-no-picture', {
      what: `it is ${sopClass === '' ? 'an object that does not say what it is' : kindOf(sopClass, false).name.toLowerCase()}`,
    }),
  );
}

function withPixels(file: DicomFile): Pick<DicomInfo, 'status' | 'reason' | 'framesDecoded' | 'pixelSha256'> {
  let frames: FileFrames;
  try {
    frames = framesOf(file);
  } catch (thrown) {
    return { ...partly(thrown), framesDecoded: 0, pixelSha256: null };
  }
  const digest = createHash('sha256');
  let framesDecoded = 0;
  let first: unknown;
  for (let number = 1; number <= frames.layout.count; number++) {
    try {
      digest.update(frames.decode(number).bytes);
      framesDecoded++;
    } catch (thrown) {
      first ??= thrown;
    }
  }
  const missing = frames.module.frames - framesDecoded;
  const pixelSha256 = framesDecoded > 0 ? digest.digest('hex') : null;
  if (missing === 0 && pixelElement(file.dataSet)?.cut === 'delimiter')
    return {
      status: 'partly',
      reason:
        'The file breaks off behind its last picture; the pictures that are there can be shown. Fetch it again if more was expected.',
      framesDecoded,
      pixelSha256,
    };
  if (missing === 0) return { status: 'opened', framesDecoded, pixelSha256 };
  first ??= new AppError('dicom-pixels-damaged', { what: `${framesDecoded} of ${frames.module.frames} frames are there` });
  return { ...partly(first), framesDecoded, pixelSha256 };
}

function partly(thrown: unknown): { status: 'partly'; reason: string } {
  return { status: 'partly', reason: said(thrown) };
}

/** The sentence of an expected failure; anything else is a bug that the worker passes on. */
export function said(thrown: unknown): string {
  if (!(thrown instanceof AppError)) throw thrown;
  return `${thrown.message} ${thrown.action}`;
}
