/** Opens a record, or what labels hide in it, in an emergency: with a reason, for 60 minutes, and the compliance officer knows. */
import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { ShieldAlert } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Notice } from '../../components/Notice.tsx';
import { ReasonField } from '../../components/ReasonField.tsx';
import { queryClient, useAct } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';

const codes = ['emergency', 'covering', 'public-health', 'other'] as const;
const REASON_LENGTH_MIN = 5;

interface Props {
  patient: PatientId;
  intro: string;
  /** Whose record it is. */
  who?: ReactNode;
  back: string;
  onBack: () => void;
  onBroken?: () => void;
}

export function GlassForm({ patient, intro, who, back, onBack, onBroken }: Props) {
  const { t } = useTranslation();
  const may = useMay('break-glass');
  const [code, setCode] = useState<(typeof codes)[number]>('emergency');
  const [reason, setReason] = useState('');
  const breakGlass = useAct('patients.breakGlass');
  function submit(event: FormEvent) {
    event.preventDefault();
    breakGlass.mutate(
      { patient, code, reason: reason.trim() },
      {
        onSuccess: () => {
          // Everything that was refused is asked for again.
          void queryClient.resetQueries({ predicate: (query) => query.state.status === 'error' });
          onBroken?.();
        },
      },
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {who}
        <Notice tone="doubt">
          <Text>{intro}</Text>
        </Notice>
        {may && (
          <>
            <NativeSelect
              label={t('chart.glass.code')}
              value={code}
              onChange={(event) => setCode(codes.find((each) => each === event.currentTarget.value) ?? 'other')}
              data={codes.map((each) => ({ value: each, label: t(`chart.glass.codes.${each}`) }))}
            />
            <ReasonField
              label={t('chart.glass.reason')}
              description={t('chart.glass.reasonHint')}
              value={reason}
              onChange={setReason}
              minRows={3}
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
          <Button variant="default" size="sm" onClick={onBack}>
            {back}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
