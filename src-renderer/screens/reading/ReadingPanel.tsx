/** What the model said of a photograph: a proposal in a dashed frame until a clinician has decided. */
import { Badge, Stack, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Reading } from '../../../src-shared/contract/reading.ts';
import { MachineSaid } from '../../components/MachineSaid.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useRead } from '../../core/queries.ts';
import { percent } from '../../format/numbers.ts';
import { likelihood } from './heat.ts';
import classes from './ReadingPanel.module.css';

export function ReadingPanel({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  const model = modelOf(reading, t);
  const said = (
    <Stack gap="sm">
      <Said reading={reading} />
      {reading.provider !== 'none' && reading.task !== 'unknown' && <Limits reading={reading} />}
    </Stack>
  );
  if (!reading.decision) return <MachineSaid model={model}>{said}</MachineSaid>;
  if (reading.decision.verdict === 'accepted') return said;
  return (
    <section className={classes.setAside} aria-label={t('reading.modelSaid', { model })}>
      <Text c="dimmed" fz="sm" mb={4}>
        {t('reading.modelSaid', { model })}
      </Text>
      {said}
    </section>
  );
}

/** The model with its version; where the file's own words were enough, the program itself. */
export function modelOf({ provider, model, modelVersion }: Reading, t: TFunction): string {
  return provider === 'none' ? t('reading.noModel') : t('reading.model', { model, version: modelVersion });
}

function Said({ reading }: { reading: Reading }) {
  if (reading.status === 'refused') return <Refused reading={reading} />;
  return reading.task === 'chest-xray' ? <Film reading={reading} /> : <Graded reading={reading} />;
}

/** No figure at all: what could be taken for a negative must not stand here. */
function Refused({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  return (
    <Notice tone="doubt" title={t('reading.refused')}>
      <Text>{reading.reason}</Text>
      <Text fw={600}>
        {reading.task === 'fundus'
          ? t('reading.refusedMeaning')
          : reading.task === 'unknown'
            ? t('reading.refusedUnknown')
            : t('reading.refusedFilm')}
      </Text>
    </Notice>
  );
}

/** Yes or no about a film, with the probability against its threshold and for whom it holds. */
function Film({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  const { finding = '', positive = false, probability = 0, threshold = 0, population } = reading;
  return (
    <>
      <Text className={classes.grade}>{positive ? t('reading.film.yes', { finding }) : t('reading.film.no', { finding })}</Text>
      <Notice tone={positive ? 'critical' : 'fact'} title={positive ? t('reading.film.look') : t('reading.film.notCleared')}>
        <Text>
          {t('reading.film.why', {
            finding,
            percent: percent(probability),
            words: t(`reading.likely.${likelihood(probability)}`),
            threshold: percent(threshold),
          })}
        </Text>
      </Notice>
      <div
        className={classes.scale}
        role="img"
        aria-label={t('reading.film.scale', { percent: percent(probability), threshold: percent(threshold) })}
      >
        <span className={classes.track}>
          <span className={classes.fill} data-chosen style={{ display: 'block', width: `${Math.round(probability * 100)}%` }} />
        </span>
        <span className={classes.threshold} style={{ insetInlineStart: `${threshold * 100}%` }} />
      </div>
      {population && <Text fw={600}>{t('reading.film.whose', { population })}</Text>}
    </>
  );
}

function Graded({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  const { grade = 0, gradeName = '', referable, referableProbability = 0, threshold = 0, probabilities = [] } = reading;
  return (
    <>
      <Text className={classes.grade}>{t('reading.grade', { grade, name: gradeName })}</Text>
      <Notice tone={referable ? 'critical' : 'fact'} title={referable ? t('reading.referable') : t('reading.notReferable')}>
        <Text>
          {t('reading.referableWhy', {
            percent: percent(referableProbability),
            words: t(`reading.likely.${likelihood(referableProbability)}`),
            threshold: percent(threshold),
          })}
        </Text>
      </Notice>
      <ul className={classes.bars} aria-label={t('reading.probabilities')}>
        {probabilities.map((probability, index) => (
          <li key={index}>
            <span>{t('reading.gradeShort', { grade: index })}</span>
            {/* A model of this task has five grades. */}
            <span className={classes.track} title={t(`reading.grades.g${index as 0 | 1 | 2 | 3 | 4}`)}>
              <span
                className={classes.fill}
                data-chosen={index === grade || undefined}
                style={{ display: 'block', width: `${Math.round(probability * 100)}%` }}
              />
            </span>
            <span className={classes.percent}>{percent(probability)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What nobody may overlook; the rest stands in the panel below. */
function Limits({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  const known = useRead('models.list', {}).data?.models.find(
    ({ id, version }) => id === reading.model && version === reading.modelVersion,
  );
  return (
    <Text c="dimmed" fz="xs">
      {known?.researchUse && (
        <Badge color="yellow" size="sm" title={known.researchUse} mie={6}>
          {t('reading.researchUse')}
        </Badge>
      )}
      {reading.task === 'chest-xray' ? t('reading.film.limitsShort') : t('reading.limitsShort')}
    </Text>
  );
}
