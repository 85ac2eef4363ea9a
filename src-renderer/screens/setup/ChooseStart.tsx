/** The ways to begin. */
import { Button, Stack, Text } from '@mantine/core';
import { ArchiveRestore, FlaskConical, KeyRound, MonitorDown } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { JobBar } from '../../components/JobBar.tsx';
import { useJob } from '../../core/jobs.ts';
import { useAct } from '../../core/queries.ts';
import classes from './setup.module.css';

interface Props {
  onCreate: () => void;
  onBring: () => void;
  onRestore: () => void;
  onSampleReady: () => void;
}

export function ChooseStart({ onCreate, onBring, onRestore, onSampleReady }: Props) {
  const { t } = useTranslation();
  const sample = useAct('setup.sample');
  const job = useJob(sample.data?.job);
  const ready = job?.state === 'done';
  useEffect(() => {
    if (ready) onSampleReady();
  }, [ready, onSampleReady]);
  const making = sample.isPending || (sample.isSuccess && job?.state !== 'failed' && job?.state !== 'cancelled');
  return (
    <Stack gap="md">
      <Text c="dimmed" role="status">
        {t(making ? 'setup.sampleRunning' : 'setup.intro')}
      </Text>
      <div className={classes.ways}>
        <section className={classes.way}>
          <KeyRound size={22} strokeWidth={1.75} aria-hidden />
          <h2>{t('setup.createTitle')}</h2>
          <Text>{t('setup.createHint')}</Text>
          <Button size="sm" onClick={onCreate} disabled={making} autoFocus className={classes.foot}>
            {t('setup.create')}
          </Button>
        </section>
        <section className={classes.way}>
          <MonitorDown size={22} strokeWidth={1.75} aria-hidden />
          <h2>{t('setup.bring.title')}</h2>
          <Text>{t('setup.bring.hint')}</Text>
          <Button size="sm" variant="default" onClick={onBring} disabled={making} className={classes.foot}>
            {t('setup.bring.open')}
          </Button>
        </section>
        <section className={classes.way}>
          <ArchiveRestore size={22} strokeWidth={1.75} aria-hidden />
          <h2>{t('backup.restore.title')}</h2>
          <Text>{t('backup.restore.hint')}</Text>
          <Button size="sm" variant="default" onClick={onRestore} disabled={making} className={classes.foot}>
            {t('backup.restore.open')}
          </Button>
        </section>
        <section className={classes.way}>
          <FlaskConical size={22} strokeWidth={1.75} aria-hidden />
          <h2>{t('setup.sampleTitle')}</h2>
          <Text>{t('setup.sampleHint')}</Text>
          {making && job ? (
            <div className={classes.progress}>
              <JobBar job={job} />
            </div>
          ) : (
            <Button size="sm" variant="default" onClick={() => sample.mutate({})} loading={making} className={classes.foot}>
              {t('setup.sample')}
            </Button>
          )}
        </section>
      </div>
      {job && !making && <JobBar job={job} />}
      {sample.isError && <ErrorNotice error={sample.error} />}
    </Stack>
  );
}
