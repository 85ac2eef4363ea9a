/** Turns a series into three cuts side by side, and back. */
import { useMemo, useRef, useState } from 'react';
import type { Desk, DeskState } from '../../imaging/desk.ts';
import { reformat, whyNot } from '../../imaging/reformat.ts';

export function useReformat(desk: Desk) {
  const [progress, setProgress] = useState<{ done: number; total: number }>();
  const [problem, setProblem] = useState<{ why: NonNullable<ReturnType<typeof whyNot>>; reason?: string } | { error: unknown }>();
  const before = useRef<Pick<DeskState, 'layout' | 'cells'> | null>(null);
  return useMemo(
    () => ({
      progress,
      problem,
      clear: () => setProblem(undefined),
      toggle: async () => {
        if (before.current) {
          const { layout, cells } = before.current;
          before.current = null;
          desk.hang(layout, cells);
          return;
        }
        const { stack } = desk;
        const why = whyNot(stack);
        if (!stack || why) return setProblem({ why: why ?? 'not-slices', reason: stack?.series.volume.reason });
        try {
          setProblem(undefined);
          const cuts = await reformat(stack, (done, total) => setProgress({ done, total }));
          const order = ['axial', 'coronal', 'sagittal'] as const;
          const sorted = order.flatMap((axis) => cuts.filter((cut) => cut.axis === axis).map((cut) => cut.stack));
          before.current = { layout: desk.state.layout, cells: desk.state.cells };
          for (const cut of sorted) desk.goesTo(cut, Math.floor(cut.count / 2));
          desk.hang({ rows: 1, columns: 3 }, sorted);
        } catch (error) {
          setProblem({ error });
        } finally {
          setProgress(undefined);
        }
      },
    }),
    [desk, progress, problem],
  );
}
