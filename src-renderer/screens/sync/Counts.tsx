/** The sum in figures. */
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { count } from '../../format/numbers.ts';
import classes from './sync.module.css';

const counted = ['waiting', 'sent', 'acknowledged', 'refused', 'conflicts', 'pulled'] as const;
/** These want somebody to look as soon as there is one. */
const wanting = new Set<string>(['refused', 'conflicts']);

export function Counts({ of }: { of: Output<'sync.status'> }) {
  const { t } = useTranslation();
  return (
    <dl className={classes.counts}>
      {counted.map((name) => (
        <div key={name} className={classes.count} data-wanting={(wanting.has(name) && of[name] > 0) || undefined}>
          <dt>{t(`sync.counts.${name}`)}</dt>
          <dd>{count(of[name])}</dd>
        </div>
      ))}
    </dl>
  );
}
