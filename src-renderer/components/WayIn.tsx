/** What opens a vault without a password: the printed recovery code, or the escrow key that the hospital keeps. */
import { Anchor, Button, Checkbox, FileButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { FileKey } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AppError } from '../../src-shared/errors/index.ts';

/** The key file of a hospital is a few lines; anything longer is another file. */
const KEY_BYTES_MAX = 4096;

export interface WayInValue {
  code: string;
  /** Chosen in place of the code. */
  escrow?: { name: string; key: string };
  byEscrow: boolean;
  acceptKeyFile: boolean;
}

export const emptyWayIn: WayInValue = { code: '', byEscrow: false, acceptKeyFile: false };

/** As the core takes it; undefined where nothing is given yet. */
export function wayInput({ code, escrow, byEscrow, acceptKeyFile }: WayInValue) {
  if (byEscrow) return escrow && { escrowKey: escrow.key, acceptKeyFile };
  return code.trim() ? { recoveryCode: code, acceptKeyFile } : undefined;
}

interface Props {
  value: WayInValue;
  onChange: (value: WayInValue) => void;
  /** Of the last attempt: where the machine has no keychain the person is asked to accept that. */
  failure: unknown;
  /** Shown under the field. */
  missing?: string;
  autoFocus?: boolean;
  disabled?: boolean;
}

export function WayIn({ value, onChange, failure, missing, autoFocus = false, disabled = false }: Props) {
  const { t } = useTranslation();
  const ask = value.acceptKeyFile || (failure instanceof AppError && failure.code === 'key-file-not-accepted');
  async function take(file: File | null) {
    if (!file) return;
    const key = file.size > KEY_BYTES_MAX ? '' : await file.text();
    onChange({ ...value, escrow: { name: file.name, key: key || ' ' } });
  }
  return (
    <Stack gap="xs">
      {value.byEscrow ? (
        <div>
          <Text fw={500}>{t('wayIn.escrow')}</Text>
          <Text c="dimmed" fz="xs" mb={4}>
            {t('wayIn.escrowHint')}
          </Text>
          <Group gap="sm">
            <FileButton onChange={(file) => void take(file)} disabled={disabled}>
              {(props) => (
                <Button {...props} variant="default" leftSection={<FileKey size={16} aria-hidden />}>
                  {t('wayIn.choose')}
                </Button>
              )}
            </FileButton>
            <Text c={value.escrow ? undefined : 'dimmed'}>{value.escrow?.name ?? t('wayIn.none')}</Text>
          </Group>
          {missing && (
            <Text c="var(--ll-red)" fz="xs" mt={4} role="alert">
              {t('wayIn.escrowNeeded')}
            </Text>
          )}
        </div>
      ) : (
        <TextInput
          label={t('wayIn.code')}
          description={t('wayIn.codeHint')}
          value={value.code}
          onChange={(event) => onChange({ ...value, code: event.currentTarget.value })}
          error={missing}
          styles={{ input: { fontFamily: 'var(--ll-mono)' } }}
          autoFocus={autoFocus}
          autoComplete="off"
          disabled={disabled}
        />
      )}
      <div>
        <Anchor
          component="button"
          type="button"
          fz="sm"
          onClick={() => onChange({ ...value, byEscrow: !value.byEscrow })}
          disabled={disabled}
        >
          {t(value.byEscrow ? 'wayIn.byCode' : 'wayIn.byEscrow')}
        </Anchor>
      </div>
      {ask && (
        <Checkbox
          label={t('wayIn.acceptKeyFile')}
          description={t('wayIn.acceptKeyFileMeaning')}
          checked={value.acceptKeyFile}
          onChange={(event) => onChange({ ...value, acceptKeyFile: event.currentTarget.checked })}
          disabled={disabled}
        />
      )}
    </Stack>
  );
}
