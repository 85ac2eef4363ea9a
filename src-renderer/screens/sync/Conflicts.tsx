/** What two people changed, and the dialog in which a clinician says which holds. */
import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import { type Conflict, useWhat } from './conflict.ts';
import { Settle } from './Settle.tsx';
import classes from './sync.module.css';

export function Conflicts() {
  const { t } = useTranslation();
  const conflicts = useRead('sync.conflicts', {});
  const [open, setOpen] = useState<string | null>(null);
  const settling = conflicts.data?.conflicts.find(({ id }) => id === open);
  return (
    <Panel title={t('sync.conflicts.title')} count={conflicts.data?.conflicts.length} flush>
      <Loaded
        query={conflicts}
        what={t('sync.conflicts.title')}
        lines={1}
        isEmpty={(data) => data.conflicts.length === 0}
        empty={t('sync.conflicts.empty')}
      >
        {(data) => (
          <ul className={classes.list}>
            {data.conflicts.map((conflict) => (
              <Line key={conflict.id} conflict={conflict} onOpen={() => setOpen(conflict.id)} />
            ))}
          </ul>
        )}
      </Loaded>
      {settling && <Settle key={settling.id} conflict={settling} onClose={() => setOpen(null)} />}
    </Panel>
  );
}

function Line({ conflict, onOpen }: { conflict: Conflict; onOpen: () => void }) {
  const { t } = useTranslation();
  const what = useWhat(conflict);
  return (
    <li className={classes.line}>
      <Group justify="space-between" gap="sm">
        <div>
          <Text fw={600}>{what}</Text>
          <Text c="dimmed" fz="sm">
            {t('sync.conflicts.fields', { count: conflict.fields.length })} <When at={conflict.at} />
          </Text>
        </div>
        <Button variant="default" onClick={onOpen} aria-label={t('sync.conflicts.dialog', { what })}>
          {t('sync.conflicts.open')}
        </Button>
      </Group>
    </li>
  );
}
