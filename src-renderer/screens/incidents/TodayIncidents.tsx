/** On Today, for those whom incidents concern, as soon as one waits. */
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useRead } from '../../core/queries.ts';
import { IncidentRows } from './IncidentRows.tsx';

export function TodayIncidents() {
  const { t } = useTranslation();
  const list = useRead('incidents.list', { show: 'waiting', limit: 8 });
  // It comes before a clinician's own work, so it takes room for what waits alone.
  if (!list.isError && !list.data?.waiting) return null;
  return (
    <Panel
      title={t('incidents.today.title')}
      count={list.data?.waiting}
      flush
      actions={list.data?.waiting ? <Link to="/incidents">{t('incidents.today.open')}</Link> : undefined}
    >
      <Loaded query={list} what={t('incidents.today.title')} lines={2}>
        {({ incidents }) => <IncidentRows rows={incidents} />}
      </Loaded>
    </Panel>
  );
}
