/** Makes the breach report and saves it where the person says. */
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { FileDown } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { handout } from '../../../src-shared/contract/handouts.ts';
import type { Incident } from '../../../src-shared/contract/incidents.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { call } from '../../core/connection.ts';
import { saveHandout } from '../../core/handouts.ts';
import { jobResult } from '../../core/jobs.ts';

export function Report({ of: { id } }: { of: Incident }) {
  const { t } = useTranslation();
  const [measures, setMeasures] = useState('');
  const make = useMutation({
    mutationFn: async (format: 'pdf' | 'text') => {
      const { job } = await call('incidents.report', { incident: id, format, measures });
      const made = handout.parse(await jobResult(job));
      return saveHandout(made.handout, format === 'pdf' ? 'save-pdf' : 'save-text');
    },
  });
  return (
    <Panel title={t('incidents.report.title')}>
      <Stack gap="sm">
        <Text c="dimmed">{t('incidents.report.intro')}</Text>
        <Textarea
          label={t('incidents.report.measures')}
          autosize
          minRows={2}
          maxLength={10_000}
          value={measures}
          onChange={(event) => setMeasures(event.currentTarget.value)}
        />
        <Group gap="sm">
          {(['pdf', 'text'] as const).map((format) => (
            <Button
              key={format}
              variant={format === 'pdf' ? 'filled' : 'default'}
              leftSection={<FileDown size={16} aria-hidden />}
              loading={make.isPending && make.variables === format}
              disabled={make.isPending}
              onClick={() => make.mutate(format)}
            >
              {t(`incidents.report.${format}`)}
            </Button>
          ))}
        </Group>
        {make.isError && <ErrorNotice error={make.error} />}
        {make.data && <Notice tone="good" role="status" title={t('incidents.report.saved', { name: make.data })} />}
      </Stack>
    </Panel>
  );
}
