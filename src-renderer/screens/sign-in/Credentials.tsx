/** Name and password, then, where it is on, the second factor; and the way back to a session that is kept here. */
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { KeyRound, LogIn, UserRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person, Status } from '../../../src-shared/contract/session.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAct } from '../../core/queries.ts';
import { FactorField } from './FactorField.tsx';

interface Props {
  before: Person | undefined;
  kept: Status['kept'];
  names: readonly string[];
  ready: boolean;
  onSignedIn: (person: Person) => void;
  /** What was typed was a one-time code. */
  onOneTime: (userName: string) => void;
  /** This machine's key for the vault is gone: no password opens it here. */
  onRecover: () => void;
}

/** Failures that no other password mends. */
const KEY_GONE: readonly string[] = ['device-key-missing', 'device-key-wrong', 'keychain-changed'];

export function Credentials({ before, kept, names, ready, onSignedIn, onOneTime, onRecover }: Props) {
  const { t } = useTranslation();
  /** Whose session is opened again; null: a name is typed. */
  const [chosen, setChosen] = useState<Status['kept'][number] | null>(before ?? null);
  const [typedName, setTypedName] = useState((names.length === 1 ? names[0] : '') ?? '');
  const [password, setPassword] = useState('');
  const [step, setStep] = useState<'password' | 'code'>('password');
  const [code, setCode] = useState('');
  const signIn = useAct('session.signIn');
  const userName = chosen?.userName ?? typedName.trim();
  const failure = signIn.error && codeOf(signIn.error) !== 'second-factor-required' ? signIn.error : null;

  const keyGone = failure !== null && KEY_GONE.includes(codeOf(failure) ?? '');

  function submit(event: FormEvent) {
    event.preventDefault();
    signIn.mutate(
      { userName, password, code: step === 'code' ? code : undefined },
      {
        onSuccess: ({ person }) => onSignedIn(person),
        onError: (error) => {
          setCode('');
          if (codeOf(error) === 'second-factor-required') setStep('code');
          else if (codeOf(error) === 'own-password-needed') onOneTime(userName);
          // A wrong code is typed again without the password; anything else begins again.
          else if (step === 'password') setPassword('');
        },
      },
    );
  }
  function begin(next: Status['kept'][number] | null) {
    setChosen(next);
    setPassword('');
    setStep('password');
    signIn.reset();
  }

  const others = kept.filter((one) => one.id !== chosen?.id);
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {step === 'code' ? (
          <FactorField who={chosen?.displayName ?? userName} value={code} onChange={setCode} />
        ) : (
          <>
            {chosen ? (
              <strong>{chosen.displayName}</strong>
            ) : (
              <>
                <TextInput
                  label={t('signIn.userName')}
                  value={typedName}
                  onChange={(event) => setTypedName(event.currentTarget.value)}
                  autoFocus={typedName === ''}
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
            )}
            <PasswordInput
              key={chosen?.id}
              label={t('signIn.password')}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              autoFocus={userName !== ''}
              required
              withAsterisk={false}
              visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
            />
          </>
        )}
        {failure && <ErrorNotice error={failure} meaning={keyGone ? t('signIn.keyGone') : undefined} />}
        {keyGone && (
          <Button size="sm" onClick={onRecover} leftSection={<KeyRound size={16} aria-hidden />} autoFocus>
            {t('signIn.recover.title')}
          </Button>
        )}
        <Button
          type="submit"
          size="sm"
          variant={keyGone ? 'default' : 'filled'}
          loading={signIn.isPending}
          disabled={!ready}
          leftSection={<LogIn size={16} aria-hidden />}
        >
          {chosen ? t('signIn.unlock') : t('signIn.submit')}
        </Button>
        {step === 'code' && (
          <Button size="sm" variant="default" onClick={() => begin(chosen)}>
            {t('signIn.startAgain')}
          </Button>
        )}
        {step === 'password' && chosen && (
          <Button size="sm" variant="default" onClick={() => begin(null)}>
            {t('signIn.other')}
          </Button>
        )}
        {step === 'password' && others.length > 0 && (
          <Stack gap="xs" component="section" aria-label={t('signIn.switch.kept')}>
            <Text c="dimmed">{t('signIn.switch.kept')}</Text>
            {others.map((one) => (
              <Button
                key={one.id}
                size="sm"
                variant="default"
                justify="flex-start"
                leftSection={<UserRound size={16} aria-hidden />}
                onClick={() => begin(one)}
              >
                {t('signIn.switch.backTo', { name: one.displayName })}
              </Button>
            ))}
          </Stack>
        )}
      </Stack>
    </form>
  );
}

const codeOf = (error: unknown) => (error instanceof AppError ? error.code : undefined);
