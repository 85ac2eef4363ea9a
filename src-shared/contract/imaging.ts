/** DICOM: what is looked at, what is marked, and how it comes and goes. */
import { looking } from './imaging-looking.ts';
import { marking } from './imaging-marking.ts';
import { moving } from './imaging-moving.ts';
import { segments } from './imaging-segments.ts';

export type { ImagingSegmentation, SegmentMask } from './imaging-segments.ts';
export * from './imaging-shapes.ts';

export const imaging = { ...looking, ...marking, ...moving, ...segments };
