/** The figures of a model's manifest, as the diabetic retinopathy model gives them. */
import { z } from 'zod';

const interval = z.object({ value: z.number(), low: z.number(), high: z.number() });
const figures = z.object({
  source: z.string(),
  images: z.number(),
  over: z.enum(['all', 'accepted']),
  aucReferable: interval,
  sensitivity: interval,
  specificity: interval,
  kappa: interval,
  refused: interval,
});

export type Interval = z.output<typeof interval>;
export type Figures = z.output<typeof figures>;

/** Rows of another shape are left out: their card says what they mean. */
export function figuresIn(metrics: unknown): Figures[] {
  if (!Array.isArray(metrics)) return [];
  return metrics.flatMap((row) => figures.safeParse(row).data ?? []);
}
