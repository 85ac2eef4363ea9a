/** What a kind of resource is called by those who work with it; rare ones keep the name of the standard. */
import { useTranslation } from 'react-i18next';

const named = [
  'Patient',
  'Encounter',
  'Condition',
  'AllergyIntolerance',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'DiagnosticReport',
  'DocumentReference',
  'Composition',
  'Media',
  'Device',
  'Immunization',
] as const;

export function useTypeName(): (type: string) => string {
  const { t } = useTranslation();
  return (type) => {
    const known = named.find((one) => one === type);
    return known ? t(`sync.types.${known}`) : type;
  };
}
