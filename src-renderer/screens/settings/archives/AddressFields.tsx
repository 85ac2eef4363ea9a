/** Where a DICOM node is: address, port and AE title, beside each other. */
import { Group, NumberInput, TextInput, type TextInputProps } from '@mantine/core';

/** For what machines are called by: nothing is proposed, nothing is corrected. */
export const PLAIN = { autoComplete: 'off', spellCheck: false } as const;

/** Hints below, so that fields beside each other stand in one line. */
export const HINT_BELOW: NonNullable<TextInputProps['inputWrapperOrder']> = ['label', 'input', 'description', 'error'];

interface Address {
  host: string;
  port: number;
  aeTitle: string;
}

interface Props {
  labels: { host: string; port: string; aeTitle: string };
  hostHint?: string;
  value: Address;
  /** Where nothing is typed. */
  usualPort: number;
  onChange: (change: Partial<Address>) => void;
}

export function AddressFields({ labels, hostHint, value, usualPort, onChange }: Props) {
  return (
    <Group grow align="start">
      <TextInput
        {...PLAIN}
        label={labels.host}
        description={hostHint}
        inputWrapperOrder={HINT_BELOW}
        value={value.host}
        onChange={(event) => onChange({ host: event.currentTarget.value })}
      />
      <NumberInput
        label={labels.port}
        value={value.port}
        min={1}
        max={65_535}
        onChange={(port) => onChange({ port: Number(port) || usualPort })}
        hideControls
      />
      <TextInput
        {...PLAIN}
        label={labels.aeTitle}
        value={value.aeTitle}
        onChange={(event) => onChange({ aeTitle: event.currentTarget.value })}
        maxLength={16}
      />
    </Group>
  );
}
