/** A list of the chart on a screen of its own, with its empty state and, where entries end, the choice between active and all. */
import { SegmentedControl, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChartItem, lists } from '../../../src-shared/contract/patients.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { useRead } from '../../core/queries.ts';
import { ItemTable } from './ItemTable.tsx';
import { isActive } from './status.ts';
import { usePatient } from './usePatient.ts';

interface Props {
  list: Exclude<(typeof lists)[number], 'readings' | 'immunizations' | 'procedures'>;
  since?: boolean;
  withEnded?: boolean;
  adding?: ReactNode;
  titleOf?: (item: ChartItem) => ReactNode;
  actions?: (item: ChartItem) => ReactNode;
}

export function ListPanel({ list, since, withEnded = false, adding, titleOf, actions }: Props) {
  const { t } = useTranslation();
  const patient = usePatient();
  const query = useRead('chart.list', { patient, list });
  const [shown, setShown] = useState('active');
  const title = t(`chart.tabs.${list}`);
  return (
    <Screen title={title} actions={adding}>
      <Panel
        title={
          <span role="status">
            {query.data &&
              (withEnded
                ? t('chart.list.activeOf', { active: query.data.items.filter(isActive).length, total: query.data.total })
                : t('chart.list.count', { count: query.data.total }))}
          </span>
        }
        flush
        actions={
          withEnded && (
            <SegmentedControl
              aria-label={t('chart.list.show')}
              value={shown}
              onChange={setShown}
              data={[
                { value: 'active', label: t('chart.list.active') },
                { value: 'all', label: t('chart.list.all') },
              ]}
            />
          )
        }
      >
        <Loaded
          query={query}
          what={title}
          lines={6}
          isEmpty={({ items, hidden }) => items.length === 0 && hidden === 0}
          empty={t(`chart.list.empty.${list}`)}
        >
          {({ items, total, hidden }) => {
            const chosen = withEnded && shown === 'active' ? items.filter(isActive) : items;
            return (
              <>
                {chosen.length > 0 ? (
                  <ItemTable label={title} items={chosen} since={since} titleOf={titleOf} actions={actions} />
                ) : (
                  <Text c="dimmed" px="lg" py="md">
                    {t('chart.list.emptyActive')}
                  </Text>
                )}
                {hidden > 0 && (
                  <Text c="dimmed" px="lg" py="sm">
                    {t('chart.labels.hidden', { count: hidden })}
                  </Text>
                )}
                {items.length < total && (
                  <Text c="dimmed" px="lg" py="sm">
                    {t('chart.list.shown', { shown: items.length, total })}
                  </Text>
                )}
              </>
            );
          }}
        </Loaded>
      </Panel>
    </Screen>
  );
}
