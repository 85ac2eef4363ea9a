/** The chart on one page. */

import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ChartItem } from '../../../src-shared/contract/patients.ts';
import { Column } from '../../components/Columns.tsx';
import { Empty, Loaded } from '../../components/Loaded.tsx';
import { Measure } from '../../components/Measure.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import { detail } from '../../format/detail.ts';
import { flagOf } from '../../format/numbers.ts';
import { Weight } from './ItemTable.tsx';
import { LabelSigns } from './Labels.tsx';
import classes from './SummaryTab.module.css';
import { isActive } from './status.ts';
import type { Series } from './trend.ts';
import { usePatient } from './usePatient.ts';

const SHOWN_MAX = 8;

export function SummaryTab() {
  const { t } = useTranslation();
  const patient = usePatient();
  const summary = useRead('chart.summary', { patient });
  const denied = useRead('patients.banner', { patient }).data?.noKnownAllergies === true;
  const bands = useRead('chart.vitals', { patient }).data?.series ?? [];
  return (
    <Screen title={t('chart.tabs.summary')}>
      <Loaded query={summary} what={t('chart.tabs.summary')} lines={9}>
        {({ problems, medicines, allergies, latest, lastEncounter, counts }) => (
          <div className={classes.grid}>
            <Column>
              <Lines
                title={t('chart.summary.problems')}
                to="/patient/$id/problems"
                items={problems.filter(isActive)}
                all={counts.problems}
                empty={t('chart.list.empty.problems')}
              />
              <Lines
                title={t('chart.summary.medicines')}
                to="/patient/$id/medicines"
                items={medicines.filter(isActive)}
                all={counts.medicines}
                empty={t('chart.list.empty.medicines')}
              />
            </Column>
            <Column>
              <Lines
                title={t('chart.summary.allergies')}
                to="/patient/$id/allergies"
                items={allergies.filter(isActive)}
                uncounted={denied}
                all={counts.allergies}
                empty={t('chart.list.empty.allergies')}
              />
              <Lines
                title={t('chart.summary.latest')}
                to="/patient/$id/vitals"
                items={latest.map((item) => flagged(item, bands))}
                shownMax={14}
                empty={t('chart.summary.noLatest')}
              />
              <Lines
                title={t('chart.summary.lastVisit')}
                to="/patient/$id/encounters"
                items={lastEncounter ? [lastEncounter] : []}
                all={counts.encounters}
                empty={t('chart.summary.noVisit')}
              />
            </Column>
          </div>
        )}
      </Loaded>
    </Screen>
  );
}

/** The latest value with the flag of its reference band, where the source gave none. */
function flagged(item: ChartItem, bands: readonly Series[]): ChartItem {
  const { measurement } = item;
  const band = bands.find(({ name }) => name === item.title);
  if (!measurement || !band || measurement.flag) return item;
  const low = measurement.low ?? band.low;
  const high = measurement.high ?? band.high;
  return { ...item, measurement: { ...measurement, low, high, flag: flagOf(measurement.value, low, high) } };
}

interface LinesProps {
  title: string;
  to:
    | '/patient/$id/problems'
    | '/patient/$id/medicines'
    | '/patient/$id/allergies'
    | '/patient/$id/vitals'
    | '/patient/$id/encounters';
  items: readonly ChartItem[];
  /** How many there are in all, ended ones too. */
  all?: number;
  shownMax?: number;
  /** They say that there is none, so that a figure would mislead. */
  uncounted?: boolean;
  empty: string;
}

function Lines({ title, to, items, all, shownMax = SHOWN_MAX, uncounted = false, empty }: LinesProps) {
  const { t } = useTranslation();
  const patient = usePatient();
  return (
    <Panel
      title={title}
      count={uncounted ? undefined : items.length || undefined}
      flush={items.length > 0}
      actions={
        <Link to={to} params={{ id: patient }} className={classes.more}>
          {all === undefined || uncounted ? t('do.open') : t('chart.summary.all', { count: all })}
        </Link>
      }
    >
      {items.length === 0 && <Empty>{all ? t('chart.summary.noneActive') : empty}</Empty>}
      {items.length > 0 && (
        <ul className={classes.lines}>
          {items.slice(0, shownMax).map((item) => (
            <li key={`${item.type}${item.id}${item.title}`} className={classes.line}>
              <Weight weight={item.weight} />
              <span className={classes.what}>
                <span className={item.weight === 'critical' ? classes.critical : undefined}>{item.title}</span>
                <LabelSigns of={item.labels} />
                {item.detail && (
                  <Text span c="dimmed" fz="xs" className={classes.detail}>
                    {detail(item.detail)}
                  </Text>
                )}
              </span>
              {item.measurement && <Measure of={item.measurement} range={false} />}
              {item.at && (
                <Text span c="dimmed" fz="xs" className={classes.when}>
                  <When at={item.at} dayOnly />
                </Text>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
