/** What models said of the study, beside its report: what a person accepted or changed can be put into the words, the rest cannot. */
import { Button, Stack, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { Bot, Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { reportSections } from '../../../src-shared/contract/radiology.ts';
import type { Reading } from '../../../src-shared/contract/reading.ts';
import { day } from '../../format/dates.ts';
import { percent } from '../../format/numbers.ts';
import type { ReportDraft } from '../../imaging/report-draft.ts';
import classes from './report.module.css';

interface Props {
  readings: readonly Reading[];
  form: ReportDraft;
  /** Where a picture stands in the study. */
  whereIs: (image: string) => string | undefined;
  onPut: (id: string, words: string) => void;
  onTake: (id: string, words: string) => void;
}

/** A picture that was not read has no answer: nothing of it belongs into a report. */
export function ReportReadings({ readings, form, whereIs, onPut, onTake }: Props) {
  const { t } = useTranslation();
  const answered = readings.filter(({ status }) => status === 'accepted');
  if (answered.length === 0) return null;
  return (
    <Stack gap={4} role="group" aria-label={t('imaging.report.readings')}>
      <Text size="sm" fw={500}>
        {t('imaging.report.readings')}
      </Text>
      {answered.map((reading) => {
        const verdict = reading.decision?.verdict;
        // What nobody stands for is not even repeated here.
        if (verdict === undefined || verdict === 'rejected')
          return (
            <p key={reading.id} className={classes.quiet}>
              {t(verdict ? 'imaging.report.readingRejected' : 'imaging.report.readingUndecided', { model: nameOf(reading) })}
            </p>
          );
        const words = wordsOf(reading, whereIs(reading.image), t);
        const inside = isIn(reading, form);
        return (
          <Button
            key={reading.id}
            size="compact-sm"
            variant={inside ? 'light' : 'default'}
            className={classes.reading}
            leftSection={inside ? <Check size={12} aria-hidden /> : <Bot size={12} aria-hidden />}
            aria-pressed={inside}
            title={words}
            onClick={() => (inside ? onTake(reading.id, words) : onPut(reading.id, words))}
          >
            {t('imaging.report.readingOf', { answer: answerOf(reading, t), model: nameOf(reading) })}
          </Button>
        );
      })}
    </Stack>
  );
}

/** It was put in, and the words still name the model. */
export function isIn(reading: Reading, { readings, sections }: ReportDraft): boolean {
  return readings.includes(reading.id) && reportSections.some((name) => sections[name].includes(nameOf(reading)));
}

const nameOf = ({ model, modelVersion }: Reading) => `${model} ${modelVersion}`;

/** As it stands: the model's word, or the person's where they changed it. */
function answerOf({ decision, ...said }: Reading, t: TFunction): string {
  const changed = decision?.verdict === 'changed' ? decision : undefined;
  return saidBy({ ...said, grade: changed?.grade ?? said.grade, positive: changed?.positive ?? said.positive }, t);
}

function saidBy({ finding, positive, grade = 0 }: Pick<Reading, 'finding' | 'positive' | 'grade'>, t: TFunction): string {
  if (finding !== undefined) return t(positive ? 'reading.film.yes' : 'reading.film.no', { finding });
  // The contract holds grades to 0 to 4.
  return t('reading.grade', { grade, name: t(`reading.grades.g${grade as 0 | 1 | 2 | 3 | 4}`) });
}

/** One line that names model, version and who accepted it. Brackets would be taken for gaps that are still to be filled in. */
function wordsOf(reading: Reading, where: string | undefined, t: TFunction): string {
  const { decision, finding, probability, referableProbability, population } = reading;
  const share = probability ?? referableProbability;
  const said = [
    t('imaging.report.modelSaid', { model: nameOf(reading), where: where ?? '', answer: saidBy(reading, t) }),
    share !== undefined &&
      t(finding === undefined ? 'imaging.report.modelReferable' : 'imaging.report.modelSure', {
        finding: finding ?? '',
        percent: percent(share),
      }),
    population && t('imaging.report.modelFor', { population }),
    decision?.verdict === 'changed'
      ? t('imaging.report.modelChanged', { by: decision.by, date: day(decision.at), answer: answerOf(reading, t) })
      : t('imaging.report.modelAccepted', { by: decision?.by ?? '', date: day(decision?.at ?? reading.at) }),
  ];
  return said.filter(Boolean).join(' ').replaceAll('[', '(').replaceAll(']', ')').replaceAll('\n', ' ');
}
