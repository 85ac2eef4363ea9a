/** A one-time code, shown this once. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { When } from '../../components/When.tsx';
import classes from './codes.module.css';

interface Props {
  name: string;
  oneTime: { code: string; until: string };
  onDone: () => void;
}

export function OneTimeCode({ name, oneTime, onDone }: Props) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <Text>{t('settings.people.code.intro', { name })}</Text>
      <code className={classes.code}>{oneTime.code}</code>
      <Text c="dimmed">
        {t('settings.people.code.until')} <When at={oneTime.until} />
      </Text>
      <Group>
        <Button onClick={onDone}>{t('settings.people.code.done')}</Button>
      </Group>
    </Stack>
  );
}
