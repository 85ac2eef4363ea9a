/** Sign in, or come back to a locked session. Nothing of what was open shows through. */
import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { LogIn } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person, Status } from '../../../src-shared/contract/session.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { Door } from '../../components/Door.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useAct } from '../../core/queries.ts';
import { useCoreFailed } from '../../core/shell.ts';
import { RecoverForm } from './RecoverForm.tsx';

interface Props {
  /** Undefined while the core is starting again. */
  status: Status | undefined;
  /** Who locked the session and comes back to it. */
  before: Person | undefined;
  onSignedIn: (person: Person) => void;
}

export function SignInScreen({ status, before, onSignedIn }: Props) {
  const { t } = useTranslation();
  const cameBack = before !== undefined;
  const [recovering, setRecovering] = useState(false);
  const failed = useCoreFailed();
  const restarted = cameBack && !status?.session;
  return (
    <Door
      title={recovering ? t('signIn.recover.title') : cameBack ? t('signIn.locked') : t('signIn.title')}
      clinic={status?.clinic}
      sample={status?.sample}
    >
      {failed && <Notice tone="critical" title={t('signIn.coreFailed')} role="alert" />}
      {!failed && !status && <Notice tone="doubt" title={t('frame.core.lost')} role="status" />}
      {cameBack && status && <Notice tone="fact">{restarted ? t('signIn.backHint') : t('signIn.lockedHint')}</Notice>}
      {status?.sample && !recovering && <Notice tone="fact">{t('signIn.sampleHint')}</Notice>}
      {!failed && (
        <>
          {recovering ? (
            <RecoverForm
              userName={before?.userName ?? ''}
              lengthMin={status?.passwordLengthMin ?? 0}
              onDone={() => setRecovering(false)}
            />
          ) : (
            <Credentials
              key={before?.userName}
              before={before}
              names={status?.userNames ?? []}
              ready={status !== undefined}
              onSignedIn={onSignedIn}
            />
          )}
          <Anchor component="button" type="button" onClick={() => setRecovering(!recovering)}>
            {recovering ? t('signIn.withPassword') : t('signIn.forgot')}
          </Anchor>
        </>
      )}
    </Door>
  );
}

interface CredentialsProps {
  before: Person | undefined;
  names: readonly string[];
  ready: boolean;
  onSignedIn: (person: Person) => void;
}

function Credentials({ before, names, ready, onSignedIn }: CredentialsProps) {
  const { t } = useTranslation();
  const [other, setOther] = useState(before === undefined);
  const [userName, setUserName] = useState(before?.userName ?? (names.length === 1 ? names[0] : '') ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const signIn = useAct('session.signIn');
  const needsCode = signIn.error instanceof AppError && signIn.error.code === 'second-factor-required';
  const [askCode, setAskCode] = useState(false);
  useEffect(() => {
    if (needsCode) setAskCode(true);
  }, [needsCode]);

  function submit(event: FormEvent) {
    event.preventDefault();
    signIn.mutate(
      { userName: userName.trim(), password, code: askCode && code ? code : undefined },
      { onSuccess: ({ person }) => onSignedIn(person), onSettled: () => setPassword('') },
    );
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {other ? (
          <>
            <TextInput
              label={t('signIn.userName')}
              value={userName}
              onChange={(event) => setUserName(event.currentTarget.value)}
              autoFocus={userName === ''}
              autoComplete="off"
              autoCapitalize="off"
              list={names.length > 0 ? 'names' : undefined}
              required
              withAsterisk={false}
            />
            {names.length > 0 && (
              <datalist id="names">
                {names.map((name) => (
                  <option key={name} value={name} />
                ))}
              </datalist>
            )}
          </>
        ) : (
          <strong>{before?.displayName}</strong>
        )}
        <PasswordInput
          label={t('signIn.password')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoFocus={userName !== ''}
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        />
        {askCode && (
          <TextInput
            label={t('signIn.code')}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            inputMode="numeric"
            autoComplete="one-time-code"
          />
        )}
        {signIn.isError && <ErrorNotice error={signIn.error} />}
        <Button
          type="submit"
          size="sm"
          loading={signIn.isPending}
          disabled={!ready}
          leftSection={<LogIn size={16} aria-hidden />}
        >
          {before && !other ? t('signIn.unlock') : t('signIn.submit')}
        </Button>
        {before && !other && (
          <Button variant="default" onClick={() => setOther(true)}>
            {t('signIn.other')}
          </Button>
        )}
      </Stack>
    </form>
  );
}
