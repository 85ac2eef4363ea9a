/** Erasures: those that wait for a second person, and those that were done, each with its proof. */
import { Button, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Erasure } from '../../../src-shared/contract/lifetime.ts';
import { type PatientId, patientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { HeadedTable } from '../../components/HeadedTable.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { When } from '../../components/When.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { Erase } from './Erase.tsx';
import classes from './lifetime.module.css';

export function Erasures() {
  const { t } = useTranslation();
  const erasures = useRead('erasure.list', {});
  const [confirming, setConfirming] = useState<PatientId | null>(null);
  return (
    <Panel title={t('lifetime.erasures.title')} count={erasures.data?.erasures.length} flush>
      <Loaded
        query={erasures}
        what={t('lifetime.erasures.title')}
        isEmpty={(data) => data.erasures.length === 0}
        empty={t('lifetime.erasures.empty')}
      >
        {(data) => (
          <HeadedTable
            heads={[
              t('lifetime.erasures.heads.record'),
              t('lifetime.erasures.heads.state'),
              t('lifetime.erasures.heads.by'),
              t('lifetime.erasures.heads.at'),
            ]}
            acts={t('lifetime.erasures.heads.do')}
          >
            {data.erasures.map((one) => (
              <Line key={one.id} erasure={one} onConfirm={setConfirming} />
            ))}
          </HeadedTable>
        )}
      </Loaded>
      {confirming && <Erase patient={confirming} ground="subject-request" onClose={() => setConfirming(null)} />}
    </Panel>
  );
}

function Line({ erasure, onConfirm }: { erasure: Erasure; onConfirm: (patient: PatientId) => void }) {
  const { t } = useTranslation();
  const may = useMay('lifetime.decide');
  const withdraw = useAct('erasure.withdraw');
  const patient = patientId.parse(erasure.patient);
  return (
    <Table.Tr>
      <Table.Td>
        {erasure.patientName ? (
          <Text fw={600}>{erasure.patientName}</Text>
        ) : (
          <span className={classes.code}>{erasure.patient}</span>
        )}
        {withdraw.isError && <ErrorNotice error={withdraw.error} />}
      </Table.Td>
      <Table.Td>
        <Text>{t(`lifetime.erasures.state.${erasure.state}`)}</Text>
        <Text c="dimmed" fz="xs">
          {t(`lifetime.erase.grounds.${erasure.ground}`)}
        </Text>
      </Table.Td>
      <Table.Td>{[...new Set([erasure.requestedBy, erasure.confirmedBy].filter(Boolean))].join(', ')}</Table.Td>
      <Table.Td>
        <When at={erasure.erasedAt ?? erasure.requestedAt} />
      </Table.Td>
      <Table.Td>
        <div className={classes.actions}>
          {erasure.state === 'done' && (
            <Link
              to="/retention/proof/$id"
              params={{ id: erasure.id }}
              aria-label={t('lifetime.erasures.proofNamed', { id: erasure.id })}
            >
              {t('lifetime.erasures.proof')}
            </Link>
          )}
          {erasure.state === 'requested' && may && (
            <>
              <Button variant="default" size="compact-sm" onClick={() => onConfirm(patient)}>
                {t('lifetime.due.erase')}
              </Button>
              <Button
                variant="subtle"
                size="compact-sm"
                loading={withdraw.isPending}
                onClick={() => withdraw.mutate({ patient, id: erasure.id })}
              >
                {t('lifetime.erase.withdraw')}
              </Button>
            </>
          )}
        </div>
      </Table.Td>
    </Table.Tr>
  );
}
