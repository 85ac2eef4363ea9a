/** A long table of which only the visible rows are drawn; it scrolls by itself and can be reached and scrolled by keys. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './VirtualTable.module.css';

interface Props<Row> {
  label: string;
  heads: readonly string[];
  /** Tracks of the grid, one for each head. */
  columns: string;
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
  cells: (row: Row) => readonly ReactNode[];
  /** Called when the last row comes into view. */
  onEnd?: () => void;
}

/** One line; wrapped ones are measured. */
const ROW_PX = 40;

export function VirtualTable<Row>({ label, heads, columns, rows, keyOf, cells, onEnd }: Props<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  const shown = virtual.getVirtualItems();
  const atEnd = shown.at(-1)?.index === rows.length - 1;
  useEffect(() => {
    if (atEnd) onEnd?.();
  }, [atEnd, onEnd]);
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      style={{ '--columns': columns } as React.CSSProperties}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys
      tabIndex={0}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
    >
      <div role="row" aria-rowindex={1} className={classes.head}>
        {heads.map((head) => (
          <span key={head} role="columnheader">
            {head}
          </span>
        ))}
      </div>
      <div role="rowgroup" className={classes.body} style={{ blockSize: virtual.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const row = rows[index];
          return (
            row !== undefined && (
              <div
                key={keyOf(row)}
                ref={virtual.measureElement}
                data-index={index}
                role="row"
                aria-rowindex={index + 2}
                className={classes.row}
                style={{ transform: `translateY(${start}px)` }}
              >
                {cells(row).map((cell, place) => (
                  <span key={heads[place]} role="cell" className={classes.cell}>
                    {cell}
                  </span>
                ))}
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}
