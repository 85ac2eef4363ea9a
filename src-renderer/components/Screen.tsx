/** The body of a route: one heading that takes the focus on arrival, actions beside it, content below. */
import { Group } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Boundary } from './Boundary.tsx';
import classes from './Screen.module.css';

interface Props {
  title: string;
  intro?: ReactNode;
  actions?: ReactNode;
  /** Reading width for forms and text. */
  narrow?: boolean;
  /** A field of the screen takes the focus itself. */
  ownFocus?: boolean;
  children: ReactNode;
}

export function Screen({ title, intro, actions, narrow = false, ownFocus = false, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!ownFocus) heading.current?.focus({ preventScroll: true });
  }, [ownFocus]);
  return (
    <div className={narrow ? classes.narrow : classes.screen}>
      <header className={classes.head}>
        <div>
          <h1 ref={heading} tabIndex={-1} className={classes.title}>
            {title}
          </h1>
          {intro && <div className={classes.intro}>{intro}</div>}
        </div>
        {actions && <Group gap="sm">{actions}</Group>}
      </header>
      <Boundary>{children}</Boundary>
    </div>
  );
}
