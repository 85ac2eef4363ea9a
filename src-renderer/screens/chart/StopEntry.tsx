/** Ends a problem, an allergy or a medicine, with a reason. It stays in the chart as ended. */
import { useTranslation } from 'react-i18next';
import type { ChartItem } from '../../../src-shared/contract/patients.ts';
import { ReasonForm } from '../../components/ReasonForm.tsx';
import { useAct } from '../../core/queries.ts';
import { usePatient } from './usePatient.ts';

const types = ['Condition', 'MedicationRequest', 'MedicationStatement', 'AllergyIntolerance'] as const;

/** The type where entries of it can be ended. */
export function stoppable(type: string): (typeof types)[number] | undefined {
  return types.find((each) => each === type);
}

export function StopEntry({ item, onClose }: { item: ChartItem; onClose: () => void }) {
  const { t } = useTranslation();
  const patient = usePatient();
  const stop = useAct('chart.stop');
  const type = stoppable(item.type);
  if (!type) return null;
  return (
    <ReasonForm
      title={t('chart.stop.title', { title: item.title })}
      label={t('chart.stop.reason')}
      hint={t('chart.stop.reasonHint')}
      confirm={t('chart.stop.confirm')}
      leave={t('chart.stop.keep')}
      act={stop}
      lengthMin={1}
      lengthMax={300}
      onSubmit={(reason) => stop.mutate({ patient, type, id: item.id, reason }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
