/** After a vault was opened without a password: the new recovery code, and what has changed for the machine and for the others. */
import { Button, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../src-shared/contract/index.ts';
import { call } from '../core/connection.ts';
import { Notice } from './Notice.tsx';
import { RecoveryCode } from './RecoveryCode.tsx';

/** The session must not fall asleep while somebody fetches the paper from the printer. */
const TOUCH_EVERY_MS = 60_000;

interface Props {
  of: Output<'session.recover'>;
  onDone: () => void;
}

export function Recovered({ of: { recoveryCode, newDeviceKey, deviceKey, othersToReset }, onDone }: Props) {
  const { t } = useTranslation();
  useEffect(() => {
    const timer = setInterval(() => call('session.touch', {}).catch(() => {}), TOUCH_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <Stack gap="md">
      {newDeviceKey && (
        <Notice tone={deviceKey === 'keychain' ? 'fact' : 'doubt'} title={t('wayIn.newDeviceKey')} role="status">
          <Text>{t(`wayIn.deviceKeys.${deviceKey}`)}</Text>
        </Notice>
      )}
      {othersToReset > 0 && (
        <Notice tone="doubt" title={t('wayIn.others', { count: othersToReset })} role="status">
          <Text>{t('wayIn.othersMeaning')}</Text>
        </Notice>
      )}
      <Text>{t('signIn.recover.newCode')}</Text>
      <RecoveryCode code={recoveryCode} />
      <div>
        <Button size="sm" onClick={onDone}>
          {t('signIn.recover.kept')}
        </Button>
      </div>
    </Stack>
  );
}
