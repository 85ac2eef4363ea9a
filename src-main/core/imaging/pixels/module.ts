/** The image pixel module (PS3.3 C.7.6.3): what the pixel bytes mean. Checked before anything is allocated for them. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import { limits } from '../limits.ts';
import { type DataSet, type Element, tags } from '../parse/data-set.ts';
import { lineOf, numberOf, uint16Of } from '../parse/values.ts';

export interface PixelModule {
  rows: number;
  columns: number;
  samples: 1 | 3 | 4;
  /** 1 to 32, or 64. Cells that fill no whole bytes (12 bits, of old) stand one after the other without gaps, in native data only. */
  bitsAllocated: number;
  bitsStored: number;
  highBit: number;
  signed: boolean;
  float: boolean;
  photometric: string;
  /** Colours stand in planes one after the other in native data. */
  planar: boolean;
  frames: number;
}

/** The element with the pixels, of whichever of the three kinds. */
export function pixelElement(dataSet: DataSet): Element | undefined {
  return dataSet.elements.get(tags.pixels) ?? dataSet.elements.get(tags.floatPixels) ?? dataSet.elements.get(tags.doublePixels);
}

/** @throws AppError `dicom-no-picture`, `dicom-unsupported`, `file-too-large` */
export function pixelModule(dataSet: DataSet): PixelModule {
  const element = pixelElement(dataSet);
  if (!element) throw new AppError('dicom-no-picture', { what: 'it holds no pixel data' });
  if (element.length === 0) throw new AppError('dicom-no-picture', { what: 'its pixel data is empty' });
  const float = element.tag !== tags.pixels;
  const rows = needed(uint16Of(dataSet, tags.rows), 'the number of rows');
  const columns = needed(uint16Of(dataSet, tags.columns), 'the number of columns');
  const samples = uint16Of(dataSet, tags.samples) ?? 1;
  if (samples !== 1 && samples !== 3 && samples !== 4)
    throw new AppError('dicom-unsupported', { what: `${samples} values a pixel` });
  const photometric = (lineOf(dataSet, tags.photometric) ?? '').toUpperCase();
  if (photometric === '')
    throw new AppError('dicom-no-picture', { what: 'it does not say how values become brightness or colour (0028,0004)' });
  const bitsAllocated = float
    ? element.tag === tags.floatPixels
      ? 32
      : 64
    : needed(uint16Of(dataSet, tags.bitsAllocated), 'the bits allocated');
  if (bitsAllocated > 32 && bitsAllocated !== 64)
    throw new AppError('dicom-unsupported', { what: `${bitsAllocated} bits allocated` });
  const bitsStored = Math.min(uint16Of(dataSet, tags.bitsStored) || bitsAllocated, bitsAllocated);
  const representation = uint16Of(dataSet, tags.signed);
  if (representation === undefined && !float)
    throw new AppError('dicom-no-picture', { what: 'it does not say whether values have a sign (0028,0103)' });
  const frames = Math.max(1, Math.trunc(numberOf(dataSet, tags.frames) ?? 1));
  const bytes = rows * columns * samples * (cellBits({ bitsAllocated }) / 8);
  if (bytes > limits.frameBytes)
    throw new AppError('file-too-large', {
      size: `frames of ${columns} x ${rows} pixels`,
      limit: `${limits.frameBytes / 1048576} MiB a frame`,
    });
  return {
    rows,
    columns,
    samples,
    bitsAllocated,
    bitsStored,
    highBit: Math.min(uint16Of(dataSet, tags.highBit) ?? bitsStored - 1, bitsAllocated - 1),
    signed: representation === 1,
    float,
    photometric,
    planar: uint16Of(dataSet, tags.planar) === 1,
    frames,
  };
}

/** Bits that a decoded sample takes: those allocated, or the next whole width. */
export function cellBits({ bitsAllocated }: Pick<PixelModule, 'bitsAllocated'>): 8 | 16 | 32 | 64 {
  return bitsAllocated <= 8 ? 8 : bitsAllocated <= 16 ? 16 : bitsAllocated <= 32 ? 32 : 64;
}

/** Bytes of a decoded frame: 1-bit data takes a byte a pixel. */
export function storedBytes(module: PixelModule): number {
  return module.rows * module.columns * module.samples * (cellBits(module) / 8);
}

function needed(value: number | undefined, what: string): number {
  if (value === undefined || value === 0) throw new AppError('dicom-no-picture', { what: `${what} is missing or zero` });
  return value;
}
