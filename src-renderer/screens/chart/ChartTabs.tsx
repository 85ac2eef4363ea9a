import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { useRead } from '../../core/queries.ts';
import classes from './chart.module.css';
import { chartTabs } from './tabs.ts';

export function ChartTabs({ patient }: { patient: PatientId }) {
  const { t } = useTranslation();
  const counts = useRead('chart.summary', { patient }).data?.counts ?? {};
  return (
    <nav className={classes.tabs} aria-label={t('chart.tabs.label')}>
      {chartTabs.map((tab) => (
        <Link
          key={tab.name}
          to={tab.to}
          params={{ id: patient }}
          className={classes.tab}
          activeOptions={{ exact: tab.name === 'summary' }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {t(`chart.tabs.${tab.name}`)}
          {(counts[tab.name] ?? 0) > 0 && <span className={classes.tabCount}>{counts[tab.name]}</span>}
        </Link>
      ))}
    </nav>
  );
}
