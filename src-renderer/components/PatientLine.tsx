/** One patient in a list: name family first, birth date and age, sex, identifiers. */
import { Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PatientRow } from '../../src-shared/contract/types.ts';
import { shownIdentifiers } from '../format/identifiers.ts';
import { Born } from './When.tsx';

export function PatientLine({ row, identifiersMax = 2 }: { row: PatientRow; identifiersMax?: number }) {
  const { t } = useTranslation();
  return (
    <Group gap="md" wrap="wrap" style={{ rowGap: 0 }}>
      <Text span fw={600}>
        {row.name}
      </Text>
      {row.birthDate && <Born date={row.birthDate} deceased={row.deceased} />}
      {row.sex && <span>{t(`sex.${row.sex}`)}</span>}
      {row.deceased && (
        <Badge color="gray" size="sm">
          {t('patients.deceased')}
        </Badge>
      )}
      <Text span c="dimmed" fz="xs">
        {shownIdentifiers(row.identifiers, identifiersMax)
          .map((identifier) =>
            identifier.label ? t('patients.identifier', { label: identifier.label, value: identifier.value }) : identifier.value,
          )
          .join(' · ')}
      </Text>
    </Group>
  );
}
