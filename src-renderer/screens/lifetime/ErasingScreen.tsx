/** An erasure under way: it does not stand on the chart, because the chart is what goes. Ends at the proof. */
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { JobBar } from '../../components/JobBar.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { useJobs } from '../../core/jobs.ts';

const resultShape = z.object({ id: z.string() });

export function ErasingScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { job: id } = useParams({ from: '/retention/erasing/$job' });
  const job = useJobs().find((one) => one.id === id);
  const proof = job?.state === 'done' ? resultShape.parse(job.result).id : undefined;
  useEffect(() => {
    if (proof) void navigate({ to: '/retention/proof/$id', params: { id: proof }, replace: true });
  }, [proof, navigate]);
  return (
    <Screen title={t('lifetime.erase.under')}>
      <Panel title={t('lifetime.erase.under')}>{job && <JobBar job={job} />}</Panel>
    </Screen>
  );
}
