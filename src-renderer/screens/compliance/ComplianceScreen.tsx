/** What a security officer would sign: each check with its evidence and the law it answers, to be run here and printed. */
import { Button, Group, Table, Text } from '@mantine/core';
import { CircleCheck, CircleX, Info, Printer, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Check, ComplianceReport } from '../../../src-shared/contract/compliance.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Fact, Facts } from '../../components/Facts.tsx';
import { Empty, Waiting } from '../../components/Loaded.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { When } from '../../components/When.tsx';
import { useAct } from '../../core/queries.ts';
import { useSession } from '../../core/session.tsx';
import { askShell } from '../../core/shell.ts';
import classes from './compliance.module.css';

const signs = { ok: CircleCheck, fail: CircleX, note: Info } as const;

export function ComplianceScreen() {
  const { t } = useTranslation();
  const verify = useAct('compliance.verify');
  const report = verify.data;
  return (
    <Screen title={t('compliance.title')} intro={t('compliance.intro')}>
      <div className={classes.unprinted}>
        <Group gap="sm">
          <Button
            leftSection={<ShieldCheck size={16} aria-hidden />}
            loading={verify.isPending}
            onClick={() => verify.mutate({})}
          >
            {t(report ? 'compliance.again' : 'compliance.run')}
          </Button>
          {report && (
            <Button variant="default" leftSection={<Printer size={16} aria-hidden />} onClick={() => askShell({ t: 'print' })}>
              {t('do.print')}
            </Button>
          )}
          <Text c="dimmed" fz="sm">
            {t('compliance.terminal', { command: t('compliance.command') })}
          </Text>
        </Group>
      </div>
      {verify.isError && <ErrorNotice error={verify.error} onRetry={() => verify.mutate({})} />}
      {verify.isPending && (
        <div role="status">
          <Text c="dimmed">{t('compliance.running')}</Text>
          <Waiting what={t('compliance.title')} lines={6} />
        </div>
      )}
      {!report && !verify.isPending && !verify.isError && <Empty>{t('compliance.notYet')}</Empty>}
      {report && !verify.isPending && <Report of={report} />}
    </Screen>
  );
}

function Report({ of: { ok, at, checks } }: { of: ComplianceReport }) {
  const { t } = useTranslation();
  const { person, status } = useSession();
  const failed = checks.filter((check) => resultOf(check) === 'fail').length;
  const notes = checks.filter((check) => resultOf(check) === 'note').length;
  return (
    <div className={classes.sheet}>
      <Notice
        tone={ok ? 'good' : 'critical'}
        title={ok ? t('compliance.good') : t('compliance.bad', { count: failed })}
        role={ok ? 'status' : 'alert'}
      >
        <Text>{t('compliance.sum', { held: checks.length - failed - notes, all: checks.length, notes })}</Text>
      </Notice>
      <Facts>
        <Fact name={t('compliance.clinic')}>{status.clinic}</Fact>
        <Fact name={t('compliance.at')}>
          <When at={at} />
        </Fact>
        <Fact name={t('compliance.by')}>{person.displayName}</Fact>
      </Facts>
      <Panel title={t('compliance.title')} flush>
        <Table horizontalSpacing="lg" aria-label={t('compliance.title')} className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              {(['result', 'check', 'evidence', 'cites'] as const).map((head) => (
                <Table.Th key={head}>{t(`compliance.heads.${head}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {checks.map((check) => (
              <Row key={check.id} of={check} />
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
      <Text c="dimmed" fz="xs">
        {t('compliance.printed', { version: status.version })}
      </Text>
    </div>
  );
}

function Row({ of: check }: { of: Check }) {
  const { t } = useTranslation();
  const result = resultOf(check);
  const Sign = signs[result];
  return (
    <Table.Tr>
      <Table.Td>
        <span className={classes.result} data-result={result}>
          <Sign size={16} aria-hidden />
          {t(`compliance.results.${result}`)}
        </span>
      </Table.Td>
      <Table.Td fw={500}>{t(`compliance.checks.${check.id}`)}</Table.Td>
      <Table.Td>{check.evidence}</Table.Td>
      <Table.Td className={classes.cites}>
        {check.cites.map((cite) => (
          <span key={cite}>{cite}</span>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}

function resultOf({ ok, severity }: Check): 'ok' | 'fail' | 'note' {
  return ok ? 'ok' : severity;
}
