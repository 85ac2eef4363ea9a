/** The figures of a model's manifest, whatever they are called: each row says of what, and its figures carry intervals. */
import { z } from 'zod';

const interval = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type Interval = z.output<typeof interval>;

export interface Figures {
  /** On which pictures, and over which of them. */
  source: string;
  over: string;
  images: number | undefined;
  /** By name, as the manifest has it. */
  figures: Readonly<Record<string, Interval>>;
}

const rows = z.array(z.record(z.string(), z.unknown()));

/** Rows without a single figure are left out: their card says what they mean. */
export function figuresIn(metrics: unknown): Figures[] {
  return (rows.safeParse(metrics).data ?? []).flatMap((row) => {
    const found = Object.entries(row).flatMap(([name, value]) => {
      const figure = interval.safeParse(value).data;
      return figure ? [[name, figure] as const] : [];
    });
    if (found.length === 0) return [];
    const text = (name: string) => (typeof row[name] === 'string' ? row[name] : '');
    return [
      {
        source: text('source'),
        over: text('over'),
        images: typeof row.images === 'number' ? row.images : undefined,
        figures: Object.fromEntries(found),
      },
    ];
  });
}

/** Every figure that some row has, in the order in which they come. */
export function figureNames(all: readonly Figures[]): string[] {
  return [...new Set(all.flatMap(({ figures }) => Object.keys(figures)))];
}
