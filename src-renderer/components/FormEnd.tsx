/** How a form ends: what failed, the button that does it, and the way out. */
import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from './ErrorNotice.tsx';

interface Props {
  act: { isPending: boolean; error: unknown };
  /** What the button says. */
  does: string;
  danger?: boolean;
  disabled?: boolean;
  /** What a failure means for what was typed. */
  meaning?: string;
  /** What the way out says, where it is not "Cancel". */
  leave?: string;
  onLeave: () => void;
  size?: 'sm';
}

export function FormEnd({ act, does, danger, disabled, meaning, leave, onLeave, size }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {act.error != null && <ErrorNotice error={act.error} meaning={meaning} />}
      <Group gap="sm">
        <Button type="submit" size={size} color={danger ? 'red.9' : undefined} loading={act.isPending} disabled={disabled}>
          {does}
        </Button>
        <Button variant="default" size={size} onClick={onLeave} disabled={act.isPending}>
          {leave ?? t('do.cancel')}
        </Button>
      </Group>
    </>
  );
}
