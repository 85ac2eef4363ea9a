/** Who may do what, in words, from the one table by which the core decides. */
import { Modal, Table, Text } from '@mantine/core';
import { Check, Minus, UsersRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type Permission, permissions, type Role, roles } from '../../../src-shared/access/permissions.ts';
import { allPermissions, wordsOf } from '../../../src-shared/access/words.ts';
import classes from './settings.module.css';

export function RolesTable({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="80rem"
      title={t('settings.people.whoMay')}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <Text mb="sm">{t('settings.people.whoMayHint')}</Text>
      <div className={classes.table}>
        <Table stickyHeader={false} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('settings.people.mayHead')}</Table.Th>
              {roles.map((role) => (
                <Table.Th key={role}>{t(`audit.roles.${role}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {allPermissions.map((permission) => (
              <Table.Tr key={permission}>
                <Table.Th scope="row" fw={400}>
                  {wordsOf(permission)}
                </Table.Th>
                {roles.map((role) => (
                  <Table.Td key={role}>
                    <Cell permission={permission} role={role} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Modal>
  );
}

const signs = { any: Check, 'care-team': UsersRound, none: Minus } as const;

function Cell({ permission, role }: { permission: Permission; role: Role }) {
  const { t } = useTranslation();
  const condition = permissions[permission][role] ?? 'none';
  const Sign = signs[condition];
  return (
    <span className={classes.may} data-condition={condition}>
      <Sign size={14} aria-hidden /> {t(`settings.people.may.${condition}`)}
    </span>
  );
}
