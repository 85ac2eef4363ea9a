/** Checks the whole log on demand and says in a sentence what was found. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useAct } from '../../core/queries.ts';
import { count } from '../../format/numbers.ts';

export function Verify() {
  const { t } = useTranslation();
  const verify = useAct('audit.verify');
  return (
    <Panel
      title={t('audit.verify.title')}
      actions={
        <Button leftSection={<ShieldCheck size={16} aria-hidden />} loading={verify.isPending} onClick={() => verify.mutate({})}>
          {t('audit.verify.do')}
        </Button>
      }
    >
      <Stack gap="sm">
        {verify.data ? <Result of={verify.data} /> : <Text>{t('audit.verify.intro')}</Text>}
        {verify.isError && <ErrorNotice error={verify.error} onRetry={() => verify.mutate({})} />}
        <Group gap="xs">
          <Text c="dimmed" fz="sm">
            {t('audit.verify.export', { command: t('audit.verify.command') })}
          </Text>
        </Group>
      </Stack>
    </Panel>
  );
}

function Result({ of: { ok, entries, seals, firstBad } }: { of: Output<'audit.verify'> }) {
  const { t } = useTranslation();
  if (ok)
    return <Notice tone="good" title={t('audit.verify.good', { entries: count(entries), seals: count(seals) })} role="status" />;
  const { index = null, what = '' } = firstBad ?? {};
  return (
    <Notice
      tone="critical"
      title={index === null ? t('audit.verify.badPage', { what }) : t('audit.verify.bad', { index: count(index), what })}
      role="alert"
    >
      <Text>{t('audit.verify.badMeaning')}</Text>
    </Notice>
  );
}
