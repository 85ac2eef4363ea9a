/** The dashed frame: what a machine said and no person has accepted yet looks different from what a person said. */
import { Bot } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './MachineSaid.module.css';

export function MachineSaid({ model, children }: { model?: string; children: ReactNode }) {
  const { t } = useTranslation();
  const label = model ? t('machine.label', { model }) : t('machine.said');
  return (
    <div className={classes.frame} role="group" aria-label={label}>
      <div className={classes.tag}>
        <Bot size={14} aria-hidden />
        <span>{label}</span>
      </div>
      {children}
    </div>
  );
}
