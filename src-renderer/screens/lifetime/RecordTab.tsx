/** The record as a whole: what was removed from it, the legal hold, everything for the patient, and the two ways out of here. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { Column, Columns } from '../../components/Columns.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ReasonForm } from '../../components/ReasonForm.tsx';
import { Screen } from '../../components/Screen.tsx';
import { call } from '../../core/connection.ts';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { offerUndo } from '../../core/undo.ts';
import { usePatient } from '../chart/usePatient.ts';
import { Erase } from './Erase.tsx';
import { HoldOnChart } from './Holds.tsx';
import { PatientSummary } from './PatientSummary.tsx';
import { RemovedEntries } from './RemovedList.tsx';
import { GroundSelect } from './RemoveEntry.tsx';
import { SubjectAccess } from './SubjectAccess.tsx';

export function RecordTab() {
  const { t } = useTranslation();
  const patient = usePatient();
  const mayRead = useMay('lifetime.read');
  const mayAccess = useMay('record.subject-access');
  const mayExport = useMay('records.export');
  return (
    <Screen title={t('lifetime.record.title')} actions={mayRead && <Link to="/retention">{t('lifetime.record.whole')}</Link>}>
      <Column>
        <RemovedEntries patient={patient} />
        <Columns even>
          {mayExport && <PatientSummary patient={patient} />}
          {mayAccess && <SubjectAccess patient={patient} />}
          {mayRead && <HoldOnChart patient={patient} />}
        </Columns>
        <Away patient={patient} />
      </Column>
    </Screen>
  );
}

function Away({ patient }: { patient: PatientId }) {
  const { t } = useTranslation();
  const mayRemove = useMay('patient.remove');
  const mayErase = useMay('lifetime.decide');
  const [doing, setDoing] = useState<'remove' | 'erase' | null>(null);
  if (!mayRemove && !mayErase) return null;
  return (
    <Panel title={t('lifetime.record.away')}>
      <Stack gap="sm">
        <Text c="dimmed">{t('lifetime.record.awayMeaning')}</Text>
        <Group gap="sm">
          {mayRemove && (
            <Button variant="default" onClick={() => setDoing('remove')}>
              {t('lifetime.record.removePatient')}
            </Button>
          )}
          {mayErase && (
            <Button variant="default" c="var(--ll-red)" onClick={() => setDoing('erase')}>
              {t('lifetime.record.erasePatient')}
            </Button>
          )}
        </Group>
      </Stack>
      {doing === 'remove' && <RemovePatient patient={patient} onClose={() => setDoing(null)} />}
      {doing === 'erase' && <Erase patient={patient} ground="subject-request" onClose={() => setDoing(null)} />}
    </Panel>
  );
}

function RemovePatient({ patient, onClose }: { patient: PatientId; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const name = useRead('patients.banner', { patient }).data?.name ?? '';
  const remove = useAct('patients.remove');
  const [ground, setGround] = useState<Parameters<typeof GroundSelect>[0]['value']>('duplicate');
  return (
    <ReasonForm
      title={t('lifetime.remove.patientTitle', { name })}
      meaning={t('lifetime.remove.patientMeaning')}
      label={t('lifetime.remove.reason')}
      confirm={t('lifetime.remove.confirm')}
      act={remove}
      onClose={onClose}
      onSubmit={(reason) =>
        remove.mutate(
          { patient, ground, reason },
          {
            onSuccess: () => {
              offerUndo({
                text: t('lifetime.remove.done', { title: name }),
                // Where it fails, the patient still stands under “Retention” with the way back.
                undo: () => void call('patients.restore', { patient }).catch(() => undefined),
              });
              void navigate({ to: '/patients' });
            },
          },
        )
      }
    >
      <GroundSelect value={ground} onChange={setGround} />
    </ReasonForm>
  );
}
