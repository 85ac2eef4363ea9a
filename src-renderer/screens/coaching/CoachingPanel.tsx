/** The coach beside a chart. */
import { ActionIcon } from '@mantine/core';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { Panel } from '../../components/Panel.tsx';
import { Coach } from './Coach.tsx';
import classes from './coaching.module.css';

export function CoachingPanel({ patient, onClose }: { patient?: PatientId; onClose?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.beside}>
      <Panel
        title={t('coaching.title')}
        flush
        actions={
          onClose && (
            <ActionIcon aria-label={t('chart.side.close')} onClick={onClose}>
              <X size={16} />
            </ActionIcon>
          )
        }
      >
        <div className={classes.scroller}>
          <Coach patient={patient} />
        </div>
      </Panel>
    </div>
  );
}
