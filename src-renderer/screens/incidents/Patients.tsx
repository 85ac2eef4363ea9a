/** Whose records the incident concerns, as the log says. */
import { Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AffectedPatient, Incident } from '../../../src-shared/contract/incidents.ts';
import { HeadedTable } from '../../components/HeadedTable.tsx';
import { Panel } from '../../components/Panel.tsx';
import { When } from '../../components/When.tsx';
import { useMay } from '../../core/session.tsx';
import { count } from '../../format/numbers.ts';

export function Patients({ of: { patients, patientCount } }: { of: Incident }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('incidents.patients.title')} count={patientCount} flush={patients !== undefined && patients.length > 0}>
      {patients === undefined && patientCount > 0 && (
        <Text c="dimmed">{t('incidents.patients.hidden', { count: patientCount })}</Text>
      )}
      {patientCount === 0 && <Text c="dimmed">{t('incidents.patients.none')}</Text>}
      {patients && patients.length > 0 && <Rows patients={patients} />}
    </Panel>
  );
}

function Rows({ patients }: { patients: readonly AffectedPatient[] }) {
  const { t } = useTranslation();
  const maySeen = useMay('audit.patient');
  const heads = ['who', 'born', 'first', 'last', 'times', 'kinds'] as const;
  return (
    <HeadedTable heads={heads.map((head) => t(`incidents.patients.heads.${head}`))}>
      {patients.map((one) => {
        const name = one.name ?? one.id;
        return (
          <Table.Tr key={one.id}>
            <Table.Td>
              {maySeen ? (
                <Link to="/audit" search={{ patient: one.id }} title={t('incidents.patients.seen', { name })}>
                  {name}
                </Link>
              ) : (
                name
              )}
            </Table.Td>
            <Table.Td>{one.birthDate && <When at={one.birthDate} dayOnly />}</Table.Td>
            <Table.Td>
              <When at={one.first} />
            </Table.Td>
            <Table.Td>
              <When at={one.last} />
            </Table.Td>
            <Table.Td>{count(one.times)}</Table.Td>
            <Table.Td>{one.kinds.join('; ')}</Table.Td>
          </Table.Tr>
        );
      })}
    </HeadedTable>
  );
}
