/** What was removed, by whom and why, each with its way back. */
import { Button, Table, Text } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Removed } from '../../../src-shared/contract/lifetime.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { HeadedTable } from '../../components/HeadedTable.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Born, When } from '../../components/When.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { useTypeName } from '../sync/useTypeName.ts';
import classes from './lifetime.module.css';

/** Of one chart. */
export function RemovedEntries({ patient }: { patient: PatientId }) {
  const { t } = useTranslation();
  const may = useMay('record.remove');
  const removed = useRead('records.removed', { patient });
  const restore = useAct('records.restore');
  return (
    <Panel title={t('lifetime.removed.title')} count={removed.data?.items.length} flush>
      {restore.isError && <ErrorNotice error={restore.error} />}
      <Loaded
        query={removed}
        what={t('lifetime.removed.title')}
        isEmpty={({ items }) => items.length === 0}
        empty={t('lifetime.removed.empty')}
      >
        {({ items }) => (
          <Lines
            rows={items}
            onRestore={may ? (item) => restore.mutate({ patient, removal: item.removal }) : undefined}
            pending={restore.isPending ? restore.variables.removal : undefined}
          />
        )}
      </Loaded>
    </Panel>
  );
}

/** Patients who were taken out of all lists. */
export function RemovedPatients() {
  const { t } = useTranslation();
  const removed = useRead('patients.removed', {});
  const restore = useAct('patients.restore');
  return (
    <Panel title={t('lifetime.removed.patients')} count={removed.data?.patients.length} flush>
      {restore.isError && <ErrorNotice error={restore.error} />}
      <Loaded
        query={removed}
        what={t('lifetime.removed.patients')}
        isEmpty={({ patients }) => patients.length === 0}
        empty={t('lifetime.removed.noPatients')}
      >
        {({ patients }) => (
          <Lines
            rows={patients}
            born={(row) => patients.find((one) => one.removal === row.removal)?.birthDate}
            onRestore={(row) => {
              const found = patients.find((one) => one.removal === row.removal);
              if (found) restore.mutate({ patient: found.patient });
            }}
            pending={restore.isPending ? patients.find((one) => one.patient === restore.variables.patient)?.removal : undefined}
          />
        )}
      </Loaded>
    </Panel>
  );
}

interface LinesProps {
  rows: readonly Removed[];
  born?: (row: Removed) => string | undefined;
  onRestore?: (row: Removed) => void;
  pending?: string;
}

function Lines({ rows, born, onRestore, pending }: LinesProps) {
  const { t } = useTranslation();
  const typeName = useTypeName();
  return (
    <HeadedTable
      heads={[
        t('lifetime.removed.heads.what'),
        t('lifetime.removed.heads.why'),
        t('lifetime.removed.heads.by'),
        t('lifetime.removed.heads.until'),
      ]}
      acts={onRestore && t('lifetime.removed.heads.do')}
    >
      {rows.map((row) => {
        const date = born?.(row);
        return (
          <Table.Tr key={row.removal}>
            <Table.Td>
              <Text fw={600}>{row.title}</Text>
              <Text c="dimmed" fz="xs">
                {date ? (
                  <Born date={date} />
                ) : row.count > 1 ? (
                  t('lifetime.removed.andMore', { count: row.count - 1 })
                ) : (
                  typeName(row.type)
                )}
              </Text>
            </Table.Td>
            <Table.Td>
              <Text>{t(`lifetime.removed.ground.${row.ground}`)}</Text>
              <Text c="dimmed">{row.reason}</Text>
            </Table.Td>
            <Table.Td>
              <Text>{row.by}</Text>
              <Text c="dimmed" fz="xs">
                <When at={row.at} />
              </Text>
            </Table.Td>
            <Table.Td>
              <When at={row.until} dayOnly />
            </Table.Td>
            {onRestore && (
              <Table.Td className={classes.actions}>
                <Button
                  variant="default"
                  size="compact-sm"
                  leftSection={<Undo2 size={14} aria-hidden />}
                  aria-label={t('lifetime.removed.restoreNamed', { title: row.title })}
                  loading={pending === row.removal}
                  onClick={() => onRestore(row)}
                >
                  {t('lifetime.removed.restore')}
                </Button>
              </Table.Td>
            )}
          </Table.Tr>
        );
      })}
    </HeadedTable>
  );
}
