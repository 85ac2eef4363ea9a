/** Who may sign in on this machine, as what, and the ways to add somebody and to switch somebody off. */
import { Badge, Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { Ban, CircleCheck, Lock, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { When } from '../../components/When.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay, useSession } from '../../core/session.tsx';
import { AddPerson } from './AddPerson.tsx';
import classes from './settings.module.css';

type User = Output<'users.list'>['users'][number];

export function People() {
  const { t } = useTranslation();
  const may = useMay('users.write');
  const users = useRead('users.list', {});
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<User | null>(null);
  return (
    <Panel
      title={t('settings.people.title')}
      count={users.data?.users.length}
      flush
      actions={
        may && (
          <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            {t('settings.people.add')}
          </Button>
        )
      }
    >
      <Loaded query={users} what={t('settings.people.title')}>
        {(data) => (
          <div className={classes.table}>
            <Table horizontalSpacing="lg">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('settings.people.heads.name')}</Table.Th>
                  <Table.Th>{t('settings.people.heads.roles')}</Table.Th>
                  <Table.Th>{t('settings.people.heads.state')}</Table.Th>
                  <Table.Th>{t('settings.people.heads.lastSignIn')}</Table.Th>
                  {may && <Table.Th aria-label={t('settings.people.heads.do')} />}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.users.map((user) => (
                  <Line key={user.id} user={user} may={may} onDisable={() => setLeaving(user)} />
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Loaded>
      <AddPerson opened={adding} onClose={() => setAdding(false)} />
      {leaving && <Disable user={leaving} onClose={() => setLeaving(null)} />}
    </Panel>
  );
}

const signs = { active: CircleCheck, disabled: Ban, locked: Lock } as const;

function Line({ user, may, onDisable }: { user: User; may: boolean; onDisable: () => void }) {
  const { t } = useTranslation();
  const me = useSession().person.id === user.id;
  const Sign = signs[user.state];
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={600}>{me ? t('settings.people.you', { name: user.displayName }) : user.displayName}</Text>
        <Text c="dimmed" fz="xs" ff="monospace">
          {user.userName}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {user.roles.map((role) => (
            <Badge key={role} color="gray">
              {t(`audit.roles.${role}`)}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>
        <span className={classes.state} data-state={user.state}>
          <Sign size={16} aria-hidden /> {t(`settings.people.states.${user.state}`)}
        </span>
      </Table.Td>
      <Table.Td>{user.lastSignIn ? <When at={user.lastSignIn} /> : t('settings.people.never')}</Table.Td>
      {may && (
        <Table.Td ta="end">
          {!me && user.state !== 'disabled' && (
            <Button
              variant="default"
              size="compact-sm"
              aria-label={t('settings.people.disableOf', { name: user.displayName })}
              onClick={onDisable}
            >
              {t('settings.people.disable')}
            </Button>
          )}
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function Disable({ user: { userName, displayName: name }, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const disable = useAct('users.disable');
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('settings.people.disableOf', { name })}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <Stack gap="md">
        <Text>{t('settings.people.disableMeaning', { name })}</Text>
        {disable.isError && <ErrorNotice error={disable.error} />}
        <Group gap="sm">
          <Button color="red" loading={disable.isPending} onClick={() => disable.mutate({ userName }, { onSuccess: onClose })}>
            {t('settings.people.disableConfirm')}
          </Button>
          <Button variant="default" data-autofocus onClick={onClose}>
            {t('do.cancel')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
