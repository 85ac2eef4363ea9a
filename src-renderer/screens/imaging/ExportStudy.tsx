/** A study as a zip archive: as it is, or without names. Saved where the person says. */
import { ActionIcon, Button, Group, Modal, Radio, Stack, Text, Tooltip } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { FileDown } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { JobBar } from '../../components/JobBar.tsx';
import { Notice } from '../../components/Notice.tsx';
import { call } from '../../core/connection.ts';
import { saveHandout } from '../../core/handouts.ts';
import { isRunning, jobResult, useJob } from '../../core/jobs.ts';
import { useMay } from '../../core/session.tsx';
import classes from './toolbar.module.css';

const result = z.object({ handout: z.string(), files: z.number(), warnings: z.array(z.string()) });
const WARNINGS_SHOWN = 10;

export function ExportStudy({ patient, study }: { patient: PatientId; study: string }) {
  const { t } = useTranslation();
  const may = useMay('imaging.export');
  const [open, setOpen] = useState(false);
  const [how, setHow] = useState('original');
  const [id, setId] = useState<string>();
  const job = useJob(id);
  const make = useMutation({
    mutationFn: async () => {
      const started = await call('imaging.export', { patient, study, deidentify: how === 'deidentify' });
      setId(started.job);
      const { handout, warnings } = result.parse(await jobResult(started.job));
      return { name: await saveHandout(handout, 'save-zip'), warnings };
    },
  });
  if (!may || study === '') return null;
  return (
    <>
      <Tooltip label={t('imaging.export.title')} openDelay={400}>
        <ActionIcon variant="subtle" className={classes.act} aria-label={t('imaging.export.title')} onClick={() => setOpen(true)}>
          <FileDown size={18} strokeWidth={1.75} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t('imaging.export.title')}
        closeButtonProps={{ 'aria-label': t('do.close') }}
      >
        <Stack gap="md">
          <Radio.Group value={how} onChange={setHow} aria-label={t('imaging.export.title')}>
            <Stack gap="xs">
              <Radio value="original" label={t('imaging.export.original')} />
              <Radio value="deidentify" label={t('imaging.export.deidentify')} />
            </Stack>
          </Radio.Group>
          <Text size="sm">{t(how === 'deidentify' ? 'imaging.export.deidentifyMeans' : 'imaging.export.originalMeans')}</Text>
          {job && isRunning(job) && <JobBar job={job} />}
          {make.isError && <ErrorNotice error={make.error} />}
          {make.data?.name && <Notice tone="good" role="status" title={t('imaging.export.saved', { name: make.data.name })} />}
          {make.data && make.data.warnings.length > 0 && (
            <Notice tone="doubt" title={make.data.warnings.slice(0, WARNINGS_SHOWN).join(' ')} />
          )}
          <Group justify="flex-end">
            <Button loading={make.isPending} onClick={() => make.mutate()}>
              {t('imaging.export.go')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
