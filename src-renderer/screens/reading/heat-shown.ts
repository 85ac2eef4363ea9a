/** Which heat map lies on the picture in the viewer now; set by the panel, drawn on the tile. One at a time. */
import type { Output } from '../../../src-shared/contract/index.ts';
import type { Reading } from '../../../src-shared/contract/reading.ts';

export interface HeatShown {
  /** The image that was read: of the chart, or of a study. */
  image: string;
  heat: NonNullable<Output<'readings.heatMap'>>;
  /** In fractions of the picture; it may reach beyond its edges. */
  box: NonNullable<Reading['heatMapBox']>;
  /** 0 to 1. */
  opacity: number;
}

let shown: HeatShown | null = null;
const listeners = new Set<() => void>();

export function showHeat(next: HeatShown | null): void {
  shown = next;
  for (const listener of listeners) listener();
}

export const heatShown = (): HeatShown | null => shown;

export function onHeat(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
