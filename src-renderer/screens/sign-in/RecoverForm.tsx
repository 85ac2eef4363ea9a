/** Opens the vault with the printed recovery code or the hospital's escrow key, sets a new password, and shows the code that replaces the old one. */
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Recovered } from '../../components/Recovered.tsx';
import { emptyWayIn, WayIn, wayInput } from '../../components/WayIn.tsx';
import { useAct } from '../../core/queries.ts';

interface Props {
  userName: string;
  lengthMin: number;
  /** The vault is open and the new code stands here. */
  onOpened: () => void;
  onDone: () => void;
}

export function RecoverForm({ userName, lengthMin, onOpened, onDone }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState(userName);
  const [way, setWay] = useState(emptyWayIn);
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const recover = useAct('session.recover');
  if (recover.data) return <Recovered of={recover.data} onDone={onDone} />;
  const input = wayInput(way);
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (input) recover.mutate({ userName: name.trim(), ...input, newPassword: password }, { onSuccess: onOpened });
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
        <WayIn
          value={way}
          onChange={(next) => {
            if (next.byEscrow !== way.byEscrow) recover.reset();
            setWay(next);
          }}
          failure={recover.error}
          missing={tried && !input ? t('setup.needed') : undefined}
          autoFocus={userName !== ''}
          disabled={recover.isPending}
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
