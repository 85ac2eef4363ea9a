/** Ends a problem, an allergy or a medicine, with a reason. It stays in the chart as ended. */
import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChartItem } from '../../../src-shared/contract/patients.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAct } from '../../core/queries.ts';
import { usePatient } from './usePatient.ts';

const types = ['Condition', 'MedicationRequest', 'MedicationStatement', 'AllergyIntolerance'] as const;

/** The type where entries of it can be ended. */
export function stoppable(type: string): (typeof types)[number] | undefined {
  return types.find((each) => each === type);
}

export function StopEntry({ item, onClose }: { item: ChartItem | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={item !== null}
      onClose={onClose}
      title={item && t('chart.stop.title', { title: item.title })}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      {item && <StopForm item={item} onClose={onClose} />}
    </Modal>
  );
}

function StopForm({ item, onClose }: { item: ChartItem; onClose: () => void }) {
  const { t } = useTranslation();
  const patient = usePatient();
  const stop = useAct('chart.stop');
  const [reason, setReason] = useState('');
  const type = stoppable(item.type);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (type) stop.mutate({ patient, type, id: item.id, reason: reason.trim() }, { onSuccess: onClose });
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Textarea
          label={t('chart.stop.reason')}
          description={t('chart.stop.reasonHint')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={300}
          autosize
          minRows={2}
          required
          withAsterisk={false}
          data-autofocus
        />
        {stop.isError && <ErrorNotice error={stop.error} />}
        <Group gap="sm">
          <Button type="submit" loading={stop.isPending} disabled={reason.trim() === ''}>
            {t('chart.stop.confirm')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('chart.stop.keep')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
