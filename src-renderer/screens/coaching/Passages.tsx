/** The passages behind an answer, best first; each opens to its text, with where it comes from and when it was fetched. */
import { ChevronRight } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { day } from '../../format/dates.ts';
import classes from './coaching.module.css';

type Passage = Output<'coaching.ask'>['passages'][number];

interface Props {
  passages: readonly Passage[];
  title: string;
  /** The citation that was pressed; a second press on the same one counts again. */
  opened: { n: number; press: number } | null;
}

export function Passages({ passages, title, opened }: Props) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes.passages}>
      <h3 id={id} className={classes.heading}>
        {title}
      </h3>
      <ol className={classes.list}>
        {passages.map((passage) => (
          <PassageItem key={passage.id} passage={passage} pressed={opened?.n === passage.n ? opened.press : 0} />
        ))}
      </ol>
    </section>
  );
}

function PassageItem({ passage, pressed }: { passage: Passage; pressed: number }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const head = useRef<HTMLButtonElement>(null);
  const body = useId();
  useEffect(() => {
    if (pressed === 0) return;
    setOpen(true);
    head.current?.focus({ preventScroll: true });
  }, [pressed]);
  useEffect(() => {
    // Once its text is there, so that as much of it as possible comes into view.
    if (open && pressed > 0) head.current?.parentElement?.scrollIntoView({ block: 'nearest' });
  }, [open, pressed]);
  return (
    <li className={classes.passage} data-open={open || undefined}>
      <button
        ref={head}
        type="button"
        className={classes.passageHead}
        aria-expanded={open}
        aria-controls={body}
        onClick={() => setOpen(!open)}
      >
        <ChevronRight size={16} aria-hidden className={classes.chevron} />
        <span className={classes.n}>{t('coaching.number', { n: passage.n })}</span>
        <span className={classes.what}>
          <span className={classes.section}>{passage.section}</span>
          <span className={classes.source}>{passage.source}</span>
        </span>
      </button>
      <div id={body} hidden={!open} className={classes.text}>
        <p>{passage.text}</p>
        {/* The page has no network: the address is there to be read and copied. */}
        {passage.url && <p className={classes.url}>{passage.url}</p>}
        {passage.retrieved && <p className={classes.source}>{t('coaching.retrieved', { date: day(passage.retrieved) })}</p>}
      </div>
    </li>
  );
}
