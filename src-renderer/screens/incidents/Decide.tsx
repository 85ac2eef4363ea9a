/** Brings an incident into its next state; a verdict needs its reason. */
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Incident } from '../../../src-shared/contract/incidents.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useAct } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { StateMark } from './Marks.tsx';

export function Decide({ of: { id, state, next, disputed } }: { of: Incident }) {
  const { t } = useTranslation();
  const may = useMay('incident.write');
  const move = useAct('incidents.move');
  const [why, setWhy] = useState('');
  const verdict = next.includes('breach-confirmed');
  return (
    <Panel title={t('incidents.decide.title')}>
      <Stack gap="sm">
        <StateMark of={state} />
        {disputed && <Notice tone="doubt" title={t('incidents.decide.disputed')} />}
        {!may && <Text c="dimmed">{t('incidents.decide.readOnly')}</Text>}
        {may && state !== 'open' && (
          <Textarea
            label={t('incidents.decide.why')}
            placeholder={t('incidents.decide.whyHint')}
            description={verdict ? t('incidents.decide.needed') : undefined}
            autosize
            minRows={2}
            maxLength={10_000}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
          />
        )}
        {may && (
          <Group gap="sm">
            {next.map((to, place) => (
              <Button
                key={to}
                variant={place === 0 && !verdict ? 'filled' : 'default'}
                disabled={verdict && why.trim() === ''}
                loading={move.isPending && move.variables.to === to}
                onClick={() => move.mutate({ incident: id, to, why })}
              >
                {to === 'investigating' && state !== 'open' ? t('incidents.decide.again') : t(`incidents.decide.${to}`)}
              </Button>
            ))}
          </Group>
        )}
        {move.isError && <ErrorNotice error={move.error} />}
      </Stack>
    </Panel>
  );
}
