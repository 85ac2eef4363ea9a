/** What waits for me: drafts, readings to decide, work under way, conflicts, and the charts I opened last. */
import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { Search, UserPlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Column, Columns } from '../../components/Columns.tsx';
import { JobRow } from '../../components/JobRow.tsx';
import { Empty, Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PatientLine } from '../../components/PatientLine.tsx';
import { RowLink } from '../../components/RowLink.tsx';
import { Screen } from '../../components/Screen.tsx';
import { When } from '../../components/When.tsx';
import { isRunning, useJobs } from '../../core/jobs.ts';
import { useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { clock } from '../../format/dates.ts';
import { TodayIncidents } from '../incidents/TodayIncidents.tsx';
import { ModelAlarms } from '../settings/models/ModelAlarms.tsx';
import { UnreadReadings } from './UnreadReadings.tsx';

export function TodayScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const maySearch = useMay('patient.search');
  const mayRegister = useMay('patient.register');
  const mayDecide = useMay('reading.decide');
  const mayIncidents = useMay('incident.read');
  const maySettle = useMay('sync.settle');
  const mayWatchModels = useMay('model.watch');
  return (
    <Screen
      title={t('today.title')}
      actions={
        <>
          {maySearch && (
            <Button
              variant="default"
              leftSection={<Search size={16} aria-hidden />}
              onClick={() => void navigate({ to: '/patients' })}
            >
              {t('today.find')}
            </Button>
          )}
          {mayRegister && (
            <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => void navigate({ to: '/patients/new' })}>
              {t('today.register')}
            </Button>
          )}
        </>
      }
    >
      <Columns>
        <Column>
          {mayIncidents && <TodayIncidents />}
          {mayDecide && <UnreadReadings />}
          {maySearch && <Recent />}
        </Column>
        <Column>
          <MyDrafts />
          <Jobs />
          {maySettle && <Conflicts />}
          {mayWatchModels && <ModelAlarms />}
        </Column>
      </Columns>
    </Screen>
  );
}

function Recent() {
  const { t } = useTranslation();
  const recent = useRead('patients.recent', { limit: 12 }, { anew: true });
  return (
    <Panel title={t('today.recent')} flush>
      <Loaded
        query={recent}
        what={t('today.recent')}
        isEmpty={(data) => data.results.length === 0}
        empty={t('today.recentEmpty')}
      >
        {(data) =>
          data.results.map((row) => (
            <RowLink
              key={row.id}
              to="/patient/$id"
              params={{ id: row.id }}
              aside={t('today.openedAt', { time: clock(row.openedAt) })}
            >
              <PatientLine row={row} identifiersMax={1} />
            </RowLink>
          ))
        }
      </Loaded>
    </Panel>
  );
}

function MyDrafts() {
  const { t } = useTranslation();
  const drafts = useRead('drafts.list', {});
  return (
    <Panel title={t('today.drafts')} count={drafts.data?.drafts.length} flush>
      <Loaded query={drafts} what={t('today.drafts')} isEmpty={(data) => data.drafts.length === 0} empty={t('today.draftsEmpty')}>
        {(data) =>
          data.drafts.map((draft) => (
            <RowLink key={draft.key} {...draftTarget(draft)} aside={<When at={draft.savedAt} />}>
              {draft.patientName
                ? t('today.draftOf', { title: draft.title || t('today.untitled'), patient: draft.patientName })
                : draft.title || t('today.untitled')}
            </RowLink>
          ))
        }
      </Loaded>
    </Panel>
  );
}

function Jobs() {
  const { t } = useTranslation();
  const running = useJobs().filter(isRunning);
  return (
    <Panel title={t('today.jobs')}>
      {running.length === 0 ? <Empty>{t('today.jobsEmpty')}</Empty> : running.map((job) => <JobRow key={job.id} job={job} />)}
    </Panel>
  );
}

function Conflicts() {
  const { t } = useTranslation();
  const conflicts = useRead('sync.conflicts', {});
  return (
    <Panel
      title={t('today.conflicts')}
      count={conflicts.data?.conflicts.length}
      actions={conflicts.data?.conflicts.length ? <Link to="/sync">{t('today.settle')}</Link> : undefined}
      flush
    >
      <Loaded
        query={conflicts}
        what={t('today.conflicts')}
        lines={1}
        isEmpty={(data) => data.conflicts.length === 0}
        empty={t('today.conflictsEmpty')}
      >
        {(data) =>
          data.conflicts.map((conflict) => (
            <RowLink key={conflict.id} to="/sync" aside={<When at={conflict.at} />}>
              {conflict.patientName ?? conflict.type}
            </RowLink>
          ))
        }
      </Loaded>
    </Panel>
  );
}

/** Where a draft goes on: its key says what it belongs to. */
function draftTarget({ key, patient }: { key: string; patient?: string }) {
  if (patient && key.startsWith('note:')) return { to: '/patient/$id/notes/new', params: { id: patient } } as const;
  if (patient) return { to: '/patient/$id', params: { id: patient } } as const;
  return { to: '/patients/new' } as const;
}
