/** The entries, newest first; older ones are fetched as one scrolls. */
import { Button, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Ban, CircleCheck, CircleX, RefreshCw } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../src-shared/contract/audit.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Empty, Waiting } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { VirtualTable } from '../../components/VirtualTable.tsx';
import { When } from '../../components/When.tsx';
import { call } from '../../core/connection.ts';
import { count } from '../../format/numbers.ts';
import { actWords } from './acts.ts';
import classes from './audit.module.css';
import { EntryDetails } from './EntryDetails.tsx';
import type { Wanted } from './filter.ts';

const PAGE = 200;
const COLUMNS = '4rem 10.5rem minmax(8rem, 1fr) minmax(12rem, 2.5fr) minmax(8rem, 1fr) minmax(6rem, 0.8fr)';

export function EntryList({ wanted, onPatient }: { wanted: Wanted; onPatient: (patient: string) => void }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<AuditEntry | null>(null);
  const pages = useInfiniteQuery({
    queryKey: ['audit.list', wanted],
    queryFn: ({ pageParam }) => call('audit.list', { ...wanted, limit: PAGE, before: pageParam }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ entries }) => (entries.length < PAGE ? undefined : entries.at(-1)?.n),
    // Every reading of the log writes to it, so the core tells nobody that it has changed.
    refetchOnMount: 'always',
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const entries = pages.data?.pages.flatMap((page) => page.entries) ?? [];
  const total = pages.data?.pages[0]?.total;
  const heads = [
    t('audit.heads.n'),
    t('audit.heads.at'),
    t('audit.heads.who'),
    t('audit.heads.what'),
    t('audit.heads.patient'),
    t('audit.heads.outcome'),
  ];
  return (
    <Panel
      title={t('audit.list')}
      count={total}
      flush
      actions={
        <>
          {hasNextPage && (
            <Text c="dimmed" fz="sm">
              {t('audit.shown', { shown: count(entries.length), total: count(total ?? 0) })}
            </Text>
          )}
          <Button
            variant="subtle"
            leftSection={<RefreshCw size={14} aria-hidden />}
            loading={pages.isRefetching && !isFetchingNextPage}
            onClick={() => void pages.refetch()}
          >
            {t('audit.refresh')}
          </Button>
        </>
      }
    >
      {pages.isError && <ErrorNotice error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isPending && <Waiting what={t('audit.list')} lines={9} />}
      {pages.isSuccess && entries.length === 0 && <Empty>{t('audit.empty')}</Empty>}
      {entries.length > 0 && (
        <VirtualTable
          label={t('audit.list')}
          heads={heads}
          columns={COLUMNS}
          rows={entries}
          keyOf={({ n }) => n}
          onEnd={more}
          cells={(entry) => [
            <NumberOf key="n" of={entry} onOpen={() => setOpened(entry)} />,
            <When key="at" at={entry.at} />,
            <Who key="who" of={entry} />,
            <What key="what" of={entry} />,
            entry.patient && <Patient key="patient" id={entry.patient} name={entry.patientName} onPatient={onPatient} />,
            <Outcome key="outcome" of={entry} />,
          ]}
        />
      )}
      <EntryDetails entry={opened} onClose={() => setOpened(null)} />
    </Panel>
  );
}

function NumberOf({ of: { n }, onOpen }: { of: AuditEntry; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className={classes.patient} aria-label={t('audit.details.open', { n: count(n) })} onClick={onOpen}>
      {count(n)}
    </button>
  );
}

function Who({ of: { person, personName } }: { of: AuditEntry }) {
  const { t } = useTranslation();
  if (person === 'system') return t('audit.system');
  return personName ?? person ?? <span className={classes.quiet}>{t('audit.nobody')}</span>;
}

function What({ of: { action, procedure, model: named, ai } }: { of: AuditEntry }) {
  const { t } = useTranslation();
  const model = ai ? [ai.model, ai.version].filter(Boolean).join(' ') : named;
  return (
    <>
      <span title={procedure}>{t('audit.act', { action: t(`audit.actions.${action}`), words: actWords(procedure) })}</span>
      {model && <span className={classes.line}>{t('audit.model', { model })}</span>}
      {/* The rest of it, such as which passages, is for whoever opens the entry. */}
      {ai?.outcome && <span className={classes.line}>{ai.outcome.split(';')[0]}</span>}
    </>
  );
}

function Patient({ id, name, onPatient }: { id: string; name: string | undefined; onPatient: (patient: string) => void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={classes.patient}
      data-name={name !== undefined || undefined}
      title={t('audit.onlyThis', { patient: name ?? id })}
      onClick={() => onPatient(id)}
    >
      {name ?? id}
    </button>
  );
}

const signs = { ok: CircleCheck, denied: Ban, failed: CircleX } as const;

function Outcome({ of: { outcome, reason } }: { of: AuditEntry }) {
  const { t } = useTranslation();
  const Sign = signs[outcome];
  return (
    <>
      <span className={classes.outcome} data-outcome={outcome}>
        <Sign size={16} aria-hidden />
        {t(`audit.outcomes.${outcome}`)}
      </span>
      {reason && <span className={classes.line}>{reason}</span>}
    </>
  );
}
