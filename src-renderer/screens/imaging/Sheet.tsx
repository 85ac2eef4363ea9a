/** What is read and not looked at: a report, a letter, curves. It has the focus of its place, and the keys that page pictures move it. */
import { type ReactNode, useEffect, useRef } from 'react';
import type { Desk } from '../../imaging/desk.ts';

interface Props {
  desk: Desk;
  /** Where on the desk it lies. */
  cell: number;
  label: string;
  className: string | undefined;
  children: ReactNode;
}

export function Sheet({ desk, cell, label, className, children }: Props) {
  const sheet = useRef<HTMLElement>(null);
  useEffect(() => (sheet.current ? desk.lay(cell, sheet.current) : undefined), [desk, cell]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys
    <section ref={sheet} className={className} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
