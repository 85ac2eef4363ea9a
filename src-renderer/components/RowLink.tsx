/** A whole line of a list that opens something. */
import { createLink } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import classes from './RowLink.module.css';

interface Extra {
  aside?: ReactNode;
}

function Row({ aside, children, ...rest }: ComponentProps<'a'> & Extra) {
  return (
    <a {...rest} className={classes.row}>
      <span className={classes.body}>{children}</span>
      {aside && <span className={classes.aside}>{aside}</span>}
    </a>
  );
}

export const RowLink = createLink(Row);
