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
import { Missing } from './Missing.tsx';
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
  const putBack = useAct('backup.putBack');
  const acts = [run, create, verify, putBack];
  const started = acts.map((act) => act.data?.job).find((id) => id !== undefined);
  const job = useJob(state.data?.running ?? started);
  const busy = job !== undefined && isRunning(job);
  const beside = job?.state === 'done' && job.id === create.data?.job ? placeIn(job.result) : undefined;

  async function single() {
    const place = await choose('backup-save');
    if (!place) return;
    forgetOthers(create);
    create.mutate({ place: place.handle });
  }
  function now() {
    forgetOthers(run);
    run.mutate({});
  }
  function test(backup: string) {
    forgetOthers(verify);
    verify.mutate({ backup });
  }
  function bringBack(place?: string) {
    forgetOthers(putBack);
    putBack.mutate({ place });
  }
  async function bringBackFrom() {
    const file = await choose('backup-open');
    if (file) bringBack(file.handle);
  }
  function forgetOthers(but: (typeof acts)[number]) {
    for (const act of acts) if (act !== but) act.reset();
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
            {data.missing && (
              <Missing
                of={data.missing}
                stillMissing={putBack.isSuccess && job?.id === putBack.data.job && job.state === 'done'}
                onPutBack={may && !busy ? () => bringBack() : undefined}
                onChoose={may && !busy ? () => void bringBackFrom() : undefined}
              />
            )}
            {job && (busy || started === job.id) && <JobBar job={job} />}
            {beside !== undefined && (
              <Notice tone="doubt" title={t('backup.beside')} role="status">
                <Text>{t('backup.besideMeaning', { place: beside })}</Text>
              </Notice>
            )}
            {acts.map((act, index) => act.isError && <ErrorNotice key={index} error={act.error} />)}
            <Plan plan={data.plan} />
            {data.plan && data.plan.unlisted.length > 0 && <Unlisted backups={data.plan.unlisted} />}
            {data.backups.length > 0 && <BackupList backups={data.backups} onTest={may && !busy ? test : undefined} />}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

/** Of the result of a job as the core answers it. */
function placeIn(result: unknown): string | undefined {
  return typeof result === 'object' && result !== null && 'place' in result && typeof result.place === 'string'
    ? result.place
    : undefined;
}

function Summary({ of: { lastAt, lastTestedAt, plan, missing } }: { of: State }) {
  const { t } = useTranslation();
  const lacking = missing !== undefined && missing.lacks > 0;
  const tested = lastTestedAt
    ? t(lacking ? 'backup.testedLacking' : 'backup.tested', { tested: moment(lastTestedAt) })
    : t('backup.untested');
  const old = lastAt !== undefined && Date.now() - Date.parse(lastAt) > DAYS_MAX * DAY_MS;
  return (
    <Group gap="sm" align="stretch" grow wrap="wrap">
      {lastAt === undefined ? (
        <Notice tone="critical" title={t('backup.none')}>
          <Text>{t('backup.noneMeaning')}</Text>
        </Notice>
      ) : (
        <Notice
          tone={old ? 'critical' : lastTestedAt && !lacking ? 'good' : 'doubt'}
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
