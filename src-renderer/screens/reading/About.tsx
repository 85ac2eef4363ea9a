/** How a reading came about: quality of the photograph, model with its card, when and by what it was read, and what limits it. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reading } from '../../../src-shared/contract/reading.ts';
import { When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import { percent } from '../../format/numbers.ts';
import classes from './ReadingPanel.module.css';
import { modelOf } from './ReadingPanel.tsx';

export function About({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const model = modelOf(reading, t);
  const known = useRead('models.list', {}).data?.models.find(
    ({ id, version }) => id === reading.model && version === reading.modelVersion,
  );
  const { sharpness, exposure, field, contrast } = reading.quality;
  const figure = (value: unknown, digits: number) =>
    typeof value === 'number' ? value.toFixed(digits) : t('reading.notMeasured');
  return (
    <Stack gap="sm">
      {reading.task !== 'unknown' && (
        <Text fz="sm">{reading.task === 'chest-xray' ? t('reading.film.limits') : t('reading.limits')}</Text>
      )}
      <dl className={classes.facts}>
        {reading.population && (
          <>
            <dt>{t('reading.population')}</dt>
            <dd>{reading.population}</dd>
          </>
        )}
        {reading.provider === 'none' ? null : reading.task === 'chest-xray' ? (
          <>
            <dt>{t('reading.qualities.contrast')}</dt>
            <dd>{figure(contrast, 0)}</dd>
            <dt>{t('reading.qualities.exposure')}</dt>
            <dd>{figure(exposure, 0)}</dd>
          </>
        ) : (
          <>
            <dt>{t('reading.qualities.sharpness')}</dt>
            <dd>{figure(sharpness, 1)}</dd>
            <dt>{t('reading.qualities.exposure')}</dt>
            <dd>{figure(exposure, 0)}</dd>
            <dt>{t('reading.qualities.field')}</dt>
            <dd>{typeof field === 'number' ? percent(field) : t('reading.notMeasured')}</dd>
          </>
        )}
        <dt>{t('reading.readAt')}</dt>
        <dd>
          <When at={reading.at} />
        </dd>
        <dt>{t('reading.readBy')}</dt>
        <dd>
          {reading.provider === 'none'
            ? t('reading.byHeader')
            : t('reading.provenance', {
                model,
                provider: reading.provider === 'cpu' ? t('reading.cpu') : reading.provider.toUpperCase(),
                ms: Math.round(reading.ms),
              })}
        </dd>
        <dt>{t('reading.hash')}</dt>
        <dd className={classes.hash}>{reading.inputSha256}</dd>
      </dl>
      {known && (
        <Group>
          <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
            {t('reading.card')}
          </Button>
        </Group>
      )}
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        size="xl"
        title={t('reading.cardOf', { model })}
        closeButtonProps={{ 'aria-label': t('do.close') }}
      >
        <Stack gap="sm">
          <Text fw={600}>{t('reading.intended')}</Text>
          <Text>{known?.intendedUse}</Text>
          <Text className={classes.card}>{known?.card}</Text>
        </Stack>
      </Modal>
    </Stack>
  );
}
