/** What belongs to a screen first, and what stands beside it; one below the other where the window is narrow. */
import type { ReactNode } from 'react';
import classes from './Columns.module.css';

/** @param even both are of equal weight */
export function Columns({ even, children }: { even?: boolean; children: ReactNode }) {
  return (
    <div className={classes.columns} data-even={even || undefined}>
      {children}
    </div>
  );
}

export function Column({ children }: { children: ReactNode }) {
  return <div className={classes.column}>{children}</div>;
}
