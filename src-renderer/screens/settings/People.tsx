/** Who may sign in on this machine, as what, and what an administrator can do for them. */
import { Button, Group, SegmentedControl, Table, Text, TextInput } from '@mantine/core';
import { Ban, CircleCheck, KeyRound, Lock, Search, ShieldCheck, TableProperties, TriangleAlert, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { HeadedTable } from '../../components/HeadedTable.tsx';
import { Empty, Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Roles } from '../../components/Roles.tsx';
import { When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import { useMay, useSession } from '../../core/session.tsx';
import { AddPerson } from './AddPerson.tsx';
import { type PersonAct, PersonDialog } from './PersonDialog.tsx';
import { PersonMenu } from './PersonMenu.tsx';
import { RolesTable } from './RolesTable.tsx';
import classes from './settings.module.css';

export type User = Output<'users.list'>['users'][number];

/** From so many people on they are looked for rather than looked through. */
const FILTER_FROM = 6;

export function People() {
  const { t } = useTranslation();
  const may = useMay('users.write');
  const users = useRead('users.list', {});
  const [text, setText] = useState('');
  const [shown, setShown] = useState('active');
  const [open, setOpen] = useState<'add' | 'roles' | null>(null);
  const [asked, setAsked] = useState<{ user: User; act: PersonAct } | null>(null);
  const all = users.data?.users ?? [];
  const off = all.filter((user) => user.state === 'disabled').length;
  const found = all.filter((user) => (shown === 'all' || user.state !== 'disabled') && fits(user, text));
  return (
    <Panel
      title={t('settings.people.title')}
      count={users.data && all.length}
      flush
      actions={
        <>
          <Button variant="default" leftSection={<TableProperties size={16} aria-hidden />} onClick={() => setOpen('roles')}>
            {t('settings.people.whoMay')}
          </Button>
          {may && (
            <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => setOpen('add')}>
              {t('settings.people.add')}
            </Button>
          )}
        </>
      }
    >
      <Loaded query={users} what={t('settings.people.title')}>
        {() => (
          <>
            {(all.length >= FILTER_FROM || off > 0) && (
              <Group px="lg" py="sm" gap="sm">
                <TextInput
                  aria-label={t('settings.people.find')}
                  placeholder={t('settings.people.find')}
                  leftSection={<Search size={16} aria-hidden />}
                  value={text}
                  onChange={(event) => setText(event.currentTarget.value)}
                />
                {off > 0 && (
                  <SegmentedControl
                    aria-label={t('settings.people.show')}
                    value={shown}
                    onChange={setShown}
                    data={[
                      { value: 'active', label: t('settings.people.showActive') },
                      { value: 'all', label: t('settings.people.showAll', { count: off }) },
                    ]}
                  />
                )}
              </Group>
            )}
            {found.length === 0 && <Empty>{t('settings.people.nobody', { text })}</Empty>}
            {found.length > 0 && (
              <HeadedTable
                heads={[
                  t('settings.people.heads.name'),
                  t('settings.people.heads.roles'),
                  t('settings.people.heads.state'),
                  t('settings.people.heads.lastSignIn'),
                ]}
                acts={may && t('settings.people.heads.do')}
              >
                {found.map((user) => (
                  <Line key={user.id} user={user} may={may} onAct={(act) => setAsked({ user, act })} />
                ))}
              </HeadedTable>
            )}
          </>
        )}
      </Loaded>
      <AddPerson opened={open === 'add'} onClose={() => setOpen(null)} />
      <RolesTable opened={open === 'roles'} onClose={() => setOpen(null)} />
      {asked && <PersonDialog key={asked.act} user={asked.user} act={asked.act} onClose={() => setAsked(null)} />}
    </Panel>
  );
}

function fits(user: User, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return [user.displayName, user.userName, ...user.roles].some((word) => word.toLowerCase().includes(wanted));
}

const signs = { active: CircleCheck, disabled: Ban, locked: Lock } as const;

function Line({ user, may, onAct }: { user: User; may: boolean; onAct: (act: PersonAct) => void }) {
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
        <Roles of={user.roles} />
      </Table.Td>
      <Table.Td>
        <span className={classes.state} data-state={user.state}>
          <Sign size={16} aria-hidden /> {t(`settings.people.states.${user.state}`)}
        </span>
        {user.secondFactor && (
          <Text c="dimmed" fz="xs" className={classes.under}>
            <ShieldCheck size={14} aria-hidden /> {t('settings.people.factorOn')}
          </Text>
        )}
        {user.noPassword && (
          <Text fz="xs" className={classes.under}>
            <TriangleAlert size={14} aria-hidden /> {t('settings.people.noPassword')}
          </Text>
        )}
        {user.oneTimeUntil && (
          <Text c="dimmed" fz="xs" className={classes.under}>
            <KeyRound size={14} aria-hidden /> {t('settings.people.codeWaits')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{user.lastSignIn ? <When at={user.lastSignIn} /> : t('settings.people.never')}</Table.Td>
      {may && (
        <Table.Td ta="end">
          <PersonMenu user={user} me={me} onAct={onAct} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}
