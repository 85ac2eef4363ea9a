/** How far synchronisation is: the server, in sum, what two people changed, and item by item. */
import { Button } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Command, useCommands } from '../../commands/registry.ts';
import { Column, Columns } from '../../components/Columns.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Keys } from '../../components/Keys.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { refresh, useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { Conflicts } from './Conflicts.tsx';
import { Counts } from './Counts.tsx';
import { Items } from './Items.tsx';
import { PairForm } from './PairForm.tsx';
import { ServerState } from './ServerState.tsx';

export function SyncScreen() {
  const { t } = useTranslation();
  const status = useRead('sync.status', {});
  const maySettle = useMay('sync.settle');
  const paired = status.data?.paired ?? false;
  return (
    <Screen title={t('sync.title')} actions={paired && <SyncNow />}>
      <Loaded query={status} what={t('sync.title')} lines={6}>
        {(summary) => (
          <>
            <Columns>
              {summary.paired ? <ServerState of={summary} /> : <PairForm />}
              <Column>
                <Panel title={t('sync.sum')}>
                  <Counts of={summary} />
                </Panel>
                {maySettle && <Conflicts />}
              </Column>
            </Columns>
            <Items />
          </>
        )}
      </Loaded>
    </Screen>
  );
}

function SyncNow() {
  const { t } = useTranslation();
  const may = useMay('sync.write');
  const now = useAct('sync.now');
  const { mutate, isPending } = now;
  const commands = useMemo<Command[]>(
    () =>
      may
        ? [{ id: 'sync.now', title: t('sync.now'), group: 'do', keys: 's', run: () => mutate({}, { onSettled: shownAnew }) }]
        : [],
    [t, may, mutate],
  );
  useCommands(commands);
  if (!may) return null;
  return (
    <>
      {now.isError && <ErrorNotice error={now.error} />}
      <Button
        leftSection={<RefreshCw size={16} aria-hidden />}
        rightSection={<Keys keys="s" />}
        loading={isPending}
        onClick={() => commands[0]?.run()}
      >
        {t('sync.now')}
      </Button>
    </>
  );
}

function shownAnew(): void {
  for (const name of ['sync.status', 'sync.items', 'sync.conflicts'] as const) refresh(name);
}
