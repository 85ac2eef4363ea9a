/** Last saved, offline since, what is degraded, and where the keys are. */
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useErrorSentence } from '../components/ErrorNotice.tsx';
import { Keys } from '../components/Keys.tsx';
import { useSaveState } from '../core/drafts.ts';
import { useRead } from '../core/queries.ts';
import { useMay, useSession } from '../core/session.tsx';
import { clock, moment } from '../format/dates.ts';
import classes from './Frame.module.css';

export function StatusLine({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation();
  const { status } = useSession();
  const saved = useSaveState();
  const refusal = useErrorSentence(saved.refusal);
  const maySync = useMay('sync.read');
  const sync = useRead('sync.status', {}, { enabled: maySync }).data;
  return (
    <footer className={classes.status} aria-label={t('frame.status')}>
      <span role="status" className={classes.saved} data-state={saved.state}>
        {saved.state === 'saved' && saved.savedAt
          ? t('frame.saved.saved', { time: clock(saved.savedAt) })
          : t(`frame.saved.${saved.state === 'saved' ? 'nothing' : saved.state}`)}
      </span>
      {refusal && (
        <span role="alert" className={classes.degraded}>
          <TriangleAlert size={14} aria-hidden />
          {refusal}
        </span>
      )}
      {sync?.paired && sync.offlineSince && (
        <span className={classes.degraded}>
          <TriangleAlert size={14} aria-hidden />
          {t('frame.sync.offlineSince', { time: moment(sync.offlineSince) })}
        </span>
      )}
      {status.deviceKey === 'file' && <span>{t('frame.deviceKeyFile')}</span>}
      <button type="button" className={classes.help} onClick={onHelp}>
        <Keys keys="?" /> {t('frame.help.title')}
      </button>
    </footer>
  );
}
