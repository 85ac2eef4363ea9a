/** Whoever sits at an open screen shows that they are who is signed in, before what guards the sign-in is changed. */
import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../core/session.tsx';
import { ErrorNotice } from './ErrorNotice.tsx';

interface Props {
  /** Whether a code of the present second factor is asked for beside the password. */
  askCode: boolean;
  submit: string;
  pending: boolean;
  error: Error | null;
  onProof: (proof: { password: string; code: string }) => void;
  onCancel?: () => void;
}

export function ItIsMe({ askCode, submit, pending, error, onProof, onCancel }: Props) {
  const { t } = useTranslation();
  const { person } = useSession();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  function send(event: FormEvent) {
    event.preventDefault();
    onProof({ password, code: code.trim() });
    // A typed password stays nowhere longer than it is needed, and a code is good once.
    setPassword('');
    setCode('');
  }
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <PasswordInput
          label={t('settings.factor.password', { name: person.displayName })}
          description={t('settings.factor.passwordHint')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
          autoComplete="off"
          required
          withAsterisk={false}
          data-autofocus
        />
        {askCode && (
          <CodeInput
            label={t('settings.factor.present')}
            hint={t('settings.factor.presentHint')}
            value={code}
            onChange={setCode}
          />
        )}
        {error && <ErrorNotice error={error} />}
        <Group gap="sm">
          <Button type="submit" loading={pending}>
            {submit}
          </Button>
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {t('do.cancel')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

interface CodeProps {
  label: string;
  hint: string;
  value: string;
  onChange: (code: string) => void;
  autoFocus?: boolean;
}

export function CodeInput({ label, hint, value, onChange, autoFocus }: CodeProps) {
  return (
    <TextInput
      label={label}
      description={hint}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      styles={{ input: { fontFamily: 'var(--ll-mono)' } }}
      autoComplete="one-time-code"
      maxLength={20}
      required
      withAsterisk={false}
      autoFocus={autoFocus}
    />
  );
}
