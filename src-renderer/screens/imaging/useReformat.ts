/** Turns a series into three cuts side by side, and back; or shows the cut on which a mark lies. */
import { useMemo, useRef, useState } from 'react';
import type { Desk, DeskState } from '../../imaging/desk.ts';
import { type CutMark, cutAt } from '../../imaging/mark-places.ts';
import { reformat, slicesOf } from '../../imaging/reformat.ts';
import type { Stack } from '../../imaging/stacks.ts';

export function useReformat(desk: Desk) {
  const [progress, setProgress] = useState<{ done: number; total: number }>();
  const [problem, setProblem] = useState<{ why: 'not-slices' | 'few' | 'uneven'; reason?: string } | { error: unknown }>();
  /** What lay on the desk before, and which stack is cut. */
  const before = useRef<(Pick<DeskState, 'layout' | 'cells'> & { cut: Stack }) | null>(null);
  return useMemo(() => {
    const close = () => {
      if (!before.current) return;
      const { layout, cells } = before.current;
      before.current = null;
      desk.hang(layout, cells);
    };
    const open = async (stack: Stack | null, at?: CutMark) => {
      try {
        const slices = await slicesOf(stack, desk.stack?.key === stack?.key ? desk.tile?.picture : undefined);
        if (!stack || 'why' in slices) return setProblem('why' in slices ? slices : { why: 'not-slices' });
        setProblem(undefined);
        const cuts = await reformat(slices, (done, total) => setProgress({ done, total }));
        const order = ['axial', 'coronal', 'sagittal'] as const;
        const sorted = order.flatMap((axis) => cuts.filter((cut) => cut.axis === axis).map((cut) => cut.stack));
        before.current = { layout: desk.state.layout, cells: desk.state.cells, cut: stack };
        let shown = 0;
        for (const [cell, cut] of sorted.entries()) {
          const index = at && cutAt(at, await cut.pictures());
          if (index !== undefined) shown = cell;
          desk.goesTo(cut, index ?? Math.floor(cut.count / 2));
        }
        desk.hang({ rows: 1, columns: 3 }, sorted);
        desk.activate(shown);
      } catch (error) {
        setProblem({ error });
      } finally {
        setProgress(undefined);
      }
    };
    return {
      progress,
      problem,
      clear: () => setProblem(undefined),
      toggle: () => (before.current ? Promise.resolve(close()) : open(desk.stack)),
      /** @param stacks of the study, where the series may be found that was cut */
      show: async (at: CutMark, stacks: readonly Stack[]) => {
        const stack = stacks.find(({ instances }) => instances.some(({ id }) => id === at.instance));
        if (!stack) return;
        if (before.current?.cut.key !== stack.key) {
          close();
          return open(stack, at);
        }
        for (const cell of desk.state.cells.keys()) {
          const tile = desk.tileAt(cell);
          const index = tile && cutAt(at, tile.pictures);
          if (index === undefined) continue;
          desk.activate(cell);
          tile?.scrollTo(index);
        }
      },
    };
  }, [desk, progress, problem]);
}
