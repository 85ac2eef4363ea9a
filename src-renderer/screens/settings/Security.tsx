/** When it locks by itself, where the machine's key lies and what that means, and what a password must be. */
import { NativeSelect, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Fact, Facts } from '../../components/Facts.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { refresh, useAct, useRead } from '../../core/queries.ts';
import { useMay, useSession } from '../../core/session.tsx';
import { FactorPolicy } from './FactorPolicy.tsx';

const MINUTE_MS = 60_000;
const CHOICES_MIN = [1, 2, 3, 5, 10, 15, 30] as const;

export function Security() {
  const { t } = useTranslation();
  const { status } = useSession();
  // Whoever looks after the keys has a panel of its own for them.
  const hasKeys = useMay('vault.read');
  return (
    <Panel title={t('settings.security.title')}>
      <Stack gap="md">
        <IdleLock />
        <FactorPolicy />
        {status.deviceKey && !hasKeys && (
          <Notice tone={status.deviceKey === 'keychain' ? 'good' : 'doubt'} title={t('settings.security.deviceKey')}>
            <Text>{t(`settings.security.deviceKeys.${status.deviceKey}`)}</Text>
            <Text c="dimmed">{t(`settings.security.deviceKeyMeaning.${status.deviceKey}`)}</Text>
          </Notice>
        )}
        <Facts>
          <Fact name={t('settings.security.passwords')}>
            {t('settings.security.passwordRules', { count: status.passwordLengthMin })}
          </Fact>
        </Facts>
      </Stack>
    </Panel>
  );
}

function IdleLock() {
  const { t } = useTranslation();
  const may = useMay('settings.write');
  const settings = useRead('settings.get', {});
  const set = useAct('settings.set');
  return (
    <Loaded query={settings} what={t('settings.security.title')} lines={2}>
      {({ settings: { idleLockMs } }) => {
        const minutes = typeof idleLockMs === 'number' ? idleLockMs / MINUTE_MS : 0;
        const choices = [...new Set([...CHOICES_MIN, minutes])].filter((one) => one > 0).sort((a, b) => a - b);
        return (
          <div>
            <NativeSelect
              label={t('settings.security.idle')}
              description={may ? t('settings.security.idleHint') : t('settings.notYours')}
              value={String(minutes)}
              disabled={!may || set.isPending}
              onChange={(event) =>
                set.mutate(
                  { key: 'idleLockMs', value: Number(event.currentTarget.value) * MINUTE_MS },
                  { onSuccess: () => refresh('session.status') },
                )
              }
              data={choices.map((count) => ({ value: String(count), label: t('settings.security.minutes', { count }) }))}
            />
            <Text c="dimmed" fz="xs" role="status">
              {set.isSuccess && t('settings.security.saved')}
            </Text>
            {set.isError && <ErrorNotice error={set.error} />}
          </div>
        );
      }}
    </Loaded>
  );
}
