/** What somebody works as. */
import { Badge, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Role } from '../../src-shared/access/permissions.ts';

export function Roles({ of: roles }: { of: readonly Role[] }) {
  const { t } = useTranslation();
  return (
    <Group gap={4}>
      {roles.map((role) => (
        <Badge key={role} color="gray">
          {t(`audit.roles.${role}`)}
        </Badge>
      ))}
    </Group>
  );
}
