/** Who cares for this patient: who may read the chart without an emergency. Each change stands in the audit with its reason. */
import { Button, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { UserMinus, UserPlus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { FormEnd } from '../../components/FormEnd.tsx';
import { HeadedTable } from '../../components/HeadedTable.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ReasonField } from '../../components/ReasonField.tsx';
import { Roles } from '../../components/Roles.tsx';
import { Screen } from '../../components/Screen.tsx';
import { When } from '../../components/When.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay, useSession } from '../../core/session.tsx';
import { usePatient } from './usePatient.ts';

type Member = Output<'careTeam.list'>['members'][number];
type Change = { kind: 'add' } | { kind: 'remove'; member: Member };
const REASON_LENGTH_MIN = 3;

export function CareTeamTab() {
  const { t } = useTranslation();
  const patient = usePatient();
  const may = useMay('care-team.write');
  const team = useRead('careTeam.list', { patient });
  const [change, setChange] = useState<Change | null>(null);
  const candidates = team.data?.candidates ?? [];
  return (
    <Screen
      title={t('chart.tabs.team')}
      intro={may && team.data && candidates.length === 0 && t('chart.team.everybody')}
      actions={
        may && (
          <Button
            leftSection={<UserPlus size={16} aria-hidden />}
            disabled={candidates.length === 0}
            onClick={() => setChange({ kind: 'add' })}
          >
            {t('chart.team.add')}
          </Button>
        )
      }
    >
      {change && (
        <Panel
          title={change.kind === 'add' ? t('chart.team.add') : t('chart.team.removeOf', { name: change.member.displayName })}
        >
          <ChangeForm
            key={change.kind === 'remove' ? change.member.id : 'add'}
            change={change}
            candidates={candidates}
            onDone={() => setChange(null)}
          />
        </Panel>
      )}
      <Panel title={t('chart.team.members')} count={team.data?.members.length} flush>
        <Loaded
          query={team}
          what={t('chart.tabs.team')}
          isEmpty={({ members }) => members.length === 0}
          empty={t('chart.team.empty')}
        >
          {({ members }) => (
            <HeadedTable
              heads={[t('chart.team.name'), t('chart.team.roles'), t('chart.team.since'), t('chart.team.why')]}
              acts={may && t('chart.list.actions')}
            >
              {members.map((member) => (
                <Line
                  key={member.id}
                  member={member}
                  onRemove={may && members.length > 1 ? () => setChange({ kind: 'remove', member }) : undefined}
                  may={may}
                />
              ))}
            </HeadedTable>
          )}
        </Loaded>
      </Panel>
    </Screen>
  );
}

function Line({ member, may, onRemove }: { member: Member; may: boolean; onRemove: (() => void) | undefined }) {
  const { t } = useTranslation();
  const me = useSession().person.id === member.id;
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={600}>{me ? t('settings.people.you', { name: member.displayName }) : member.displayName}</Text>
        {!member.active && <Text c="dimmed">{t('settings.people.states.disabled')}</Text>}
        {member.elsewhere && <Text c="dimmed">{t('chart.team.elsewhere')}</Text>}
      </Table.Td>
      <Table.Td>
        <Roles of={member.roles} />
      </Table.Td>
      <Table.Td>
        <When at={member.since} dayOnly />
      </Table.Td>
      <Table.Td>
        {member.addedBy
          ? t('chart.team.addedBy', { name: member.addedBy, reason: member.reason ?? '' })
          : t('chart.team.registered')}
      </Table.Td>
      {may && (
        <Table.Td ta="end">
          {onRemove && (
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<UserMinus size={14} aria-hidden />}
              aria-label={t('chart.team.removeOf', { name: member.displayName })}
              onClick={onRemove}
            >
              {t('chart.team.remove')}
            </Button>
          )}
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function ChangeForm({
  change,
  candidates,
  onDone,
}: {
  change: Change;
  candidates: Output<'careTeam.list'>['candidates'];
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const patient = usePatient();
  const [userName, setUserName] = useState(candidates[0]?.userName ?? '');
  const [reason, setReason] = useState('');
  const add = useAct('careTeam.add');
  const remove = useAct('careTeam.remove');
  const act = change.kind === 'add' ? add : remove;
  function submit(event: FormEvent) {
    event.preventDefault();
    act.mutate(
      { patient, userName: change.kind === 'add' ? userName : change.member.userName, reason: reason.trim() },
      { onSuccess: onDone },
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw="40rem">
        {change.kind === 'add' && (
          <NativeSelect
            label={t('chart.team.who')}
            value={userName}
            onChange={(event) => setUserName(event.currentTarget.value)}
            data={candidates.map((one) => ({
              value: one.userName,
              label: `${one.displayName} (${one.roles.map((role) => t(`audit.roles.${role}`)).join(', ')})`,
            }))}
            autoFocus
          />
        )}
        <ReasonField
          label={t('chart.team.reason')}
          description={t('chart.team.reasonHint')}
          value={reason}
          onChange={setReason}
          maxLength={300}
          autoFocus={change.kind === 'remove'}
        />
        <FormEnd
          act={act}
          does={change.kind === 'add' ? t('chart.team.add') : t('chart.team.remove')}
          danger={change.kind === 'remove'}
          disabled={reason.trim().length < REASON_LENGTH_MIN}
          onLeave={onDone}
        />
      </Stack>
    </form>
  );
}
