/** Some groups of the code, typed back from the paper. */
import { Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormEnd } from '../../components/FormEnd.tsx';
import { useAct } from '../../core/queries.ts';

export function ConfirmCode({
  ask,
  onBack,
  onConfirmed,
}: {
  ask: readonly number[];
  onBack: () => void;
  onConfirmed: () => void;
}) {
  const { t } = useTranslation();
  const [groups, setGroups] = useState<Record<string, string>>({});
  const confirm = useAct('setup.confirmRecovery');
  function submit(event: FormEvent) {
    event.preventDefault();
    confirm.mutate({ groups }, { onSuccess: onConfirmed });
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text c="dimmed">{t('setup.confirmHint')}</Text>
        {ask.map((number, index) => (
          <TextInput
            key={number}
            label={t('setup.group', { number })}
            value={groups[number] ?? ''}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setGroups((now) => ({ ...now, [number]: value.trim().toUpperCase() }));
            }}
            styles={{ input: { fontFamily: 'var(--ll-mono)' } }}
            autoFocus={index === 0}
            autoComplete="off"
            required
            withAsterisk={false}
          />
        ))}
        <FormEnd act={confirm} does={t('setup.confirm')} leave={t('setup.showAgain')} onLeave={onBack} size="sm" />
      </Stack>
    </form>
  );
}
