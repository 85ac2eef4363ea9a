/** Readings that a model has made and nobody has decided on. */
import { Group, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RowLink } from '../../components/RowLink.tsx';
import { When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import classes from './TodayScreen.module.css';

export function UnreadReadings() {
  const { t } = useTranslation();
  const unread = useRead('readings.unread', { limit: 50 });
  return (
    <Panel title={t('today.unread')} count={unread.data?.items.length} flush>
      <Loaded query={unread} what={t('today.unread')} isEmpty={(data) => data.items.length === 0} empty={t('today.unreadEmpty')}>
        {(data) =>
          data.items.map(({ reading, patientName }) => (
            <RowLink
              key={reading.id}
              to="/patient/$id/image/$image"
              params={{ id: reading.patient, image: reading.image }}
              aside={<When at={reading.at} />}
            >
              <Group gap="md" style={{ rowGap: 0 }}>
                <Text span fw={600}>
                  {patientName}
                </Text>
                {reading.status === 'refused' ? (
                  <Text span c="yellow">
                    <TriangleAlert size={14} aria-hidden /> {t('today.refused')}
                  </Text>
                ) : (
                  <span className={classes.said}>{reading.gradeName}</span>
                )}
              </Group>
            </RowLink>
          ))
        }
      </Loaded>
    </Panel>
  );
}
