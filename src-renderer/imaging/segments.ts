/** Which segmentations lie on the pictures now: chosen beside the pictures, drawn with them. One set for all places of the desk. */
import type { ImagingSegmentation } from '../../src-shared/contract/imaging.ts';
import { tellChanged } from './changes.ts';

export type Colour = readonly [number, number, number];

export interface SegmentsState {
  list: readonly ImagingSegmentation[];
  /** Ids of those that are shown. */
  on: ReadonlySet<string>;
  /** Segments that are not, as `keyOf`. */
  hidden: ReadonlySet<string>;
  /** 0 to 1. */
  opacity: number;
  /** Why masks of a picture did not come. */
  error?: unknown;
}

/** Where a file recommends no colour: set apart from each other and from grey, light enough on a black ground. */
const palette: readonly Colour[] = [
  [230, 97, 1],
  [64, 176, 166],
  [225, 190, 106],
  [171, 99, 250],
  [93, 165, 218],
  [220, 60, 127],
  [120, 200, 80],
  [255, 140, 130],
];

const none: SegmentsState = { list: [], on: new Set(), hidden: new Set(), opacity: 0.6 };
let state: SegmentsState = none;
const listeners = new Set<() => void>();

export const segmentsState = (): SegmentsState => state;

export function onSegments(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function changeSegments(change: Partial<SegmentsState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
  // Every picture that is on the screen is drawn anew.
  tellChanged('*');
}

export function forgetSegments(): void {
  state = none;
  for (const listener of listeners) listener();
}

export const keyOf = (instance: string, segment: number) => `${instance}/${segment}`;

export function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}

export function colourOf(segmentation: ImagingSegmentation, segment: number): Colour {
  const at = segmentation.segments.findIndex(({ number }) => number === segment);
  return segmentation.segments[at]?.colour ?? (palette[Math.max(0, at) % palette.length] as Colour);
}

/** Those that lie on a series. */
export function segmentationsOver(list: readonly ImagingSegmentation[], series: string | undefined): ImagingSegmentation[] {
  return list.filter(({ over }) => over.some((one) => one.series === series));
}
