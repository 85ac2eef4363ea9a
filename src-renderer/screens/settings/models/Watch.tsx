/** How the models do here: what clinicians made of them, what the gates refused, whether the pictures are still like those of the training. */
import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Share, WatchRow } from '../../../../src-shared/contract/models.ts';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { HeadedTable } from '../../../components/HeadedTable.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { When } from '../../../components/When.tsx';
import { useAct, useRead } from '../../../core/queries.ts';
import { percent } from '../../../format/numbers.ts';

export function Watch() {
  const { t } = useTranslation();
  const watch = useRead('models.watch', {});
  return (
    <Panel title={t('settings.models.watch')}>
      <Loaded
        query={watch}
        what={t('settings.models.watch')}
        isEmpty={({ rows }) => rows.length === 0}
        empty={t('settings.models.watchEmpty')}
      >
        {({ rows }) => (
          <Stack gap="md">
            {rows.flatMap((row) => row.alarms.map((alarm) => <Alarm key={alarm.id} row={row} alarm={alarm} />))}
            <HeadedTable
              small
              label={t('settings.models.watch')}
              heads={(['model', 'readings', 'accepted', 'changed', 'rejected', 'refused', 'drift', 'shadow'] as const).map(
                (head) => t(`settings.models.watchHeads.${head}`),
              )}
            >
              {rows.map((row) => (
                <Line key={`${row.id} ${row.version}`} row={row} />
              ))}
            </HeadedTable>
            <Text c="dimmed" fz="xs">
              {t('settings.models.watchHint')}
            </Text>
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function Line({ row }: { row: WatchRow }) {
  const { t } = useTranslation();
  const worst = row.drift?.reduce((most, one) => (one.psi > most.psi ? one : most));
  return (
    <Table.Tr>
      <Table.Td>{t('settings.models.version', { id: row.id, version: row.version })}</Table.Td>
      <Table.Td>{row.readings}</Table.Td>
      {[row.accepted, row.changed, row.rejected, row.refused].map((share, place) => (
        <Table.Td key={place}>
          <Part of={share} />
        </Table.Td>
      ))}
      <Table.Td>
        {worst
          ? t('settings.models.driftOf', { psi: worst.psi.toFixed(2), feature: worst.feature })
          : t('settings.models.noDrift')}
      </Table.Td>
      <Table.Td>{row.shadow ? <Part of={row.shadow.agreement} /> : ''}</Table.Td>
    </Table.Tr>
  );
}

function Part({ of: { count, of, value, low, high } }: { of: Share }) {
  const { t } = useTranslation();
  if (of === 0) return t('settings.models.nothing');
  return t('settings.models.share', { percent: percent(value), low: percent(low), high: percent(high), count, of });
}

function Alarm({ row, alarm }: { row: WatchRow; alarm: WatchRow['alarms'][number] }) {
  const { t } = useTranslation();
  const seen = useAct('models.alarmSeen');
  return (
    <Notice tone="doubt" title={t('settings.models.alarm', { id: row.id, version: row.version })}>
      <Text>{alarm.says}</Text>
      <Text c="dimmed" fz="sm">
        <When at={alarm.since} />
        {alarm.seenBy && ` · ${t('settings.models.seenBy', { name: alarm.seenBy })}`}
      </Text>
      {!alarm.seenBy && (
        <Group mt={6}>
          <Button size="compact-sm" variant="default" loading={seen.isPending} onClick={() => seen.mutate({ alarm: alarm.id })}>
            {t('settings.models.lookAfter')}
          </Button>
        </Group>
      )}
      {seen.isError && <ErrorNotice error={seen.error} />}
    </Notice>
  );
}
