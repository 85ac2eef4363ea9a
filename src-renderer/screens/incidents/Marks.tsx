/** How urgent an incident is and where it stands: a sign and a word. */
import { Bell, CircleAlert, CircleCheck, CircleDot, Eye, Search, ShieldAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { IncidentRow } from '../../../src-shared/contract/incidents.ts';
import classes from './incidents.module.css';

const severitySigns = { alarm: CircleAlert, review: Bell, note: Eye } as const;
const stateSigns = {
  open: CircleDot,
  investigating: Search,
  'not-a-breach': CircleCheck,
  'breach-confirmed': ShieldAlert,
  closed: CircleCheck,
} as const;

export function SeverityMark({ of }: { of: IncidentRow['severity'] }) {
  const { t } = useTranslation();
  const Sign = severitySigns[of];
  return (
    <span className={classes.severity} data-severity={of}>
      <Sign size={16} aria-hidden />
      {t(`incidents.severity.${of}`)}
    </span>
  );
}

export function StateMark({ of }: { of: IncidentRow['state'] }) {
  const { t } = useTranslation();
  const Sign = stateSigns[of];
  return (
    <span className={classes.state}>
      <Sign size={16} aria-hidden />
      {t(`incidents.state.${of}`)}
    </span>
  );
}
