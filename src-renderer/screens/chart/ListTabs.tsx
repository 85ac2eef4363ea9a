/** Tabs that are one list: problems, allergies, medicines, labs, visits. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChartItem } from '../../../src-shared/contract/patients.ts';
import { useMay } from '../../core/session.tsx';
import { RemoveEntry } from '../lifetime/RemoveEntry.tsx';
import { AddButton } from './AddEntry.tsx';
import { ListPanel } from './ListPanel.tsx';
import { StopEntry, stoppable } from './StopEntry.tsx';
import { isActive } from './status.ts';
import { usePatient } from './usePatient.ts';

export function ProblemsTab() {
  return <EndableTab list="problems" add="problem" since />;
}

export function AllergiesTab() {
  return <EndableTab list="allergies" add="allergy" since />;
}

export function MedicinesTab() {
  return <EndableTab list="medicines" add="medicine" since />;
}

export function LabsTab() {
  return <RemovableTab list="labs" />;
}

export function EncountersTab() {
  return <RemovableTab list="encounters" />;
}

function RemovableTab({ list }: { list: 'labs' | 'encounters' }) {
  const patient = usePatient();
  const may = useMay('record.remove');
  return <ListPanel list={list} actions={may ? (item) => <RemoveEntry patient={patient} entry={item} compact /> : undefined} />;
}

function EndableTab({
  list,
  add,
  since,
}: {
  list: 'problems' | 'allergies' | 'medicines';
  add: 'problem' | 'allergy' | 'medicine';
  since: boolean;
}) {
  const { t } = useTranslation();
  const patient = usePatient();
  const may = useMay('chart.write');
  const [ending, setEnding] = useState<ChartItem | null>(null);
  const canEnd = (item: ChartItem) => isActive(item) && stoppable(item.type) !== undefined;
  return (
    <>
      <ListPanel
        list={list}
        since={since}
        withEnded
        adding={may && <AddButton kind={add} />}
        actions={
          may
            ? (item) => (
                <>
                  {canEnd(item) && (
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      aria-label={t('chart.list.endNamed', { title: item.title })}
                      onClick={() => setEnding(item)}
                    >
                      {t('chart.list.end')}
                    </Button>
                  )}
                  <RemoveEntry patient={patient} entry={item} compact />
                </>
              )
            : undefined
        }
      />
      {ending && <StopEntry item={ending} onClose={() => setEnding(null)} />}
    </>
  );
}
