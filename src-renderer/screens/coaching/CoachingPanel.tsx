/** The coach beside a chart. */
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { Panel } from '../../components/Panel.tsx';
import { Coach } from './Coach.tsx';
import classes from './coaching.module.css';

export function CoachingPanel({ patient }: { patient?: PatientId }) {
  const { t } = useTranslation();
  return (
    <div className={classes.beside}>
      <Panel title={t('coaching.title')} flush>
        <div className={classes.scroller}>
          <Coach patient={patient} />
        </div>
      </Panel>
    </div>
  );
}
