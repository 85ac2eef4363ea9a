/** Legal holds: all of them, and the one on a chart. */
import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { Gavel } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hold } from '../../../src-shared/contract/lifetime.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { HeadedTable } from '../../components/HeadedTable.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ReasonForm } from '../../components/ReasonForm.tsx';
import { When } from '../../components/When.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { moment } from '../../format/dates.ts';
import classes from './lifetime.module.css';

export function AllHolds() {
  const { t } = useTranslation();
  const holds = useRead('holds.list', {});
  const may = useMay('lifetime.decide');
  const [lifting, setLifting] = useState<Hold | null>(null);
  return (
    <Panel title={t('lifetime.holds.title')} count={holds.data?.holds.length} flush>
      <Loaded
        query={holds}
        what={t('lifetime.holds.title')}
        isEmpty={(data) => data.holds.length === 0}
        empty={t('lifetime.holds.empty')}
      >
        {(data) => (
          <HeadedTable
            heads={[
              t('lifetime.holds.heads.record'),
              t('lifetime.holds.heads.reason'),
              t('lifetime.holds.heads.by'),
              t('lifetime.holds.heads.at'),
            ]}
            acts={may && t('lifetime.holds.heads.do')}
          >
            {data.holds.map((hold) => (
              <Table.Tr key={hold.id}>
                <Table.Td>
                  <Text fw={600}>{hold.patientName ?? hold.patient}</Text>
                </Table.Td>
                <Table.Td>{hold.reason}</Table.Td>
                <Table.Td>{hold.setBy}</Table.Td>
                <Table.Td>
                  <When at={hold.setAt} />
                </Table.Td>
                {may && (
                  <Table.Td className={classes.actions}>
                    <Button
                      variant="default"
                      size="compact-sm"
                      aria-label={t('lifetime.holds.liftNamed', { name: hold.patientName ?? hold.patient })}
                      onClick={() => setLifting(hold)}
                    >
                      {t('lifetime.holds.lift')}
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </HeadedTable>
        )}
      </Loaded>
      {lifting && <Lift hold={lifting} onClose={() => setLifting(null)} />}
    </Panel>
  );
}

/** The hold on one chart, to be set and lifted. */
export function HoldOnChart({ patient }: { patient: PatientId }) {
  const { t } = useTranslation();
  const holds = useRead('holds.list', { patient });
  const may = useMay('lifetime.decide');
  const [setting, setSetting] = useState(false);
  const [lifting, setLifting] = useState<Hold | null>(null);
  const set = useAct('holds.set');
  return (
    <Panel title={t('lifetime.record.hold')}>
      <Loaded query={holds} what={t('lifetime.record.hold')} lines={2}>
        {(data) => (
          <Stack gap="sm">
            <Text c="dimmed">{t('lifetime.holds.meaning')}</Text>
            {data.holds.map((hold) => (
              <Notice
                key={hold.id}
                tone="doubt"
                title={t('lifetime.holds.standing', { at: moment(hold.setAt), who: hold.setBy, reason: hold.reason })}
              >
                {may && (
                  <Group mt={6}>
                    <Button variant="default" size="compact-sm" onClick={() => setLifting(hold)}>
                      {t('lifetime.holds.lift')}
                    </Button>
                  </Group>
                )}
              </Notice>
            ))}
            {data.holds.length === 0 && <Text>{t('lifetime.holds.none')}</Text>}
            {may && (
              <Group>
                <Button variant="default" leftSection={<Gavel size={16} aria-hidden />} onClick={() => setSetting(true)}>
                  {t('lifetime.holds.set')}
                </Button>
              </Group>
            )}
          </Stack>
        )}
      </Loaded>
      {setting && (
        <ReasonForm
          title={t('lifetime.holds.setTitle')}
          meaning={t('lifetime.holds.meaning')}
          label={t('lifetime.holds.reason')}
          hint={t('lifetime.holds.reasonSetHint')}
          confirm={t('lifetime.holds.confirmSet')}
          act={set}
          onClose={() => setSetting(false)}
          onSubmit={(reason) => set.mutate({ patient, reason }, { onSuccess: () => setSetting(false) })}
        />
      )}
      {lifting && <Lift hold={lifting} onClose={() => setLifting(null)} />}
    </Panel>
  );
}

function Lift({ hold, onClose }: { hold: Hold; onClose: () => void }) {
  const { t } = useTranslation();
  const lift = useAct('holds.lift');
  return (
    <ReasonForm
      title={t('lifetime.holds.liftTitle', { name: hold.patientName ?? hold.patient })}
      label={t('lifetime.holds.reason')}
      hint={t('lifetime.holds.reasonLiftHint')}
      confirm={t('lifetime.holds.confirmLift')}
      act={lift}
      onClose={onClose}
      onSubmit={(reason) => lift.mutate({ patient: hold.patient, id: hold.id, reason }, { onSuccess: onClose })}
    />
  );
}
