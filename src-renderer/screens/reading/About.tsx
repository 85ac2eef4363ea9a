/** How a reading came about: quality of the photograph, model with its card, when and by what it was read, and what limits it. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reading } from '../../../src-shared/contract/reading.ts';
import { Fact, Facts } from '../../components/Facts.tsx';
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
      <Facts small>
        <Fact name={t('reading.population')}>{reading.population}</Fact>
        {reading.provider === 'none' ? null : reading.task === 'chest-xray' ? (
          <>
            <Fact name={t('reading.qualities.contrast')}>{figure(contrast, 0)}</Fact>
            <Fact name={t('reading.qualities.exposure')}>{figure(exposure, 0)}</Fact>
          </>
        ) : (
          <>
            <Fact name={t('reading.qualities.sharpness')}>{figure(sharpness, 1)}</Fact>
            <Fact name={t('reading.qualities.exposure')}>{figure(exposure, 0)}</Fact>
            <Fact name={t('reading.qualities.field')}>
              {typeof field === 'number' ? percent(field) : t('reading.notMeasured')}
            </Fact>
          </>
        )}
        <Fact name={t('reading.readAt')}>
          <When at={reading.at} />
        </Fact>
        <Fact name={t('reading.readBy')}>
          {reading.provider === 'none'
            ? t('reading.byHeader')
            : t('reading.provenance', {
                model,
                provider: reading.provider === 'cpu' ? t('reading.cpu') : reading.provider.toUpperCase(),
                ms: Math.round(reading.ms),
              })}
        </Fact>
        <Fact name={t('reading.hash')} code>
          {reading.inputSha256}
        </Fact>
      </Facts>
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
