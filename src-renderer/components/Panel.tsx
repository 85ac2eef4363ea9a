/** A titled part of a screen with its own error boundary. */
import { Group } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { count as grouped } from '../format/numbers.ts';
import { Boundary } from './Boundary.tsx';
import classes from './Panel.module.css';

interface Props {
  title: ReactNode;
  /** How many there are, beside the title. */
  count?: number;
  actions?: ReactNode;
  /** Lists reach to the edges of the panel. */
  flush?: boolean;
  children: ReactNode;
}

export function Panel({ title, count, actions, flush = false, children }: Props) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <header className={classes.head}>
        <h2 id={id} className={classes.title}>
          {title}
          {count !== undefined && <span className={classes.count}>{grouped(count)}</span>}
        </h2>
        {actions && <Group gap="xs">{actions}</Group>}
      </header>
      <div className={flush ? classes.flush : classes.body}>
        <Boundary>{children}</Boundary>
      </div>
    </section>
  );
}
