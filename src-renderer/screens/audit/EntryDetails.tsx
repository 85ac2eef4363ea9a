/** Everything that one entry of the log says. */
import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../src-shared/contract/audit.ts';
import { Fact, Facts } from '../../components/Facts.tsx';
import { When } from '../../components/When.tsx';
import { count } from '../../format/numbers.ts';
import { summaryOf } from './acts.ts';
import classes from './audit.module.css';

export function EntryDetails({ entry, onClose }: { entry: AuditEntry | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={entry !== null}
      onClose={onClose}
      size="lg"
      title={entry && t('audit.details.title', { n: count(entry.n) })}
      closeButtonProps={{ 'aria-label': t('audit.details.close') }}
    >
      {entry && <EntryFacts of={entry} />}
    </Modal>
  );
}

function EntryFacts({ of: entry }: { of: AuditEntry }) {
  const { t } = useTranslation();
  const model = entry.ai?.model ?? entry.model;
  return (
    <Facts>
      <Fact name={t('audit.heads.at')}>
        <When at={entry.at} /> <span className={classes.code}>{entry.at}</span>
      </Fact>
      <Fact name={t('audit.heads.who')}>
        {entry.person === 'system' ? t('audit.system') : (entry.personName ?? entry.person ?? t('audit.nobody'))}
      </Fact>
      <Fact name={t('audit.details.roles')}>
        {entry.roles.map((role) => t(`audit.roles.${role}` as 'audit.roles.nurse', { defaultValue: role })).join(', ')}
      </Fact>
      <Fact name={t('audit.heads.what')}>{`${t(`audit.actions.${entry.action}`)}: ${summaryOf(entry.procedure)}`}</Fact>
      <Fact name={t('audit.details.procedure')}>{entry.procedure}</Fact>
      <Fact name={t('audit.heads.patient')}>{entry.patientName ? `${entry.patientName} (${entry.patient})` : entry.patient}</Fact>
      <Fact name={t('audit.heads.outcome')}>{t(`audit.outcomes.${entry.outcome}`)}</Fact>
      <Fact name={t('audit.details.reason')}>{entry.reason}</Fact>
      <Fact name={t('audit.details.model')}>{model && [model, entry.ai?.version].filter(Boolean).join(' ')}</Fact>
      <Fact name={t('audit.details.said')}>{entry.ai?.outcome}</Fact>
      <Fact name={t('audit.details.resources')}>{entry.resources.length > 0 && <Resources of={entry.resources} />}</Fact>
      <Fact name={t('audit.details.device')}>{entry.device}</Fact>
    </Facts>
  );
}

const SHOWN_MAX = 50;

function Resources({ of }: { of: AuditEntry['resources'] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.resources}>
      {of.slice(0, SHOWN_MAX).map(({ type, id, before, after }) => (
        <li key={`${type}/${id}/${after}`}>
          {type}/{id}
          {after !== undefined &&
            ` ${before === undefined ? t('audit.details.version', { after }) : t('audit.details.versions', { before, after })}`}
        </li>
      ))}
      {of.length > SHOWN_MAX && <li>{t('audit.details.more', { count: of.length - SHOWN_MAX })}</li>}
    </ul>
  );
}
