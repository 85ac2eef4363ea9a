/** The recovery code, shown once, to print. */
import { Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { RecoveryCode } from '../../components/RecoveryCode.tsx';

export function ShowCode({ code, clinic, onPrinted }: { code: string; clinic: string; onPrinted: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap="md" align="stretch">
      <Text>{t('setup.codeWhy')}</Text>
      <RecoveryCode code={code} clinic={clinic} />
      <div>
        <Button size="sm" onClick={onPrinted} autoFocus>
          {t('setup.codePrinted')}
        </Button>
      </div>
    </Stack>
  );
}
