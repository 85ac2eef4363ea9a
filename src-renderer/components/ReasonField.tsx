/** Where somebody says why: it stands in the log. */
import { Textarea, type TextareaProps } from '@mantine/core';

interface Props extends Omit<TextareaProps, 'onChange' | 'defaultValue'> {
  value: string;
  onChange: (reason: string) => void;
}

export function ReasonField({ onChange, ...props }: Props) {
  return (
    <Textarea
      maxLength={500}
      autosize
      minRows={2}
      required
      withAsterisk={false}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...props}
    />
  );
}
