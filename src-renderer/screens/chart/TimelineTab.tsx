/** Everything that happened, newest first, day by day. */
import { Button, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import {
  Activity,
  ClipboardList,
  FileText,
  FlaskConical,
  Image,
  type LucideIcon,
  NotebookPen,
  Pill,
  ScanEye,
  Stethoscope,
  Syringe,
  TriangleAlert,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ChartItem } from '../../../src-shared/contract/patients.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Empty, Waiting } from '../../components/Loaded.tsx';
import { Measure } from '../../components/Measure.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { call } from '../../core/connection.ts';
import { clock, day } from '../../format/dates.ts';
import { detail } from '../../format/detail.ts';
import { ItemLink } from './ItemLink.tsx';
import { Weight } from './ItemTable.tsx';
import classes from './TimelineTab.module.css';
import { usePatient } from './usePatient.ts';

const PAGE = 60;

const signs: Readonly<Record<string, LucideIcon>> = {
  Encounter: Stethoscope,
  Condition: ClipboardList,
  AllergyIntolerance: TriangleAlert,
  MedicationRequest: Pill,
  MedicationStatement: Pill,
  Observation: Activity,
  DiagnosticReport: FlaskConical,
  DocumentReference: FileText,
  Composition: NotebookPen,
  Media: Image,
  ImagingStudy: Image,
  Immunization: Syringe,
  RiskAssessment: ScanEye,
};

export function TimelineTab() {
  const { t } = useTranslation();
  const patient = usePatient();
  const pages = useInfiniteQuery({
    queryKey: ['chart.timeline', { patient }],
    queryFn: ({ pageParam }) => call('chart.timeline', { patient, limit: PAGE, before: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Screen title={t('chart.tabs.timeline')}>
      {pages.isError && <ErrorNotice error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isPending && <Waiting what={t('chart.tabs.timeline')} lines={9} />}
      {pages.isSuccess && items.length === 0 && <Empty>{t('chart.timeline.empty')}</Empty>}
      {byDay(items).map(([date, happened]) => (
        <Panel key={date} title={<time dateTime={date}>{day(date)}</time>} flush>
          <ul className={classes.lines}>
            {happened.map((item) => (
              <Line key={`${item.type}${item.id}${item.title}`} item={item} patient={patient} />
            ))}
          </ul>
        </Panel>
      ))}
      {pages.hasNextPage && (
        <div>
          <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t('chart.timeline.earlier')}
          </Button>
        </div>
      )}
      {pages.isSuccess && !pages.hasNextPage && items.length > 0 && <Text c="dimmed">{t('chart.timeline.begin')}</Text>}
    </Screen>
  );
}

function Line({ item, patient }: { item: ChartItem; patient: PatientId }) {
  const Sign = signs[item.type] ?? ClipboardList;
  return (
    <li className={classes.line}>
      <Sign size={16} strokeWidth={1.75} aria-hidden className={classes.sign} />
      <span className={classes.clock}>{item.at && item.at.length > 10 && clock(item.at)}</span>
      <span className={classes.what}>
        <Weight weight={item.weight} /> <ItemLink item={item} patient={patient} />
        {item.detail && <span className={classes.detail}>{detail(item.detail)}</span>}
      </span>
      {item.measurement && <Measure of={item.measurement} range={false} />}
      {item.by && <span className={classes.by}>{item.by}</span>}
    </li>
  );
}

/** Days in the order in which they come, each with what happened on it. */
function byDay(items: readonly ChartItem[]): [string, ChartItem[]][] {
  const days = new Map<string, ChartItem[]>();
  for (const item of items) {
    const date = localDay(item.at ?? '');
    days.set(date, [...(days.get(date) ?? []), item]);
  }
  return [...days];
}

/** The day on this machine's calendar, or as precise as the source. */
function localDay(at: string): string {
  if (at.length <= 10) return at;
  const parsed = new Date(at);
  return `${parsed.getFullYear()}-${String(parsed.getMonth() + 1).padStart(2, '0')}-${String(parsed.getDate()).padStart(2, '0')}`;
}
