/** Incidents as lines that open them. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { IncidentRow } from '../../../src-shared/contract/incidents.ts';
import { rules } from '../../../src-shared/incidents/rules.ts';
import { RowLink } from '../../components/RowLink.tsx';
import { When } from '../../components/When.tsx';
import classes from './incidents.module.css';
import { SeverityMark, StateMark } from './Marks.tsx';

export function IncidentRows({ rows }: { rows: readonly IncidentRow[] }) {
  const { t } = useTranslation();
  return rows.map((row) => (
    <RowLink key={row.id} to="/incidents/$id" params={{ id: row.id }} aside={<When at={row.discovered} />}>
      <span className={classes.line}>
        <SeverityMark of={row.severity} />
        <Text span fw={600}>
          {rules[row.rule].title}
        </Text>
        <span>{row.personName ? t('incidents.by', { name: row.personName }) : t('incidents.nobody')}</span>
        <StateMark of={row.state} />
        {row.workstation && <span className={classes.quiet}>{t('incidents.elsewhere', { workstation: row.workstation })}</span>}
        <span className={classes.quiet}>{t('incidents.number', { number: row.label ?? row.number })}</span>
      </span>
      <span className={classes.said}>{row.said}</span>
    </RowLink>
  ));
}
