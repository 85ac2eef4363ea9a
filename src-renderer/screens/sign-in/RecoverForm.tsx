/** Opens the vault with the printed recovery code, sets a new password, and shows the code that replaces the old one. */
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { RecoveryCode } from '../../components/RecoveryCode.tsx';
import { useAct } from '../../core/queries.ts';

export function RecoverForm({ userName, lengthMin, onDone }: { userName: string; lengthMin: number; onDone: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(userName);
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const recover = useAct('session.recover');
  if (recover.data) {
    return (
      <Stack gap="md">
        <Text>{t('signIn.recover.newCode')}</Text>
        <RecoveryCode code={recover.data.recoveryCode} />
        <Button onClick={onDone}>{t('signIn.recover.kept')}</Button>
      </Stack>
    );
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    recover.mutate({ userName: name.trim(), recoveryCode: code, newPassword: password });
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text c="dimmed">{t('signIn.recover.intro')}</Text>
        <TextInput
          label={t('signIn.userName')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          withAsterisk={false}
          autoFocus={!userName}
        />
        <TextInput
          label={t('signIn.recover.code')}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--ll-mono)' } }}
          required
          withAsterisk={false}
          autoFocus={userName !== ''}
          autoComplete="off"
        />
        <PasswordInput
          label={t('signIn.recover.newPassword')}
          description={t('setup.passwordRule', { count: lengthMin })}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        />
        {recover.isError && <ErrorNotice error={recover.error} />}
        <Button type="submit" size="sm" loading={recover.isPending}>
          {t('signIn.recover.submit')}
        </Button>
      </Stack>
    </form>
  );
}
