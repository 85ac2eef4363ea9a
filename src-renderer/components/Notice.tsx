/** A state with words of its own: a sign, what it is, what to do. Colour only goes with sign and word. */
import { Text } from '@mantine/core';
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

type Tone = 'critical' | 'doubt' | 'fact' | 'good';

const signs = { critical: CircleAlert, doubt: TriangleAlert, fact: Info, good: CircleCheck } as const;

export function Notice({
  tone,
  title,
  children,
  role,
}: {
  tone: Tone;
  title?: ReactNode;
  children?: ReactNode;
  role?: 'alert' | 'status';
}) {
  const Sign = signs[tone];
  return (
    <div role={role} className={classes.note} data-tone={tone}>
      <Sign size={18} aria-hidden className={classes.sign} />
      <div className={classes.words}>
        {title && <Text fw={600}>{title}</Text>}
        {children}
      </div>
    </div>
  );
}
