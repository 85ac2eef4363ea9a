/** Signs in with the one-time code of an administrator; the own password is set in the same step, so that nobody else ever knew it. */
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person } from '../../../src-shared/contract/session.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAct } from '../../core/queries.ts';
import { FactorField } from './FactorField.tsx';

export function OneTimeForm({
  userName,
  lengthMin,
  onSignedIn,
}: {
  userName: string;
  lengthMin: number;
  onSignedIn: (person: Person) => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState(userName);
  const [oneTimeCode, setOneTimeCode] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const redeem = useAct('session.redeem');
  const differs = again !== password;
  const needsCode = redeem.error instanceof AppError && redeem.error.code === 'second-factor-required';

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (differs) return;
    redeem.mutate(
      { userName: name.trim(), oneTimeCode, newPassword: password, code: code ?? undefined },
      {
        onSuccess: ({ person }) => onSignedIn(person),
        onError: (error) => {
          if (error instanceof AppError && error.code === 'second-factor-required') setCode('');
        },
      },
    );
  }
  const visibility = { 'aria-label': t('signIn.showPassword') };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {code !== null ? (
          <FactorField who={name} value={code} onChange={setCode} />
        ) : (
          <>
            <Text c="dimmed">{t('signIn.oneTime.intro')}</Text>
            <TextInput
              label={t('signIn.userName')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              autoFocus={!userName}
              autoComplete="off"
              autoCapitalize="off"
              required
              withAsterisk={false}
            />
            <TextInput
              label={t('signIn.oneTime.code')}
              value={oneTimeCode}
              onChange={(event) => setOneTimeCode(event.currentTarget.value)}
              styles={{ input: { fontFamily: 'var(--ll-mono)' } }}
              autoFocus={userName !== ''}
              autoComplete="off"
              required
              withAsterisk={false}
            />
            <PasswordInput
              label={t('signIn.oneTime.newPassword')}
              description={t('setup.passwordRule', { count: lengthMin })}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              autoComplete="new-password"
              required
              withAsterisk={false}
              visibilityToggleButtonProps={visibility}
            />
            <PasswordInput
              label={t('signIn.oneTime.again')}
              value={again}
              onChange={(event) => setAgain(event.currentTarget.value)}
              error={tried && differs && t('signIn.oneTime.differs')}
              autoComplete="new-password"
              required
              withAsterisk={false}
              visibilityToggleButtonProps={visibility}
            />
          </>
        )}
        {redeem.error && !needsCode && <ErrorNotice error={redeem.error} />}
        <Button type="submit" size="sm" loading={redeem.isPending}>
          {t('signIn.oneTime.submit')}
        </Button>
      </Stack>
    </form>
  );
}
