/** The models on this machine: what each is for, how it did when it was measured, and its card. */
import { Badge, Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useRead } from '../../core/queries.ts';
import { count } from '../../format/numbers.ts';
import { type Figures, figuresIn, type Interval } from './figures.ts';
import classes from './settings.module.css';

type Model = Output<'models.list'>['models'][number];

export function Models() {
  const { t } = useTranslation();
  const models = useRead('models.list', {});
  return (
    <Panel title={t('settings.models.title')} count={models.data?.models.length}>
      <Loaded
        query={models}
        what={t('settings.models.title')}
        isEmpty={(data) => data.models.length === 0}
        empty={t('settings.models.empty')}
      >
        {(data) => (
          <Stack gap="xl">
            {data.models.map((model) => (
              <ModelPart key={model.id} model={model} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function ModelPart({ model }: { model: Model }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const figures = figuresIn(model.metrics);
  return (
    <Stack gap="sm">
      <Group gap="sm" justify="space-between">
        <Text component="h3" fw={600}>
          {t('settings.models.version', { id: model.id, version: model.version })}
        </Text>
        <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
          {t('settings.models.card')}
        </Button>
      </Group>
      {model.researchUse && (
        <Badge color="yellow" className={classes.use}>
          {model.researchUse}
        </Badge>
      )}
      <dl className={classes.facts}>
        <dt>{t('settings.models.intended')}</dt>
        <dd>{model.intendedUse}</dd>
        <dt>{t('settings.models.runsOn')}</dt>
        <dd>{model.provider}</dd>
      </dl>
      {figures.length > 0 ? <Measured figures={figures} /> : <Text c="dimmed">{t('settings.models.noMetrics')}</Text>}
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        size="xl"
        title={t('settings.models.cardOf', { id: model.id })}
        closeButtonProps={{ 'aria-label': t('do.close') }}
      >
        <div className={classes.card}>{model.card}</div>
      </Modal>
    </Stack>
  );
}

function Measured({ figures }: { figures: readonly Figures[] }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys
    <div className={classes.table} tabIndex={0} role="group" aria-label={t('settings.models.measured')}>
      <Table fz="xs" horizontalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            {(['source', 'over', 'images', 'auc', 'sensitivity', 'specificity', 'kappa', 'refused'] as const).map((head) => (
              <Table.Th key={head}>{t(`settings.models.heads.${head}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {figures.map((row) => (
            <Table.Tr key={`${row.source}/${row.over}`}>
              <Table.Td>{row.source}</Table.Td>
              <Table.Td>{t(`settings.models.overs.${row.over}`)}</Table.Td>
              <Table.Td>{count(row.images)}</Table.Td>
              {[row.aucReferable, row.sensitivity, row.specificity, row.kappa, row.refused].map((interval, place) => (
                <Table.Td key={place}>
                  <Figure of={interval} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text c="dimmed" fz="xs" mt={4}>
        {t('settings.models.intervals')}
      </Text>
    </div>
  );
}

function Figure({ of: { value, low, high } }: { of: Interval }) {
  const { t } = useTranslation();
  return t('settings.models.interval', { value: value.toFixed(2), low: low.toFixed(2), high: high.toFixed(2) });
}
