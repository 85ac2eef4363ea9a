/** What was measured of a version before it came here, with intervals. */
import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { count } from '../../../format/numbers.ts';
import { type Figures, figureNames, type Interval } from '../figures.ts';
import classes from '../settings.module.css';

const known = ['aucReferable', 'auc', 'accuracy', 'sensitivity', 'specificity', 'kappa', 'refused', 'ece'] as const;

export function Measured({ figures }: { figures: readonly Figures[] }) {
  const { t } = useTranslation();
  const names = figureNames(figures);
  const head = (name: string) => {
    const found = known.find((one) => one === name);
    return found ? t(`settings.models.figures.${found}`) : name;
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys
    <div className={classes.table} tabIndex={0} role="group" aria-label={t('settings.models.measured')}>
      <Table fz="xs" horizontalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            {(['source', 'over', 'images'] as const).map((name) => (
              <Table.Th key={name}>{t(`settings.models.heads.${name}`)}</Table.Th>
            ))}
            {names.map((name) => (
              <Table.Th key={name}>{head(name)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
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
        </Table.Tbody>
      </Table>
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
