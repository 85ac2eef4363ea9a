/** What watching over the log has raised, and the rules by which it watches. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Columns } from '../../components/Columns.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { useRead } from '../../core/queries.ts';
import { IncidentRows } from './IncidentRows.tsx';
import { Rules } from './Rules.tsx';

export function IncidentsScreen() {
  const { t } = useTranslation();
  const [show, setShow] = useState<'waiting' | 'all'>('waiting');
  const list = useRead('incidents.list', { show }, { keepPrevious: true });
  return (
    <Screen title={t('incidents.title')} intro={t('incidents.intro')}>
      <Columns>
        <Panel
          title={t('incidents.list')}
          count={show === 'all' ? list.data?.total : list.data?.waiting}
          flush
          actions={
            <SegmentedControl
              size="xs"
              aria-label={t('incidents.show.label')}
              value={show}
              onChange={(value) => setShow(value === 'all' ? 'all' : 'waiting')}
              data={[
                { value: 'waiting', label: t('incidents.show.waiting') },
                { value: 'all', label: t('incidents.show.all') },
              ]}
            />
          }
        >
          <Loaded
            query={list}
            what={t('incidents.list')}
            lines={6}
            isEmpty={({ incidents }) => incidents.length === 0}
            empty={t(show === 'all' ? 'incidents.emptyAll' : 'incidents.empty')}
          >
            {({ incidents }) => <IncidentRows rows={incidents} />}
          </Loaded>
        </Panel>
        <Rules />
      </Columns>
    </Screen>
  );
}
