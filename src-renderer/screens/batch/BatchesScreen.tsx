/** Beginning a batch, and the ones there are. */
import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { FolderOpen, ListChecks } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchRow } from '../../../src-shared/contract/batches.ts';
import { Columns } from '../../components/Columns.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RowLink } from '../../components/RowLink.tsx';
import { Screen } from '../../components/Screen.tsx';
import { When } from '../../components/When.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { choose } from '../../core/shell.ts';
import classes from './batch.module.css';

const tasks = ['any', 'fundus', 'chest-xray'] as const;

export function BatchesScreen() {
  const { t } = useTranslation();
  const batches = useRead('batches.list', {});
  return (
    <Screen title={t('batch.title')} intro={t('batch.intro')}>
      <Columns>
        <Panel title={t('batch.list')} count={batches.data?.batches.length} flush>
          <Loaded query={batches} what={t('batch.list')} isEmpty={(data) => data.batches.length === 0} empty={t('batch.empty')}>
            {(data) => data.batches.map((batch) => <Line key={batch.id} batch={batch} />)}
          </Loaded>
        </Panel>
        <Panel title={t('batch.startTitle')}>
          <Start waiting={batches.data?.waiting ?? 0} />
        </Panel>
      </Columns>
    </Screen>
  );
}

function Line({ batch }: { batch: BatchRow }) {
  const { t } = useTranslation();
  const { id, title, state, total, read, refused, at } = batch;
  return (
    <RowLink to="/batches/$batch" params={{ batch: id }} aside={<When at={at} />}>
      <Group gap="md" style={{ rowGap: 0 }}>
        <Text span fw={600}>
          {title}
        </Text>
        <span className={classes.state} data-state={state}>
          {t(`batch.states.${state}`)}
        </span>
        <Text span c="dimmed">
          {t('batch.counts', { count: total, read, refused })}
        </Text>
      </Group>
    </RowLink>
  );
}

function Start({ waiting }: { waiting: number }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [task, setTask] = useState<(typeof tasks)[number]>('any');
  const worklist = useAct('batches.startWorklist');
  const folder = useAct('batches.startFolder');
  const wish = task === 'any' ? {} : { task };
  const open = { onSuccess: ({ batch }: { batch: string }) => void navigate({ to: '/batches/$batch', params: { batch } }) };
  async function askFolder() {
    const place = await choose('image-folder');
    if (place) folder.mutate({ folder: place.handle, ...wish }, open);
  }
  return (
    <Stack gap="md">
      <NativeSelect
        label={t('batch.task')}
        value={task}
        onChange={(event) => setTask(tasks.find((one) => one === event.currentTarget.value) ?? 'any')}
        data={tasks.map((value) => ({ value, label: t(`batch.tasks.${value}`) }))}
      />
      <div>
        <Button
          leftSection={<ListChecks size={16} aria-hidden />}
          disabled={waiting === 0}
          loading={worklist.isPending}
          onClick={() => worklist.mutate(wish, open)}
        >
          {t('batch.worklist', { count: waiting })}
        </Button>
        <Text c="dimmed" fz="sm" mt={4}>
          {waiting === 0 ? t('batch.worklistEmpty') : t('batch.worklistHint')}
        </Text>
        {worklist.isError && <ErrorNotice error={worklist.error} />}
      </div>
      <div>
        <Button
          variant="default"
          leftSection={<FolderOpen size={16} aria-hidden />}
          loading={folder.isPending}
          onClick={() => void askFolder()}
        >
          {t('batch.folder')}
        </Button>
        <Text c="dimmed" fz="sm" mt={4}>
          {t('batch.folderHint')}
        </Text>
        {folder.isError && <ErrorNotice error={folder.error} />}
      </div>
    </Stack>
  );
}
