/** A recovery code in its groups, numbered, to print. */
import { Button } from '@mantine/core';
import { Printer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { askShell } from '../core/shell.ts';
import classes from './RecoveryCode.module.css';

export function RecoveryCode({ code, clinic }: { code: string; clinic?: string }) {
  const { t } = useTranslation();
  return (
    <div className={classes.sheet}>
      <div className={classes.head}>
        <strong>{t('setup.sheetTitle')}</strong>
        {clinic && <span>{clinic}</span>}
      </div>
      <ol className={classes.groups} aria-label={t('setup.sheetTitle')}>
        {groupsOf(code).map((group, index) => (
          <li key={`${index}${group}`} className={classes.group}>
            <span className={classes.number}>{index + 1}</span>
            <code>{group}</code>
          </li>
        ))}
      </ol>
      <Button
        variant="default"
        leftSection={<Printer size={16} aria-hidden />}
        onClick={() => askShell({ t: 'print' })}
        className={classes.print}
      >
        {t('setup.printSheet')}
      </Button>
    </div>
  );
}

function groupsOf(code: string): string[] {
  return code.split(/[-\s]+/).filter((group) => group !== '');
}
