/** Roles to tick, each explained. */
import { Checkbox, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Role, roles } from '../../../src-shared/access/permissions.ts';

export function RoleChoice({
  held,
  onChange,
  error,
}: {
  held: readonly Role[];
  onChange: (held: Role[]) => void;
  error?: string | false;
}) {
  const { t } = useTranslation();
  return (
    <Checkbox.Group
      label={t('settings.people.roles')}
      description={t('settings.people.rolesHint')}
      value={[...held]}
      onChange={(chosen) => onChange(roles.filter((role) => chosen.includes(role)))}
      error={error}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg" verticalSpacing="xs" mt={6}>
        {roles.map((role) => (
          <Checkbox
            key={role}
            styles={{ input: { borderColor: 'var(--ll-line-strong)' } }}
            value={role}
            label={t(`audit.roles.${role}`)}
            description={t(`settings.people.roleHints.${role}`)}
          />
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  );
}
