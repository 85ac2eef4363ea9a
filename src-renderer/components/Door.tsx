/** The screens before the workspace: one card on a quiet ground. */
import { FlaskConical } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Door.module.css';

interface Props {
  title: string;
  clinic?: string;
  sample?: boolean;
  wide?: boolean;
  children: ReactNode;
}

export function Door({ title, clinic, sample = false, wide = false, children }: Props) {
  const { t } = useTranslation();
  return (
    <main className={classes.ground}>
      <div className={classes.card} data-wide={wide || undefined}>
        <header>
          <div className={classes.brand}>
            <span className={classes.lamp} aria-hidden />
            <span>{t('frame.product')}</span>
            {sample && (
              <span className={classes.sample}>
                <FlaskConical size={14} aria-hidden />
                {t('frame.sample')}
              </span>
            )}
          </div>
          {clinic && <div className={classes.clinic}>{clinic}</div>}
          <h1 className={classes.title}>{title}</h1>
        </header>
        {children}
      </div>
    </main>
  );
}
