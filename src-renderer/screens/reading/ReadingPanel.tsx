/** What the model said of a photograph: a proposal in a dashed frame until a clinician has decided. */
import { Badge, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reading } from '../../../src-shared/contract/reading.ts';
import { MachineSaid } from '../../components/MachineSaid.tsx';
import { Notice } from '../../components/Notice.tsx';
import { When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import { likelihood } from './heat.ts';
import classes from './ReadingPanel.module.css';

export function ReadingPanel({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  const model = t('reading.model', { model: reading.model, version: reading.modelVersion });
  const said = (
    <Stack gap="sm">
      {reading.status === 'refused' ? <Refused reason={reading.reason ?? ''} /> : <Graded reading={reading} />}
      <ModelLine reading={reading} model={model} />
    </Stack>
  );
  return reading.decision ? said : <MachineSaid model={model}>{said}</MachineSaid>;
}

function Refused({ reason }: { reason: string }) {
  const { t } = useTranslation();
  return (
    <Notice tone="doubt" title={t('reading.refused')}>
      <Text>{reason}</Text>
      <Text fw={600}>{t('reading.refusedMeaning')}</Text>
    </Notice>
  );
}

function Graded({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  const { grade = 0, gradeName = '', referable, referableProbability = 0, threshold = 0, probabilities = [] } = reading;
  const percent = Math.round(referableProbability * 100);
  return (
    <>
      <Text className={classes.grade}>{t('reading.grade', { grade, name: gradeName })}</Text>
      <Notice tone={referable ? 'critical' : 'fact'} title={referable ? t('reading.referable') : t('reading.notReferable')}>
        <Text>{t('reading.referableWhy', { percent, words: t(`reading.likely.${likelihood(referableProbability)}`), threshold: Math.round(threshold * 100) })}</Text>
      </Notice>
      <ul className={classes.bars} aria-label={t('reading.probabilities')}>
        {probabilities.map((probability, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a grade is its place
          <li key={index}>
            <span>{t('reading.gradeShort', { grade: index })}</span>
            <span className={classes.track} title={t(`reading.grades.g${index as 0 | 1 | 2 | 3 | 4}`)}>
              <span className={classes.fill} data-chosen={index === grade || undefined} style={{ display: 'block', width: `${Math.round(probability * 100)}%` }} />
            </span>
            <span className={classes.percent}>{`${Math.round(probability * 100)} %`}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function ModelLine({ reading, model }: { reading: Reading; model: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const models = useRead('models.list', {});
  const known = models.data?.models.find((one) => one.id === reading.model);
  const { sharpness, exposure, field } = reading.quality;
  const figure = (value: unknown, digits: number) => (typeof value === 'number' ? value.toFixed(digits) : '–');
  return (
    <>
      <Group gap="xs">
        {known?.researchUse && <Badge variant="outline" color="yellow" title={known.researchUse}>{t('reading.researchUse')}</Badge>}
        <Button variant="subtle" size="compact-sm" onClick={() => setOpen(true)}>
          {t('reading.card')}
        </Button>
      </Group>
      <Text c="dimmed" fz="sm">
        {t('reading.limits')}
      </Text>
      <dl className={classes.facts} aria-label={t('reading.quality')}>
        <dt>{t('reading.qualities.sharpness')}</dt>
        <dd>{figure(sharpness, 1)}</dd>
        <dt>{t('reading.qualities.exposure')}</dt>
        <dd>{figure(exposure, 0)}</dd>
        <dt>{t('reading.qualities.field')}</dt>
        <dd>{typeof field === 'number' ? `${Math.round(field * 100)} %` : '–'}</dd>
        <dt>
          <When at={reading.at} />
        </dt>
        <dd>{t('reading.provenance', { provider: reading.provider, ms: Math.round(reading.ms) })}</dd>
      </dl>
      <Modal opened={open} onClose={() => setOpen(false)} size="xl" title={t('reading.cardOf', { model })} closeButtonProps={{ 'aria-label': t('do.close') }}>
        <Stack gap="sm">
          <Text fw={600}>{t('reading.intended')}</Text>
          <Text>{known?.intendedUse}</Text>
          <Text className={classes.card}>{known?.card}</Text>
        </Stack>
      </Modal>
    </>
  );
}
