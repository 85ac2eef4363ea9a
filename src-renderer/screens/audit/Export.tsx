/** Takes the log out: as lines that anybody can verify, as FHIR AuditEvents, or as a table. */
import { Button, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { FileDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Notice } from '../../components/Notice.tsx';
import { call } from '../../core/connection.ts';
import { saveHandout } from '../../core/handouts.ts';

const formats = { jsonl: 'save-jsonl', fhir: 'save-json', csv: 'save-csv' } as const;
type Format = keyof typeof formats;

/** The button and, below the head of the screen, what came of it. */
export function useExport() {
  const { t } = useTranslation();
  const take = useMutation({
    mutationFn: async (format: Format) => {
      const { handout } = await call('audit.take', { format });
      return saveHandout(handout, formats[format]);
    },
  });
  const button = (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button variant="default" leftSection={<FileDown size={16} aria-hidden />} loading={take.isPending}>
          {t('audit.export.do')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['jsonl', 'fhir', 'csv'] as const).map((format) => (
          <Menu.Item key={format} onClick={() => take.mutate(format)}>
            {t(`audit.export.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
  const outcome = (
    <>
      {take.isError && <ErrorNotice error={take.error} />}
      {take.data && <Notice tone="good" role="status" title={t('audit.export.saved', { name: take.data })} />}
    </>
  );
  return { button, outcome };
}
