/** Everything that one entry of the log says. */
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../src-shared/contract/audit.ts';
import { contract } from '../../../src-shared/contract/index.ts';
import { When } from '../../components/When.tsx';
import { count } from '../../format/numbers.ts';
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
      {entry && <Facts of={entry} />}
    </Modal>
  );
}

function Facts({ of: entry }: { of: AuditEntry }) {
  const { t } = useTranslation();
  const model = entry.ai?.model ?? entry.model;
  const facts: [string, ReactNode][] = [
    [t('audit.heads.at'), <When key="at" at={entry.at} />],
    [
      t('audit.heads.who'),
      entry.person === 'system' ? t('audit.system') : (entry.personName ?? entry.person ?? t('audit.nobody')),
    ],
    [
      t('audit.details.roles'),
      entry.roles.map((role) => t(`audit.roles.${role}` as 'audit.roles.nurse', { defaultValue: role })).join(', '),
    ],
    [t('audit.heads.what'), `${t(`audit.actions.${entry.action}`)}: ${summaryOf(entry.procedure)}`],
    [t('audit.details.procedure'), entry.procedure],
    [t('audit.heads.patient'), entry.patientName ? `${entry.patientName} (${entry.patient})` : entry.patient],
    [t('audit.heads.outcome'), t(`audit.outcomes.${entry.outcome}`)],
    [t('audit.details.reason'), entry.reason],
    [t('audit.details.model'), model && [model, entry.ai?.version].filter(Boolean).join(' ')],
    [t('audit.details.said'), entry.ai?.outcome],
    [t('audit.details.resources'), entry.resources.length > 0 && <Resources of={entry.resources} />],
    [t('audit.details.device'), entry.device],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name} className={classes.fact}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
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

function summaryOf(procedure: string): string {
  return Object.entries(contract).find(([name]) => name === procedure)?.[1].summary ?? procedure;
}
