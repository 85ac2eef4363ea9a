/** Changes what a person may work as; it holds at once, also where they are signed in. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAct } from '../../core/queries.ts';
import type { User } from './People.tsx';
import { RoleChoice } from './RoleChoice.tsx';

export function ChangeRoles({ user, onDone }: { user: User; onDone: () => void }) {
  const { t } = useTranslation();
  const [held, setHeld] = useState(user.roles);
  const change = useAct('users.setRoles');
  return (
    <Stack gap="md">
      <RoleChoice held={held} onChange={setHeld} error={held.length === 0 && t('settings.people.rolesNeeded')} />
      <Text c="dimmed">{t('settings.people.meanings.roles')}</Text>
      {change.error && <ErrorNotice error={change.error} />}
      <Group gap="sm">
        <Button
          disabled={held.length === 0}
          loading={change.isPending}
          onClick={() => change.mutate({ userName: user.userName, roles: held }, { onSuccess: onDone })}
        >
          {t('settings.people.confirms.roles')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('do.cancel')}
        </Button>
      </Group>
    </Stack>
  );
}
