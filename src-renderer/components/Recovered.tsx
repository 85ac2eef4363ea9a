/** After a vault was opened without a password: the new recovery code, and what has changed for the machine and for the others. */
import { Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../src-shared/contract/index.ts';
import { Notice } from './Notice.tsx';
import { RecoveryCode } from './RecoveryCode.tsx';

interface Props {
  of: Output<'session.recover'>;
  onDone: () => void;
}

export function Recovered({ of: { recoveryCode, newDeviceKey, deviceKey, othersToReset }, onDone }: Props) {
  const { t } = useTranslation();
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
