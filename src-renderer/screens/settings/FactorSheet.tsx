/** A new second factor: the code to scan, the same for typing, and the single-use codes. Shown this once. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { Printer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { QrCode } from '../../components/QrCode.tsx';
import { askShell } from '../../core/shell.ts';
import classes from './codes.module.css';

interface Made {
  uri: string;
  secret: string;
}

export function FactorSheet({ made, codes, onDone }: { made: Made; codes: readonly string[]; onDone: () => void }) {
  return (
    <Stack gap="md">
      <Scan made={made} />
      <SingleUseCodes codes={codes} onDone={onDone} />
    </Stack>
  );
}

export function Scan({ made }: { made: Made }) {
  const { t } = useTranslation();
  return (
    <div className={classes.scan}>
      <QrCode text={made.uri} label={t('settings.factor.qr')} />
      <Stack gap="xs">
        <Text>{t('settings.factor.scan')}</Text>
        <Text c="dimmed">{t('settings.factor.type')}</Text>
        <code className={classes.secret} data-testid="secret">
          {(made.secret.match(/.{1,4}/g) ?? []).join(' ')}
        </code>
      </Stack>
    </div>
  );
}

export function SingleUseCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Text fw={600}>{t('settings.factor.codes')}</Text>
      <Text>{t('settings.factor.codesHint')}</Text>
      <ol className={classes.codes} aria-label={t('settings.factor.codes')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <Group gap="sm">
        <Button onClick={onDone}>{t('settings.factor.codesKept')}</Button>
        <Button variant="default" leftSection={<Printer size={16} aria-hidden />} onClick={() => askShell({ t: 'print' })}>
          {t('do.print')}
        </Button>
      </Group>
    </Stack>
  );
}
