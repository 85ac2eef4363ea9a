/** How far a backup or a vault from elsewhere has come in, and the way to stop it: before there is a vault nobody is signed in who could. */
import { Button, Group, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { JobState } from '../../../src-shared/contract/wire.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useAct } from '../../core/queries.ts';
import { count } from '../../format/numbers.ts';

export function Copying({ job }: { job: JobState }) {
  const { t } = useTranslation();
  const cancel = useAct('setup.cancel');
  return (
    <div>
      <Group justify="space-between" align="flex-end" mb={4}>
        <Text role="status">
          {job.total > 0 ? t('setup.copying', { title: job.title, done: count(job.done), total: count(job.total) }) : job.title}
        </Text>
        <Button
          variant="default"
          onClick={() => cancel.mutate({ job: job.id })}
          loading={cancel.isPending || cancel.isSuccess}
          autoFocus
        >
          {t('do.cancel')}
        </Button>
      </Group>
      <Progress value={job.total > 0 ? (100 * job.done) / job.total : 0} aria-label={job.title} transitionDuration={150} />
      {cancel.isError && <ErrorNotice error={cancel.error} />}
    </div>
  );
}

/** What went wrong; that somebody has stopped it is no error. */
export function CopyFailure({ error, meaning }: { error: unknown; meaning?: string | undefined }) {
  const { t } = useTranslation();
  if (error instanceof AppError && error.code === 'cancelled')
    return <Notice tone="fact" title={t('setup.copyCancelled')} role="status" />;
  return <ErrorNotice error={error} meaning={meaning} />;
}
