/** Whether there is a backup that has been seen to come back, the plan by which they are made, and those that were made. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { HardDriveDownload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { JobBar } from '../../../components/JobBar.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { isRunning, useJob } from '../../../core/jobs.ts';
import { useAct, useRead } from '../../../core/queries.ts';
import { useMay } from '../../../core/session.tsx';
import { choose } from '../../../core/shell.ts';
import { moment } from '../../../format/dates.ts';
import { BackupList } from './BackupList.tsx';
import { Plan } from './Plan.tsx';
import { Unlisted } from './Unlisted.tsx';

type State = Output<'backup.state'>;

/** Older than this a backup is said to be too old, here and in the check of compliance. */
const DAYS_MAX = 7;
const DAY_MS = 86_400_000;

export function BackupPanel() {
  const { t } = useTranslation();
  const may = useMay('backup');
  const state = useRead('backup.state', {});
  const run = useAct('backup.run');
  const create = useAct('backup.create');
  const verify = useAct('backup.verify');
  const started = verify.data?.job ?? create.data?.job ?? run.data?.job;
  const job = useJob(state.data?.running ?? started);
  const busy = job !== undefined && isRunning(job);

  async function single() {
    const place = await choose('backup-save');
    if (!place) return;
    for (const act of [run, verify]) act.reset();
    create.mutate({ place: place.handle });
  }
  function now() {
    for (const act of [create, verify]) act.reset();
    run.mutate({});
  }
  function test(backup: string) {
    for (const act of [create, run]) act.reset();
    verify.mutate({ backup });
  }
  return (
    <Panel
      title={t('backup.title')}
      actions={
        may &&
        state.data && (
          <>
            <Button variant="default" onClick={() => void single()} disabled={busy}>
              {t('backup.single')}
            </Button>
            {state.data.plan && (
              <Button
                leftSection={<HardDriveDownload size={16} aria-hidden />}
                onClick={now}
                disabled={busy}
                loading={run.isPending}
              >
                {t('backup.run')}
              </Button>
            )}
          </>
        )
      }
    >
      <Loaded query={state} what={t('backup.title')} lines={4}>
        {(data) => (
          <Stack gap="md">
            <Summary of={data} />
            {job && (busy || started === job.id) && <JobBar job={job} />}
            {[run, create, verify].map((act, index) => act.isError && <ErrorNotice key={index} error={act.error} />)}
            <Plan plan={data.plan} />
            {data.plan && data.plan.unlisted.length > 0 && <Unlisted backups={data.plan.unlisted} />}
            {data.backups.length > 0 && <BackupList backups={data.backups} onTest={may && !busy ? test : undefined} />}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function Summary({ of: { lastAt, lastTestedAt, plan } }: { of: State }) {
  const { t } = useTranslation();
  const tested = lastTestedAt ? t('backup.tested', { tested: moment(lastTestedAt) }) : t('backup.untested');
  const old = lastAt !== undefined && Date.now() - Date.parse(lastAt) > DAYS_MAX * DAY_MS;
  return (
    <Group gap="sm" align="stretch" grow wrap="wrap">
      {lastAt === undefined ? (
        <Notice tone="critical" title={t('backup.none')}>
          <Text>{t('backup.noneMeaning')}</Text>
        </Notice>
      ) : (
        <Notice
          tone={old ? 'critical' : lastTestedAt ? 'good' : 'doubt'}
          title={t(old ? 'backup.old' : 'backup.good', { last: moment(lastAt) })}
        >
          {old && <Text>{t('backup.oldMeaning', { count: DAYS_MAX })}</Text>}
          <Text>{tested}</Text>
        </Notice>
      )}
      {plan?.failure && plan.failedAt && (
        <Notice tone="doubt" title={t('backup.failed', { at: moment(plan.failedAt) })}>
          <Text>{plan.failure}</Text>
        </Notice>
      )}
      {plan && plan.unreadable.length > 0 && (
        <Notice tone="doubt" title={t('backup.unreadable', { count: plan.unreadable.length })}>
          <Text>{t('backup.unreadableMeaning', { names: plan.unreadable.join(', ') })}</Text>
        </Notice>
      )}
    </Group>
  );
}
