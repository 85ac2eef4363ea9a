/** On Today: models that are out of bounds and that nobody looks after yet. Nothing is shown while all is well. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../components/Panel.tsx';
import { RowLink } from '../../../components/RowLink.tsx';
import { When } from '../../../components/When.tsx';
import { useRead } from '../../../core/queries.ts';

export function ModelAlarms() {
  const { t } = useTranslation();
  const rows = useRead('models.watch', {}).data?.rows ?? [];
  const open = rows.flatMap((row) => row.alarms.filter(({ seenBy }) => !seenBy).map((alarm) => ({ ...alarm, row })));
  if (open.length === 0) return null;
  return (
    <Panel title={t('settings.models.alarms')} count={open.length} flush>
      {open.map(({ id, says, since, row }) => (
        <RowLink key={id} to="/settings" aside={<When at={since} />}>
          <Text span fw={600}>
            {t('settings.models.version', { id: row.id, version: row.version })}
          </Text>{' '}
          {says}
        </RowLink>
      ))}
    </Panel>
  );
}
