/** Vital signs: the latest of each in a table, chosen ones as plots over one time axis. */
import { Checkbox, SegmentedControl, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { Measure } from '../../components/Measure.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { flagOf } from '../../format/numbers.ts';
import { AddButton } from './AddEntry.tsx';
import { TrendPlot } from './TrendPlot.tsx';
import { plotsOf, type Series } from './trend.ts';
import { usePatient } from './usePatient.ts';
import classes from './VitalsTab.module.css';

/** So many series are shown to begin with. */
const CHOSEN_AT_FIRST = 4;
const DAY_S = 86_400;
const spans = { year: 366 * DAY_S, five: 5 * 366 * DAY_S, all: Number.POSITIVE_INFINITY } as const;
type Span = keyof typeof spans;

export function VitalsTab() {
  const { t } = useTranslation();
  const patient = usePatient();
  const vitals = useRead('chart.vitals', { patient });
  const may = useMay('chart.write');
  return (
    <Screen title={t('chart.vitals.title')} actions={may && <AddButton kind="vital" />}>
      <Loaded
        query={vitals}
        what={t('chart.vitals.title')}
        lines={9}
        isEmpty={({ series }) => series.length === 0}
        empty={t('chart.vitals.empty')}
      >
        {({ series }) => <Vitals key={patient} series={series} />}
      </Loaded>
    </Screen>
  );
}

function Vitals({ series }: { series: Output<'chart.vitals'>['series'] }) {
  const { t } = useTranslation();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => new Set(series.slice(CHOSEN_AT_FIRST).map(({ code }) => code)));
  const [span, setSpan] = useState<Span>('all');
  const plots = useMemo(() => plotsOf(series.filter(({ code }) => !hidden.has(code))), [series, hidden]);
  const last = useMemo(
    () => Math.max(...series.flatMap(({ points }) => points.map(({ at }) => Date.parse(at) / 1000))),
    [series],
  );
  function toggle(code: string) {
    setHidden((now) => {
      const next = new Set(now);
      if (!next.delete(code)) next.add(code);
      return next;
    });
  }
  return (
    <div className={classes.columns}>
      <Panel title={t('chart.vitals.latest')} flush>
        <ul className={classes.list}>
          {series.map((each) => (
            <Latest key={each.code} series={each} shown={!hidden.has(each.code)} onToggle={() => toggle(each.code)} />
          ))}
        </ul>
      </Panel>
      <Panel
        title={t('chart.vitals.trend')}
        actions={
          <SegmentedControl
            aria-label={t('chart.vitals.range')}
            value={span}
            onChange={(value) => setSpan(value === 'year' || value === 'five' ? value : 'all')}
            data={(['year', 'five', 'all'] as const).map((value) => ({ value, label: t(`chart.vitals.spans.${value}`) }))}
          />
        }
      >
        <Text c="dimmed" fz="xs" mb="sm">
          {plots.length > 0 ? t('chart.vitals.hint') : t('chart.vitals.nothingChosen')}
        </Text>
        {plots.map((plot) => (
          <TrendPlot key={plot.unit} plot={plot} from={last - spans[span]} to={last} />
        ))}
      </Panel>
    </div>
  );
}

function Latest({ series, shown, onToggle }: { series: Series; shown: boolean; onToggle: () => void }) {
  const { t } = useTranslation();
  const newest = series.points.reduce<Series['points'][number] | undefined>(
    (best, point) => (!best || point.at > best.at ? point : best),
    undefined,
  );
  if (!newest) return null;
  const flag = flagOf(newest.value, series.low, series.high);
  return (
    <li className={classes.latest}>
      <Checkbox
        size="xs"
        checked={shown}
        onChange={onToggle}
        label={series.name}
        aria-label={t('chart.vitals.show', { name: series.name })}
      />
      <Measure of={{ ...series, printed: newest.printed, flag }} />
      <Text span c="dimmed" fz="xs">
        <When at={newest.at} />
      </Text>
    </li>
  );
}
