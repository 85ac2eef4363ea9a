/** Each change, file and the access log, with its honest state. */
import { NativeSelect, Text } from '@mantine/core';
import { CircleCheck, CircleX, Clock, type LucideIcon, Send, Split } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { type ItemState, itemState } from '../../../src-shared/contract/sync.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { VirtualTable } from '../../components/VirtualTable.tsx';
import { When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import { count } from '../../format/numbers.ts';
import classes from './sync.module.css';
import { useTypeName } from './useTypeName.ts';

type Item = Output<'sync.items'>['items'][number];

const SHOWN_MAX = 1000;
const COLUMNS = '9rem minmax(8rem, 1fr) minmax(8rem, 1fr) 10.5rem minmax(10rem, 1.6fr)';

export function Items() {
  const { t } = useTranslation();
  const typeName = useTypeName();
  const [state, setState] = useState<ItemState>();
  const items = useRead('sync.items', { state, limit: SHOWN_MAX }, { keepPrevious: true });
  const cut = items.data !== undefined && items.data.total > items.data.items.length;
  const heads = [
    t('sync.heads.state'),
    t('sync.heads.what'),
    t('sync.heads.patient'),
    t('sync.heads.at'),
    t('sync.heads.reason'),
  ];
  return (
    <Panel
      title={t('sync.items')}
      count={items.data?.total}
      flush
      actions={
        <>
          {cut && (
            <Text c="dimmed" fz="sm">
              {t('sync.shownOf', { shown: count(items.data.items.length), total: count(items.data.total) })}
            </Text>
          )}
          <NativeSelect
            aria-label={t('sync.filter')}
            size="xs"
            value={state ?? ''}
            onChange={(event) => setState(itemState.options.find((one) => one === event.currentTarget.value))}
            data={[
              { value: '', label: t('sync.all') },
              ...itemState.options.map((one) => ({ value: one, label: t(`sync.states.${one}`) })),
            ]}
          />
        </>
      }
    >
      <Loaded
        query={items}
        what={t('sync.items')}
        isEmpty={(data) => data.items.length === 0}
        empty={state ? t('sync.itemsEmptyState') : t('sync.itemsEmpty')}
      >
        {(data) => (
          <VirtualTable
            label={t('sync.items')}
            heads={heads}
            columns={COLUMNS}
            rows={data.items}
            keyOf={(item) => `${item.what}/${item.seq}/${item.id}`}
            cells={(item) => [
              <State key="state" of={item.state} />,
              t(`sync.what.${item.what}`, { type: typeName(item.type) }),
              item.patientName,
              <When key="at" at={item.at} />,
              <Reason key="reason" of={item} />,
            ]}
          />
        )}
      </Loaded>
    </Panel>
  );
}

const signs: Readonly<Record<ItemState, LucideIcon>> = {
  waiting: Clock,
  sending: Send,
  sent: Send,
  acknowledged: CircleCheck,
  refused: CircleX,
  conflicted: Split,
};

function State({ of }: { of: ItemState }) {
  const { t } = useTranslation();
  const Sign = signs[of];
  return (
    <span className={classes.state} data-state={of}>
      <Sign size={16} aria-hidden />
      {t(`sync.states.${of}`)}
    </span>
  );
}

function Reason({ of: { reason, action } }: { of: Item }) {
  if (!reason && !action) return null;
  return (
    <>
      {reason && <span className={classes.reason}>{reason}</span>}
      {action && <span className={classes.action}>{action}</span>}
    </>
  );
}
