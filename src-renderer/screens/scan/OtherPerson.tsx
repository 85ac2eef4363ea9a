/** What a letter says that does not fit the patient whose chart it lies on. */
import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { Notice } from '../../components/Notice.tsx';
import { useRead } from '../../core/queries.ts';
import { day } from '../../format/dates.ts';

interface Props {
  patient: PatientId;
  stated: NonNullable<Output<'documents.get'>['otherPerson']>;
  onSure: () => void;
}

export function OtherPerson({ patient, stated, onSure }: Props) {
  const { t } = useTranslation();
  const chart = useRead('patients.banner', { patient }).data;
  return (
    <Notice tone="critical" title={t('scan.other.title')} role="alert">
      {stated.name && <Text>{t('scan.other.name', { stated: stated.name, chart: chart?.name ?? '' })}</Text>}
      {stated.birthDate && chart?.birthDate && (
        <Text>{t('scan.other.birth', { stated: day(stated.birthDate), chart: day(chart.birthDate) })}</Text>
      )}
      <Text>{t('scan.other.waits')}</Text>
      <Group mt={6}>
        <Button variant="default" onClick={onSure}>
          {t('scan.other.sure')}
        </Button>
      </Group>
    </Notice>
  );
}
