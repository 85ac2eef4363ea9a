/** A dialog that wants a reason before it does something, and one more field where it needs one. */
import { Modal, Stack, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormEnd } from './FormEnd.tsx';
import { ReasonField } from './ReasonField.tsx';

interface Props {
  title: string;
  meaning?: ReactNode;
  label: string;
  hint?: string;
  confirm: string;
  danger?: boolean;
  /** What the way out says, where it is not "Cancel". */
  leave?: string;
  act: { isPending: boolean; error: unknown };
  lengthMin?: number;
  lengthMax?: number;
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
  danger,
  leave,
  act,
  lengthMin = 3,
  lengthMax = 500,
  children,
  ready = true,
  onSubmit,
  onClose,
}: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const given = reason.trim();
  const complete = ready && given.length >= lengthMin;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (complete) onSubmit(given);
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('do.close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {meaning && <Text>{meaning}</Text>}
          {children}
          <ReasonField
            label={label}
            description={hint}
            value={reason}
            onChange={setReason}
            maxLength={lengthMax}
            data-autofocus
          />
          <FormEnd act={act} does={confirm} danger={danger} disabled={!complete} leave={leave} onLeave={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
