/** On Today, for those whom incidents concern. */
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useRead } from '../../core/queries.ts';
import { IncidentRows } from './IncidentRows.tsx';

export function TodayIncidents() {
  const { t } = useTranslation();
  const list = useRead('incidents.list', { show: 'waiting', limit: 8 });
  return (
    <Panel
      title={t('incidents.today.title')}
      count={list.data?.waiting}
      flush
      actions={list.data?.waiting ? <Link to="/incidents">{t('incidents.today.open')}</Link> : undefined}
    >
      <Loaded
        query={list}
        what={t('incidents.today.title')}
        lines={2}
        isEmpty={({ incidents }) => incidents.length === 0}
        empty={t('incidents.today.empty')}
      >
        {({ incidents }) => <IncidentRows rows={incidents} />}
      </Loaded>
    </Panel>
  );
}
