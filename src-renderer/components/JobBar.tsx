/** Long work: what is done to what, how far, time left from the third second, cancel. */
import { ActionIcon, Group, Progress, Text } from '@mantine/core';
import { CircleAlert, CircleCheck, CircleSlash, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobState } from '../../src-shared/contract/wire.ts';
import { fromAnswer } from '../../src-shared/errors/index.ts';
import { isRunning } from '../core/jobs.ts';
import { useAct } from '../core/queries.ts';
import { count } from '../format/numbers.ts';
import { ErrorNotice } from './ErrorNotice.tsx';

const TIME_LEFT_AFTER_MS = 3000;

export function JobBar({ job }: { job: JobState }) {
  const { t } = useTranslation();
  const cancel = useAct('jobs.cancel');
  const running = isRunning(job);
  const left = useTimeLeft(job);
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Group gap={6} wrap="nowrap" miw={0}>
          <Sign state={job.state} />
          <Text truncate>{job.title}</Text>
        </Group>
        {running && (
          <ActionIcon
            aria-label={t('job.cancel', { title: job.title })}
            onClick={() => cancel.mutate({ job: job.id })}
            loading={cancel.isPending}
          >
            <X size={16} />
          </ActionIcon>
        )}
      </Group>
      {running && (
        <Progress
          value={job.total > 0 ? (100 * job.done) / job.total : 0}
          size="sm"
          aria-label={t('job.progress', { title: job.title })}
          my={4}
          transitionDuration={150}
        />
      )}
      <Group gap="sm" c="dimmed" fz="xs">
        <span>{t(`job.state.${job.state}`)}</span>
        {job.total > 0 && <span>{t('job.running', { done: count(job.done), total: count(job.total), unit: job.unit })}</span>}
        {running && left && <span>{left}</span>}
      </Group>
      {job.error && job.state === 'failed' && <ErrorNotice error={fromAnswer(job.error)} />}
    </div>
  );
}

function Sign({ state }: { state: JobState['state'] }) {
  if (state === 'done') return <CircleCheck size={16} color="var(--ll-green)" aria-hidden />;
  if (state === 'failed') return <CircleAlert size={16} color="var(--ll-red)" aria-hidden />;
  if (state === 'cancelled') return <CircleSlash size={16} color="var(--ll-quiet)" aria-hidden />;
  return null;
}

function useTimeLeft({ id, leftMs }: JobState): string | undefined {
  const { t } = useTranslation();
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    setSettled(false);
    const timer = setTimeout(() => setSettled(true), TIME_LEFT_AFTER_MS);
    return () => clearTimeout(timer);
  }, [id]);
  if (!settled || leftMs === null) return undefined;
  const seconds = Math.max(1, Math.round(leftMs / 1000));
  const time = seconds < 90 ? t('job.seconds', { count: seconds }) : t('job.minutes', { count: Math.round(seconds / 60) });
  return t('job.left', { time });
}
