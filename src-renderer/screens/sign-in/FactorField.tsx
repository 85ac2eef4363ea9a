/** The second step: six digits of the authenticator, or one of the printed codes. */
import { Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function FactorField({ who, value, onChange }: { who: string; value: string; onChange: (code: string) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Text>{t('signIn.factor.of', { name: who })}</Text>
      <TextInput
        label={t('signIn.code')}
        description={t('signIn.factor.hint')}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        styles={{ input: { fontFamily: 'var(--ll-mono)' } }}
        autoFocus
        autoComplete="one-time-code"
        maxLength={32}
        required
        withAsterisk={false}
      />
    </>
  );
}
