/** Who has seen one record, person by person: to be shown or handed to the patient on paper. */
import { Button, Table, Text } from '@mantine/core';
import { Printer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Seer } from '../../../src-shared/audit/seers.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { HeadedTable } from '../../components/HeadedTable.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import { useSession } from '../../core/session.tsx';
import { askShell } from '../../core/shell.ts';
import { moment } from '../../format/dates.ts';
import { count } from '../../format/numbers.ts';
import classes from './audit.module.css';

export function SeenBy({ patient }: { patient: PatientId }) {
  const { t } = useTranslation();
  const { person, status } = useSession();
  const seen = useRead('audit.ofPatient', { patient, limit: 1 });
  return (
    <Panel
      title={t('audit.seen.title')}
      flush
      actions={
        <Button
          variant="default"
          className={classes.unprinted}
          leftSection={<Printer size={16} aria-hidden />}
          onClick={() => askShell({ t: 'print' })}
        >
          {t('do.print')}
        </Button>
      }
    >
      <Text className={classes.recordOf}>
        {seen.data?.patientName
          ? t('audit.seen.ofName', { name: seen.data.patientName, patient })
          : t('audit.seen.of', { patient })}
      </Text>
      <Loaded
        query={seen}
        what={t('audit.seen.title')}
        isEmpty={({ people }) => people.length === 0}
        empty={t('audit.seen.empty')}
      >
        {({ people }) => <Seers seers={people} />}
      </Loaded>
      {seen.data?.since && (
        <Text className={classes.recordOf} c="dimmed">
          {t('audit.seen.since', { at: moment(seen.data.since) })}
        </Text>
      )}
      <Text className={classes.printed}>
        {[status.clinic, t('audit.seen.printed', { who: person.displayName, at: moment(new Date().toISOString()) })]
          .filter(Boolean)
          .join(' · ')}
      </Text>
    </Panel>
  );
}

function Seers({ seers }: { seers: readonly Seer[] }) {
  const { t } = useTranslation();
  return (
    <HeadedTable
      heads={[
        t('audit.seen.heads.who'),
        t('audit.seen.heads.roles'),
        t('audit.seen.heads.did'),
        t('audit.seen.heads.times'),
        t('audit.seen.heads.first'),
        t('audit.seen.heads.last'),
      ]}
    >
      {seers.map((seer) => (
        <Table.Tr key={seer.person}>
          <Table.Td>{seer.name}</Table.Td>
          <Table.Td>{seer.roles.map((role) => t(`audit.roles.${role}`)).join(', ')}</Table.Td>
          <Table.Td>
            {seer.actions.map((action) => t(`audit.actions.${action}`)).join(', ')}
            {seer.glass && <span className={classes.line}>{t('audit.seen.glass', { reason: seer.glass })}</span>}
          </Table.Td>
          <Table.Td>{count(seer.times)}</Table.Td>
          <Table.Td>
            <When at={seer.first} />
          </Table.Td>
          <Table.Td>
            <When at={seer.last} />
          </Table.Td>
        </Table.Tr>
      ))}
    </HeadedTable>
  );
}
