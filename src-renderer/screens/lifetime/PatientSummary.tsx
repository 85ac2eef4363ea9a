/** The International Patient Summary for whoever treats the patient next: to print, or for their program. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { FileDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { call } from '../../core/connection.ts';
import { saveHandout } from '../../core/handouts.ts';

const places = { 'ips-pdf': 'save-summary-pdf', ips: 'save-summary-json' } as const;

export function PatientSummary({ patient }: { patient: PatientId }) {
  const { t } = useTranslation();
  const make = useMutation({
    mutationFn: async (format: keyof typeof places) => {
      const { handout } = await call('records.exportSummary', { patient, format });
      return saveHandout(handout, places[format]);
    },
  });
  return (
    <Panel title={t('lifetime.record.summary')}>
      <Stack gap="sm">
        <Text c="dimmed">{t('lifetime.record.summaryMeaning')}</Text>
        <Group gap="sm">
          {(['ips-pdf', 'ips'] as const).map((format) => (
            <Button
              key={format}
              variant="default"
              leftSection={<FileDown size={16} aria-hidden />}
              loading={make.isPending && make.variables === format}
              disabled={make.isPending}
              onClick={() => make.mutate(format)}
            >
              {t(`lifetime.record.summaryAs.${format}`)}
            </Button>
          ))}
        </Group>
        {make.isError && <ErrorNotice error={make.error} meaning={t('lifetime.record.notSaved')} />}
        {make.data && <Text role="status">{t('lifetime.record.saved', { name: make.data })}</Text>}
      </Stack>
    </Panel>
  );
}
