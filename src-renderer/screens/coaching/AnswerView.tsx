/** An answer sentence by sentence, each with the passages that carry it, or why there is none. */
import { Stack, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { MachineSaid } from '../../components/MachineSaid.tsx';
import { Notice } from '../../components/Notice.tsx';
import classes from './coaching.module.css';
import { Passages } from './Passages.tsx';
import { Suggestions } from './Suggestions.tsx';

type Answer = Output<'coaching.ask'>;

interface Props {
  answer: Answer;
  wide: boolean;
  onAsk: (question: string) => void;
}

export function AnswerView({ answer, wide, onAsk }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<{ n: number; press: number } | null>(null);
  const open = (n: number) => setOpened((was) => ({ n, press: (was?.press ?? 0) + 1 }));
  return (
    <div className={wide ? classes.columns : classes.column}>
      <Stack gap="md">
        <div>
          <Text c="dimmed" fz="sm">
            {t('coaching.asked')}
          </Text>
          <Text fw={600}>{answer.question}</Text>
        </div>
        {answer.refused && (
          <Notice tone="doubt" title={t('coaching.refused')} role="status">
            <Text>{answer.refused}</Text>
          </Notice>
        )}
        {answer.answer && <Sentences answer={answer} sentences={answer.answer} onOpen={open} />}
        <Text c="dimmed" fz="sm">
          <Whence answer={answer} />
        </Text>
        <Suggestions title={t('coaching.next')} questions={answer.next} onAsk={onAsk} />
      </Stack>
      {answer.passages.length > 0 && (
        <Passages
          passages={answer.passages}
          title={answer.refused ? t('coaching.nearest') : t('coaching.passages')}
          opened={opened}
        />
      )}
    </div>
  );
}

function Whence({ answer: { from, by } }: { answer: Answer }) {
  const { t } = useTranslation();
  return from === 'local' && by ? t('coaching.fromModel', { model: by }) : t(`coaching.from.${from}`);
}

function Sentences({
  answer,
  sentences,
  onOpen,
}: {
  answer: Answer;
  sentences: NonNullable<Answer['answer']>;
  onOpen: (n: number) => void;
}) {
  const { t } = useTranslation();
  const said = (
    <div role="status" aria-label={t('coaching.answer')}>
      {sentences.map((sentence, index) => (
        <p key={index} className={classes.sentence} data-unsupported={!sentence.supported || undefined}>
          {sentence.text}{' '}
          {sentence.cites.map((n) => (
            <Cite key={n} n={n} passages={answer.passages} onOpen={onOpen} />
          ))}
          {!sentence.supported && (
            <span className={classes.doubt}>
              <TriangleAlert size={14} aria-hidden /> {t('coaching.unsupported')}
            </span>
          )}
        </p>
      ))}
      <Text c="dimmed" fz="sm">
        {t('coaching.check')}
      </Text>
    </div>
  );
  if (answer.by) return <MachineSaid model={answer.by}>{said}</MachineSaid>;
  return (
    <div className={classes.quoted}>
      <Text c="dimmed" fz="sm" mb={4}>
        {t('coaching.quoted')}
      </Text>
      {said}
    </div>
  );
}

function Cite({ n, passages, onOpen }: { n: number; passages: Answer['passages']; onOpen: (n: number) => void }) {
  const { t } = useTranslation();
  const passage = passages.find((one) => one.n === n);
  if (!passage) return null;
  const { source, section } = passage;
  const label = t('coaching.cite', { n, source, section });
  return (
    <button type="button" className={classes.cite} aria-label={label} title={label} onClick={() => onOpen(n)}>
      {t('coaching.number', { n })}
    </button>
  );
}
