/** Names and what is known under them, side by side. */
import type { ReactNode } from 'react';
import classes from './Facts.module.css';

export function Facts({ small, children }: { small?: boolean; children: ReactNode }) {
  return (
    <dl className={classes.facts} data-small={small || undefined}>
      {children}
    </dl>
  );
}

/** Left out where nothing is known. @param code a key, a hash, a name of the machine's */
export function Fact({ name, code, children }: { name: string; code?: boolean; children: ReactNode }) {
  if (children === undefined || children === null || children === false || children === '') return null;
  return (
    <>
      <dt>{name}</dt>
      <dd data-code={code || undefined}>{children}</dd>
    </>
  );
}
