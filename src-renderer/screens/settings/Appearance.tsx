/** Language, and light or dark. */
import { NativeSelect, SegmentedControl, Stack, Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../components/Panel.tsx';
import { useMay } from '../../core/session.tsx';
import { schemes, useScheme } from '../../theme/scheme.ts';

export function Appearance() {
  const { t, i18n } = useTranslation();
  const { scheme, choose } = useScheme();
  const mayKeep = useMay('settings.write');
  const label = useId();
  return (
    <Panel title={t('settings.language.title')}>
      <Stack gap="md">
        <NativeSelect
          label={t('settings.language.label')}
          value={i18n.language}
          onChange={(event) => void i18n.changeLanguage(event.currentTarget.value)}
          data={[{ value: 'en', label: t('settings.language.english') }]}
        />
        <div>
          <Text id={label} fw={500} mb={4}>
            {t('settings.language.theme')}
          </Text>
          <SegmentedControl
            aria-labelledby={label}
            value={scheme}
            onChange={(value) => choose(schemes.find((one) => one === value) ?? 'auto')}
            data={schemes.map((one) => ({ value: one, label: t(`frame.theme.${one}`) }))}
          />
          <Text c="dimmed" fz="xs" mt={4}>
            {mayKeep ? t('settings.language.themeKept') : t('settings.language.themeHere')}
          </Text>
        </div>
      </Stack>
    </Panel>
  );
}
