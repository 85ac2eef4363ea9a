/** Not in the care team: in an emergency the record opens with a reason, for 60 minutes, and the compliance officer knows. */
import { Button, Group, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { ShieldAlert } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import type { PatientId, PatientRow } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Notice } from '../../components/Notice.tsx';
import { PatientLine } from '../../components/PatientLine.tsx';
import { Screen } from '../../components/Screen.tsx';
import { queryClient, useAct } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';

const codes = ['emergency', 'covering', 'public-health', 'other'] as const;
const REASON_LENGTH_MIN = 5;

export function BreakGlass({ patient }: { patient: PatientId }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useMay('break-glass');
  const row = foundBefore(patient);
  const [code, setCode] = useState<(typeof codes)[number]>('emergency');
  const [reason, setReason] = useState('');
  const breakGlass = useAct('patients.breakGlass');
  function submit(event: FormEvent) {
    event.preventDefault();
    // Everything that was refused is asked for again.
    breakGlass.mutate(
      { patient, code, reason: reason.trim() },
      { onSuccess: () => void queryClient.resetQueries({ predicate: (query) => query.state.status === 'error' }) },
    );
  }
  return (
    <Screen title={t('chart.glass.title')} narrow>
      <form onSubmit={submit}>
        <Stack gap="md">
          {row && <PatientLine row={row} />}
          <Notice tone="doubt">
            <Text>{t('chart.glass.intro')}</Text>
          </Notice>
          {may && (
            <>
              <NativeSelect
                label={t('chart.glass.code')}
                value={code}
                onChange={(event) => setCode(codes.find((each) => each === event.currentTarget.value) ?? 'other')}
                data={codes.map((each) => ({ value: each, label: t(`chart.glass.codes.${each}`) }))}
              />
              <Textarea
                label={t('chart.glass.reason')}
                description={t('chart.glass.reasonHint')}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
                minRows={3}
                autosize
                maxLength={500}
              />
            </>
          )}
          {breakGlass.isError && <ErrorNotice error={breakGlass.error} />}
          <Group gap="sm">
            {may && (
              <Button
                type="submit"
                color="red"
                size="sm"
                leftSection={<ShieldAlert size={16} aria-hidden />}
                loading={breakGlass.isPending}
                disabled={reason.trim().length < REASON_LENGTH_MIN}
              >
                {t('chart.glass.submit')}
              </Button>
            )}
            <Button variant="default" size="sm" onClick={() => void navigate({ to: '/patients' })}>
              {t('chart.glass.back')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Screen>
  );
}

/** The line by which the person came here, so that they see whose glass they break. */
function foundBefore(patient: PatientId): PatientRow | undefined {
  const searches = queryClient.getQueriesData<Output<'patients.search'>>({ queryKey: ['patients.search'] });
  return searches.flatMap(([, found]) => found?.results ?? []).find(({ id }) => id === patient);
}
