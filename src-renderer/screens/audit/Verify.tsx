/** How far the log is sealed and confirmed, and the check of all of it, which says in a sentence what was found. */
import { Button, Stack, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { entriesElsewhere, type GoesOn } from '../../../src-shared/audit/chain.ts';
import { verdict as verdictShape } from '../../../src-shared/contract/audit.ts';
import type { Output } from '../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Fact, Facts } from '../../components/Facts.tsx';
import { JobBar } from '../../components/JobBar.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { isRunning, useJob } from '../../core/jobs.ts';
import { useAct, useRead } from '../../core/queries.ts';
import { moment } from '../../format/dates.ts';
import { count } from '../../format/numbers.ts';

export function Verify() {
  const { t } = useTranslation();
  const start = useAct('audit.startVerify');
  const job = useJob(start.data?.job);
  const running = start.isPending || (job !== undefined && isRunning(job));
  const found = job?.state === 'done' ? verdictShape.parse(job.result) : undefined;
  return (
    <Panel
      title={t('audit.verify.title')}
      actions={
        <Button leftSection={<ShieldCheck size={16} aria-hidden />} loading={running} onClick={() => start.mutate({})}>
          {t('audit.verify.do')}
        </Button>
      }
    >
      <Stack gap="sm">
        <State />
        {found ? <Result of={found} /> : <Text c="dimmed">{t('audit.verify.intro')}</Text>}
        {job && job.state !== 'done' && <JobBar job={job} />}
        {start.isError && <ErrorNotice error={start.error} onRetry={() => start.mutate({})} />}
      </Stack>
    </Panel>
  );
}

function State() {
  const { t } = useTranslation();
  const state = useRead('audit.state', {});
  return (
    <Loaded query={state} what={t('audit.verify.title')} lines={2}>
      {({ entries, sealedTo, sealedAt, receiptTo, receiptAt }) => (
        <Facts>
          <Fact name={t('audit.state.entries')}>{count(entries)}</Fact>
          <Fact name={t('audit.state.sealed')}>
            {sealedAt ? t('audit.state.upTo', { n: count(sealedTo), at: moment(sealedAt) }) : t('audit.state.notYet')}
          </Fact>
          <Fact name={t('audit.state.receipt')}>
            {receiptAt ? t('audit.state.upTo', { n: count(receiptTo), at: moment(receiptAt) }) : t('audit.state.noServer')}
          </Fact>
        </Facts>
      )}
    </Loaded>
  );
}

/** Where the log goes on from a restored copy, in words. */
function goesOnWords(t: TFunction, at: GoesOn): string {
  const elsewhere = entriesElsewhere(at);
  const from =
    at.backupAt === undefined
      ? t('audit.verify.fromCopy', { n: count(at.n) })
      : t('audit.verify.fromBackup', { n: count(at.n), at: moment(at.backupAt) });
  const rest =
    at.formerTo === undefined
      ? t('audit.verify.elsewhereUnknown')
      : elsewhere === 0
        ? t('audit.verify.elsewhereNone')
        : t('audit.verify.elsewhere', { count: elsewhere, first: count((at.sharedTo ?? at.last) + 1), last: count(at.formerTo) });
  return `${from} ${rest}`;
}

function Result({ of: { ok, entries, seals, firstBad, goesOn = [] } }: { of: Output<'audit.verify'> }) {
  const { t } = useTranslation();
  if (ok)
    return (
      <Notice tone="good" title={t('audit.verify.good', { entries: count(entries), seals: count(seals) })} role="status">
        {goesOn.map((at) => (
          <Text key={at.n}>{goesOnWords(t, at)}</Text>
        ))}
      </Notice>
    );
  const { index = null, what = '' } = firstBad ?? {};
  return (
    <Notice
      tone="critical"
      title={index === null ? t('audit.verify.badPage', { what }) : t('audit.verify.bad', { index: count(index), what })}
      role="alert"
    >
      <Text>{t('audit.verify.badMeaning')}</Text>
    </Notice>
  );
}
