/** A dialog that wants a reason before it does something, and one more field where it needs one. */
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';

const REASON_LENGTH_MIN = 3;
const REASON_LENGTH_MAX = 500;

interface Props {
  title: string;
  meaning?: ReactNode;
  label: string;
  hint?: string;
  confirm: string;
  danger?: boolean;
  pending: boolean;
  error: unknown;
  /** Further fields, above the reason. */
  children?: ReactNode;
  /** Further fields are filled in. */
  ready?: boolean;
  onSubmit: (reason: string) => void;
  onClose: () => void;
}

export function ReasonForm({
  title,
  meaning,
  label,
  hint,
  confirm,
  danger = false,
  pending,
  error,
  children,
  ready = true,
  onSubmit,
  onClose,
}: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const given = reason.trim();
  function submit(event: FormEvent) {
    event.preventDefault();
    if (given.length >= REASON_LENGTH_MIN && ready) onSubmit(given);
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('do.close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {meaning && <Text>{meaning}</Text>}
          {children}
          <Textarea
            label={label}
            description={hint}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={REASON_LENGTH_MAX}
            autosize
            minRows={2}
            required
            withAsterisk={false}
            data-autofocus
          />
          {error !== null && error !== undefined && <ErrorNotice error={error} />}
          <Group gap="sm">
            <Button
              type="submit"
              color={danger ? 'red.9' : undefined}
              loading={pending}
              disabled={given.length < REASON_LENGTH_MIN || !ready}
            >
              {confirm}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t('do.cancel')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
