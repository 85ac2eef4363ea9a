/** One batch: how far it is, what came of each picture, and its report. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { FileSpreadsheet, FileText, Play, Square, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchItem, BatchRow } from '../../../src-shared/contract/batches.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { JobBar } from '../../components/JobBar.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { VirtualTable } from '../../components/VirtualTable.tsx';
import { call } from '../../core/connection.ts';
import { saveHandout } from '../../core/handouts.ts';
import { isRunning, useJob } from '../../core/jobs.ts';
import { useAct, useRead } from '../../core/queries.ts';
import classes from './batch.module.css';

const SHOWN_MAX = 500;

export function BatchScreen() {
  const { t } = useTranslation();
  const { batch: id } = useParams({ from: '/batches/$batch' });
  const found = useRead('batches.get', { batch: id, limit: SHOWN_MAX }, { keepPrevious: true });
  const title = found.data?.batch.title ?? t('batch.title');
  return (
    <Screen
      title={title}
      intro={<Link to="/batches">{t('batch.back')}</Link>}
      actions={found.data && <Reports batch={found.data.batch} />}
    >
      <Loaded query={found} what={t('batch.results')} lines={8}>
        {({ batch, items }) => (
          <Stack gap="md">
            <Progress batch={batch} />
            <Panel title={t('batch.results')} count={batch.total} flush>
              <VirtualTable
                label={t('batch.results')}
                heads={(['name', 'state', 'result', 'ms'] as const).map((head) => t(`batch.heads.${head}`))}
                columns="minmax(10rem, 2fr) 6rem minmax(14rem, 3fr) 4rem"
                rows={items}
                keyOf={({ n }) => n}
                cells={(item) => [
                  <Name key="name" item={item} />,
                  t(`batch.itemStates.${item.state}`),
                  item.says ?? item.reason ?? '',
                  item.ms === undefined ? '' : Math.round(item.ms),
                ]}
              />
              {batch.total > SHOWN_MAX && (
                <Text c="dimmed" fz="sm" className="lamplight-inset">
                  {t('batch.more', { count: SHOWN_MAX })}
                </Text>
              )}
            </Panel>
            {batch.refused > 0 && <Text c="dimmed">{t('batch.refusedMeaning')}</Text>}
          </Stack>
        )}
      </Loaded>
    </Screen>
  );
}

function Name({ item: { name, patient, image } }: { item: BatchItem }) {
  if (!patient || !image) return <span className={classes.name}>{name}</span>;
  return (
    <Link to="/patient/$id/image/$image" params={{ id: patient, image }}>
      {name}
    </Link>
  );
}

function Progress({ batch }: { batch: BatchRow }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const resume = useAct('batches.resume');
  const stop = useAct('batches.stop');
  const remove = useAct('batches.remove');
  const job = useJob(batch.job ?? resume.data?.job);
  const of = { batch: batch.id };
  const waiting = batch.total - batch.read - batch.refused;
  const failed = resume.error ?? stop.error ?? remove.error;
  return (
    <Stack gap="sm">
      {job && (isRunning(job) || job.state === 'failed') && <JobBar job={job} />}
      <Group gap="md">
        <span className={classes.state} data-state={batch.state}>
          {t(`batch.states.${batch.state}`)}
        </span>
        <Text>{t('batch.counts', { count: batch.total, read: batch.read, refused: batch.refused })}</Text>
        {waiting > 0 && <Text c="dimmed">{t('batch.waits', { count: waiting })}</Text>}
        {batch.state === 'stopped' && (
          <Button leftSection={<Play size={16} aria-hidden />} loading={resume.isPending} onClick={() => resume.mutate(of)}>
            {t('batch.resume')}
          </Button>
        )}
        {batch.state === 'running' && (
          <Button
            variant="default"
            leftSection={<Square size={16} aria-hidden />}
            loading={stop.isPending}
            onClick={() => stop.mutate(of)}
          >
            {t('batch.stop')}
          </Button>
        )}
        {batch.state !== 'running' && (
          <Button
            variant="default"
            leftSection={<Trash2 size={16} aria-hidden />}
            loading={remove.isPending}
            aria-label={t('batch.removeOf', { title: batch.title })}
            onClick={() => remove.mutate(of, { onSuccess: () => void navigate({ to: '/batches' }) })}
          >
            {t('batch.remove')}
          </Button>
        )}
      </Group>
      {failed && <ErrorNotice error={failed} />}
    </Stack>
  );
}

function Reports({ batch }: { batch: BatchRow }) {
  const { t } = useTranslation();
  const [saved, setSaved] = useState<string | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function save(format: 'pdf' | 'csv') {
    setBusy(true);
    setFailed(null);
    setSaved(null);
    try {
      const { handout } = await call('batches.report', { batch: batch.id, format });
      setSaved(await saveHandout(handout, format === 'pdf' ? 'save-readings-pdf' : 'save-readings-csv'));
    } catch (thrown) {
      setFailed(thrown);
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      <Button variant="default" leftSection={<FileText size={16} aria-hidden />} loading={busy} onClick={() => void save('pdf')}>
        {t('batch.pdf')}
      </Button>
      <Button
        variant="default"
        leftSection={<FileSpreadsheet size={16} aria-hidden />}
        loading={busy}
        onClick={() => void save('csv')}
      >
        {t('batch.csv')}
      </Button>
      {saved !== null && <Notice tone="good" title={t('batch.saved', { name: saved })} role="status" />}
      {failed !== null && <ErrorNotice error={failed} />}
    </>
  );
}
