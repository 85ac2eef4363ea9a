/** How long records are kept: what is due, what is held, what was removed and erased, and the rules. */
import { useTranslation } from 'react-i18next';
import { Column } from '../../components/Columns.tsx';
import { Screen } from '../../components/Screen.tsx';
import { useMay } from '../../core/session.tsx';
import { Due } from './Due.tsx';
import { Erasures } from './Erasures.tsx';
import { AllHolds } from './Holds.tsx';
import { RemovedPatients } from './RemovedList.tsx';
import { Rules } from './Rules.tsx';

export function LifetimeScreen() {
  const { t } = useTranslation();
  const mayRemoved = useMay('patient.remove');
  return (
    <Screen title={t('lifetime.title')} intro={t('lifetime.intro')}>
      <Column>
        <Due />
        <AllHolds />
        {mayRemoved && <RemovedPatients />}
        <Erasures />
        <Rules />
      </Column>
    </Screen>
  );
}
