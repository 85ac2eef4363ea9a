/** One list of the chart: what, value, status, when, by whom; long lists only draw what is near the view (content-visibility). */
import { Bot, Download, TriangleAlert, UserRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChartItem } from '../../../src-shared/contract/patients.ts';
import { Measure } from '../../components/Measure.tsx';
import { When } from '../../components/When.tsx';
import { detail } from '../../format/detail.ts';
import classes from './ItemTable.module.css';
import { Labels } from './Labels.tsx';
import { useStatusWord } from './status.ts';

interface Props {
  label: string;
  items: readonly ChartItem[];
  /** What the column of times means. */
  since?: boolean;
  titleOf?: (item: ChartItem) => ReactNode;
  actions?: (item: ChartItem) => ReactNode;
}

export function ItemTable({ label, items, since = false, titleOf, actions }: Props) {
  const { t } = useTranslation();
  const values = items.some((item) => item.measurement);
  const statuses = items.some((item) => item.status);
  const columns = [true, values, statuses, true, true, actions !== undefined];
  const widths = [
    'minmax(0, 2.4fr)',
    'minmax(0, 2.2fr)',
    'minmax(5.5rem, 0.8fr)',
    'minmax(7rem, 1fr)',
    'minmax(0, 1.5fr)',
    '9.5rem',
  ];
  const template = widths.filter((_, index) => columns[index]).join(' ');
  return (
    <div
      role="table"
      aria-label={label}
      aria-rowcount={items.length + 1}
      className={classes.table}
      style={{ '--columns': template } as React.CSSProperties}
    >
      <div role="row" className={classes.head}>
        <span role="columnheader">{t('chart.list.what')}</span>
        {values && <span role="columnheader">{t('chart.list.value')}</span>}
        {statuses && <span role="columnheader">{t('chart.list.status')}</span>}
        <span role="columnheader">{since ? t('chart.list.since') : t('chart.list.at')}</span>
        <span role="columnheader">{t('chart.list.by')}</span>
        {actions && <span role="columnheader" aria-label={t('chart.list.actions')} />}
      </div>
      {items.map((item) => (
        <div role="row" key={`${item.type}${item.id}`} className={classes.row} data-weight={item.weight}>
          <span role="cell" className={classes.what}>
            <Weight weight={item.weight} />
            <span>
              <span className={classes.title}>{titleOf ? titleOf(item) : item.title}</span>
              <Labels entry={item} />
              {item.detail && <span className={classes.detail}>{detail(item.detail)}</span>}
            </span>
          </span>
          {values && <span role="cell">{item.measurement && <Measure of={item.measurement} />}</span>}
          {statuses && (
            <span role="cell">
              <Status word={item.status} />
            </span>
          )}
          <span role="cell">{item.at && <When at={item.at} dayOnly />}</span>
          <span role="cell" className={classes.by}>
            <Origin origin={item.origin} told={!item.by} />
            {item.by ?? t(`origin.${item.origin}`)}
          </span>
          {actions && (
            <span role="cell" className={classes.actions}>
              {actions(item)}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

export function Weight({ weight }: { weight: ChartItem['weight'] }) {
  const { t } = useTranslation();
  if (weight === 'plain') return null;
  return <TriangleAlert size={16} aria-label={t(`chart.list.${weight}`)} className={classes.sign} data-weight={weight} />;
}

function Status({ word }: { word?: string }) {
  return useStatusWord(word);
}

const signs = { person: UserRound, machine: Bot, imported: Download } as const;

/** Where an entry comes from; `told` where words beside it say the same. */
function Origin({ origin, told }: { origin: ChartItem['origin']; told: boolean }) {
  const { t } = useTranslation();
  const Sign = signs[origin];
  return <Sign size={14} aria-label={told ? undefined : t(`origin.${origin}`)} aria-hidden={told} className={classes.origin} />;
}
