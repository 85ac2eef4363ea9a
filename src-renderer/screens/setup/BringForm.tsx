/** A vault from another computer: its folder, then recovery code or escrow key, and a new password for the one who brings it. */
import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Recovered } from '../../components/Recovered.tsx';
import { emptyWayIn, WayIn, wayInput } from '../../components/WayIn.tsx';
import { call } from '../../core/connection.ts';
import { useRunningJob } from '../../core/jobs.ts';
import { useAct } from '../../core/queries.ts';
import { choose } from '../../core/shell.ts';
import { count, size } from '../../format/numbers.ts';
import { CopyFailure, Copying } from './Copying.tsx';

interface Found {
  handle: string;
  name: string;
  vault: Output<'setup.lookAtVault'>;
}

export function BringForm({ lengthMin, onBack, onDone }: { lengthMin: number; onBack: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const [found, setFound] = useState<Found>();
  const [notFound, setNotFound] = useState<unknown>();
  const [userName, setUserName] = useState('');
  const [password, setPassword] = useState('');
  const [way, setWay] = useState(emptyWayIn);
  const [tried, setTried] = useState(false);
  const bring = useAct('setup.bringVault');
  const copying = useRunningJob('bring');
  if (bring.data) return <Recovered of={bring.data} onDone={onDone} />;

  const input = wayInput(way);
  const missing = lengthMin - [...password].length;
  const errors = {
    userName: userName.trim() ? undefined : t('setup.needed'),
    password: missing > 0 ? t('setup.strength.short', { count: missing }) : undefined,
  };

  async function look() {
    const chosen = await choose('vault-folder');
    if (!chosen) return;
    setNotFound(undefined);
    bring.reset();
    try {
      setFound({ ...chosen, vault: await call('setup.lookAtVault', { folder: chosen.handle }) });
    } catch (thrown) {
      setFound(undefined);
      setNotFound(thrown);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!found || !input || errors.userName || errors.password) return;
    bring.mutate({ folder: found.handle, userName: userName.trim(), ...input, newPassword: password });
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text c="dimmed">{t('setup.bring.intro')}</Text>
        <div>
          <Text fw={500}>{t('setup.bring.folder')}</Text>
          <Text c={found ? undefined : 'dimmed'} mb={4}>
            {found?.name ?? t('setup.bring.noFolder')}
          </Text>
          <Button
            variant="default"
            leftSection={<FolderOpen size={16} aria-hidden />}
            onClick={() => void look()}
            disabled={bring.isPending}
            autoFocus
          >
            {t('setup.bring.choose')}
          </Button>
        </div>
        {notFound !== undefined && <ErrorNotice error={notFound} />}
        {found && (
          <>
            <Notice tone="good" title={t('setup.bring.found', { size: size(found.vault.bytes) })} role="status">
              <Text>{t('setup.bring.people', { count: found.vault.people, shown: count(found.vault.people) })}</Text>
              {found.vault.sample && <Text>{t('setup.bring.sample')}</Text>}
            </Notice>
            <WayIn
              value={way}
              onChange={(next) => {
                if (next.byEscrow !== way.byEscrow) bring.reset();
                setWay(next);
              }}
              failure={bring.error}
              missing={tried && !input ? t('setup.needed') : undefined}
              disabled={bring.isPending}
            />
            <TextInput
              label={t('setup.bring.userName')}
              description={t('setup.bring.userNameHint')}
              value={userName}
              onChange={(event) => setUserName(event.currentTarget.value)}
              error={tried && errors.userName}
              autoComplete="off"
              maxLength={64}
              disabled={bring.isPending}
            />
            <PasswordInput
              label={t('signIn.recover.newPassword')}
              description={t('setup.passwordRule', { count: lengthMin })}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              error={tried && errors.password}
              disabled={bring.isPending}
              visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
            />
          </>
        )}
        {copying && <Copying job={copying} />}
        {bring.isError && <CopyFailure error={bring.error} />}
        {!copying && (
          <Group gap="sm">
            {found && (
              <Button type="submit" size="sm" loading={bring.isPending} autoFocus={bring.isError}>
                {t('setup.bring.submit')}
              </Button>
            )}
            <Button variant="default" size="sm" onClick={onBack} disabled={bring.isPending}>
              {t('do.back')}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
