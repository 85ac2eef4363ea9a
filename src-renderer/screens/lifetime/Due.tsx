/** What has been kept long enough: to be kept on with a reason, or destroyed. */
import { Button, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Due as DueRow } from '../../../src-shared/contract/lifetime.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { HeadedTable } from '../../components/HeadedTable.tsx';
import { JobBar } from '../../components/JobBar.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ReasonForm } from '../../components/ReasonForm.tsx';
import { Born, When } from '../../components/When.tsx';
import { isRunning, useJob } from '../../core/jobs.ts';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { day, moment } from '../../format/dates.ts';
import { Erase } from './Erase.tsx';
import classes from './lifetime.module.css';

/** A line with its patient, and what is to be done with it. */
type Doing = { what: 'keep' | 'erase' | 'purge'; row: DueRow & { patient: PatientId } };

export function Due() {
  const { t } = useTranslation();
  const due = useRead('retention.list', {});
  const check = useAct('retention.check');
  const job = useJob(check.data?.job);
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  return (
    <Panel
      title={t('lifetime.due.title')}
      count={due.data?.total}
      flush
      actions={
        <>
          {due.data && (
            <Text c="dimmed" fz="sm">
              {due.data.lastCheck ? t('lifetime.due.lastCheck', { at: moment(due.data.lastCheck) }) : t('lifetime.due.never')}
            </Text>
          )}
          <Button
            variant="default"
            loading={check.isPending || (job !== undefined && isRunning(job))}
            onClick={() => check.mutate({})}
          >
            {t('lifetime.due.check')}
          </Button>
        </>
      }
    >
      {check.isError && <ErrorNotice error={check.error} />}
      {job?.state === 'failed' && <JobBar job={job} />}
      <Loaded query={due} what={t('lifetime.due.title')} isEmpty={(data) => data.total === 0} empty={t('lifetime.due.empty')}>
        {(data) => (
          <>
            <HeadedTable
              heads={[
                t('lifetime.due.heads.record'),
                t('lifetime.due.heads.rule'),
                t('lifetime.due.heads.last'),
                t('lifetime.due.heads.since'),
                t('lifetime.due.heads.state'),
              ]}
              acts={t('lifetime.due.heads.do')}
            >
              {data.due.map((row) => (
                <Line key={`${row.rule} ${row.patient ?? row.dueSince} ${row.removal ?? ''}`} row={row} onDo={setDoing} />
              ))}
            </HeadedTable>
            {data.due.length < data.total && (
              <Text c="dimmed" px="lg" py="sm">
                {t('lifetime.due.shown', { shown: data.due.length, total: data.total })}
              </Text>
            )}
          </>
        )}
      </Loaded>
      {doing?.what === 'keep' && <Keep row={doing.row} onClose={close} />}
      {doing?.what === 'purge' && <Purge row={doing.row} onClose={close} />}
      {doing?.what === 'erase' && <Erase patient={doing.row.patient} ground="retention-ended" onClose={close} />}
    </Panel>
  );
}

function Line({ row, onDo }: { row: DueRow; onDo: (doing: Doing) => void }) {
  const { t } = useTranslation();
  const may = useMay('lifetime.decide');
  const { patient } = row;
  const name = row.patientName ?? patient ?? '';
  const ofPatient = row.rule === 'adult-record' || row.rule === 'child-record' || row.rule === 'removed';
  // A removed patient goes as a whole.
  const whole = row.removal === undefined || row.removal.startsWith('Patient/');
  return (
    <Table.Tr>
      <Table.Td>
        {patient ? (
          <>
            <Text fw={600}>{whole ? name : t('lifetime.due.removedOf', { what: row.title ?? '', name })}</Text>
            {row.birthDate && (
              <Text c="dimmed" fz="xs">
                <Born date={row.birthDate} />
              </Text>
            )}
          </>
        ) : (
          <Text>{ofPatient ? t('lifetime.due.others') : t('lifetime.due.rows', { count: row.count })}</Text>
        )}
      </Table.Td>
      <Table.Td>{t(`lifetime.rules.names.${row.rule}`)}</Table.Td>
      <Table.Td>{row.lastEntry && <When at={row.lastEntry} dayOnly />}</Table.Td>
      <Table.Td>
        <When at={row.dueSince} dayOnly />
      </Table.Td>
      <Table.Td>
        {row.hold
          ? t('lifetime.due.held')
          : row.keptUntil
            ? t('lifetime.due.kept', { date: day(row.keptUntil), reason: row.keptReason ?? '' })
            : ofPatient
              ? t('lifetime.due.open')
              : t('lifetime.due.log')}
      </Table.Td>
      <Table.Td>
        {may && patient && (
          <div className={classes.actions}>
            <Button
              variant="default"
              size="compact-sm"
              aria-label={t('lifetime.due.keepNamed', { name })}
              onClick={() => onDo({ what: 'keep', row: { ...row, patient } })}
            >
              {t('lifetime.due.keep')}
            </Button>
            <Button
              variant="default"
              size="compact-sm"
              disabled={row.hold}
              aria-label={t(whole ? 'lifetime.due.eraseNamed' : 'lifetime.due.purgeNamed', { name })}
              onClick={() => onDo({ what: whole ? 'erase' : 'purge', row: { ...row, patient } })}
            >
              {t(whole ? 'lifetime.due.erase' : 'lifetime.due.purge')}
            </Button>
          </div>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Keep({ row, onClose }: { row: Doing['row']; onClose: () => void }) {
  const { t } = useTranslation();
  const keep = useAct('retention.keep');
  const [until, setUntil] = useState('');
  return (
    <ReasonForm
      title={t('lifetime.keep.title', { name: row.patientName ?? row.patient })}
      label={t('lifetime.keep.reason')}
      hint={t('lifetime.keep.reasonHint')}
      confirm={t('lifetime.keep.confirm')}
      act={keep}
      ready={until !== ''}
      onClose={onClose}
      onSubmit={(reason) => keep.mutate({ patient: row.patient, rule: row.rule, until, reason }, { onSuccess: onClose })}
    >
      <TextInput
        type="date"
        label={t('lifetime.keep.until')}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
        required
        withAsterisk={false}
        maw="12rem"
      />
    </ReasonForm>
  );
}

function Purge({ row, onClose }: { row: Doing['row']; onClose: () => void }) {
  const { t } = useTranslation();
  const purge = useAct('retention.purge');
  return (
    <ReasonForm
      title={t('lifetime.purge.title', { name: row.patientName ?? row.patient })}
      meaning={t('lifetime.purge.meaning')}
      label={t('lifetime.purge.reason')}
      confirm={t('lifetime.purge.confirm')}
      danger
      act={purge}
      onClose={onClose}
      onSubmit={(reason) => purge.mutate({ patient: row.patient, removal: row.removal ?? '', reason }, { onSuccess: onClose })}
    />
  );
}
