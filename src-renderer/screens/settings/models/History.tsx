/** Which version read when, and who changed it. */
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../../../components/Loaded.tsx';
import { When } from '../../../components/When.tsx';
import { useRead } from '../../../core/queries.ts';

const acts = ['install', 'first', 'activate', 'roll-back', 'shadow', 'shadow-ended', 'remove'] as const;

export function History({ id }: { id: string }) {
  const { t } = useTranslation();
  const history = useRead('models.history', { id });
  return (
    <Loaded query={history} isEmpty={({ entries }) => entries.length === 0} empty={t('settings.models.historyEmpty')}>
      {({ entries }) => (
        <Stack gap={6}>
          {entries.map(({ act, version, by, at }) => {
            const known = acts.find((one) => one === act);
            return (
              <Text key={`${at}${act}${version}`} fz="sm">
                <When at={at} />: {known ? t(`settings.models.acts.${known}`, { version: version ?? '', by }) : act}
              </Text>
            );
          })}
        </Stack>
      )}
    </Loaded>
  );
}
