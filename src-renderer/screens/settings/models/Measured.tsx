/** What was measured of a version before it came here, with intervals. */
import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { HeadedTable } from '../../../components/HeadedTable.tsx';
import { count } from '../../../format/numbers.ts';
import { type Figures, figureNames, type Interval } from '../figures.ts';

const known = ['aucReferable', 'auc', 'accuracy', 'sensitivity', 'specificity', 'kappa', 'refused', 'ece'] as const;

export function Measured({ figures }: { figures: readonly Figures[] }) {
  const { t } = useTranslation();
  const names = figureNames(figures);
  const head = (name: string) => {
    const found = known.find((one) => one === name);
    return found ? t(`settings.models.figures.${found}`) : name;
  };
  return (
    <div>
      <HeadedTable
        small
        label={t('settings.models.measured')}
        heads={[...(['source', 'over', 'images'] as const).map((name) => t(`settings.models.heads.${name}`)), ...names.map(head)]}
      >
        {figures.map((row) => (
          <Table.Tr key={`${row.source}/${row.over}`}>
            <Table.Td>{row.source}</Table.Td>
            <Table.Td>
              {row.over === 'all' || row.over === 'accepted' ? t(`settings.models.overs.${row.over}`) : row.over}
            </Table.Td>
            <Table.Td>{row.images === undefined ? '' : count(row.images)}</Table.Td>
            {names.map((name) => (
              <Table.Td key={name}>{row.figures[name] && <Figure of={row.figures[name]} />}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </HeadedTable>
      <Text c="dimmed" fz="xs" mt={4}>
        {t('settings.models.intervals')}
      </Text>
    </div>
  );
}

function Figure({ of: { value, low, high } }: { of: Interval }) {
  const { t } = useTranslation();
  return t('settings.models.interval', { value: value.toFixed(2), low: low.toFixed(2), high: high.toFixed(2) });
}
