/** Everything about one patient for that patient: put together in the background, saved where the person says. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { Download, PackageOpen } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { JobBar } from '../../components/JobBar.tsx';
import { Panel } from '../../components/Panel.tsx';
import { isRunning, useJob } from '../../core/jobs.ts';
import { useAct } from '../../core/queries.ts';
import { choose } from '../../core/shell.ts';
import { size } from '../../format/numbers.ts';

const madeShape = z.object({ handout: z.string(), files: z.number(), size: z.number() });

export function SubjectAccess({ patient }: { patient: PatientId }) {
  const { t } = useTranslation();
  const make = useAct('subjectAccess.make');
  const job = useJob(make.data?.job);
  const running = make.isPending || (job !== undefined && isRunning(job));
  const made = job?.state === 'done' ? madeShape.parse(job.result) : undefined;
  return (
    <Panel title={t('lifetime.record.subject')}>
      <Stack gap="sm">
        <Text c="dimmed">{t('lifetime.record.subjectMeaning')}</Text>
        {made ? (
          <Save key={made.handout} patient={patient} made={made} />
        ) : (
          <Group>
            <Button
              variant="default"
              leftSection={<PackageOpen size={16} aria-hidden />}
              loading={running}
              onClick={() => make.mutate({ patient })}
            >
              {t('lifetime.record.make')}
            </Button>
          </Group>
        )}
        {job && !made && <JobBar job={job} />}
        {make.isError && <ErrorNotice error={make.error} />}
      </Stack>
    </Panel>
  );
}

function Save({ patient, made }: { patient: PatientId; made: z.output<typeof madeShape> }) {
  const { t } = useTranslation();
  const save = useAct('subjectAccess.save');
  const [name, setName] = useState('');
  async function start() {
    const place = await choose('record-save');
    if (!place) return;
    setName(place.name);
    save.mutate({ patient, handout: made.handout, place: place.handle });
  }
  return (
    <>
      <Text>{t('lifetime.record.ready', { count: made.files, size: size(made.size) })}</Text>
      {save.isSuccess ? (
        <Text role="status">{t('lifetime.record.saved', { name })}</Text>
      ) : (
        <Group>
          <Button leftSection={<Download size={16} aria-hidden />} loading={save.isPending} onClick={() => void start()}>
            {t('lifetime.record.save')}
          </Button>
        </Group>
      )}
      {save.isError && <ErrorNotice error={save.error} meaning={t('lifetime.record.notSaved')} />}
    </>
  );
}
