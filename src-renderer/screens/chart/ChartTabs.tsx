import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { useRead } from '../../core/queries.ts';
import { count } from '../../format/numbers.ts';
import classes from './chart.module.css';
import { chartTabs } from './tabs.ts';

export function ChartTabs({ patient }: { patient: PatientId }) {
  const { t } = useTranslation();
  const counts = useRead('chart.summary', { patient }).data?.counts ?? {};
  // "No known allergies" is an entry, and no allergy: a figure beside the word would be read as one.
  const denied = useRead('patients.banner', { patient }).data?.noKnownAllergies === true;
  const countOf = (name: string) => (name === 'allergies' && denied ? 0 : (counts[name] ?? 0));
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
          {countOf(tab.name) > 0 && <span className={classes.tabCount}>{count(countOf(tab.name))}</span>}
        </Link>
      ))}
    </nav>
  );
}
