/** A question, and what the knowledge base answers. */
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Waiting } from '../../components/Loaded.tsx';
import { useAct } from '../../core/queries.ts';
import { AnswerView } from './AnswerView.tsx';
import classes from './coaching.module.css';
import { Suggestions } from './Suggestions.tsx';

/** As the contract has it. */
const LENGTH_MIN = 3;
const LENGTH_MAX = 2000;

interface Props {
  patient?: PatientId;
  /** Answer and passages side by side. */
  wide?: boolean;
}

export function Coach({ patient, wide = false }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const ask = useAct('coaching.ask');
  const { isPending } = ask;
  const ready = text.trim().length >= LENGTH_MIN && !isPending;

  function put(question: string) {
    setText(question);
    ask.mutate({ question: question.trim(), patient });
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    if (ready) put(text);
  }
  function onKey(event: KeyboardEvent) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !ready) return;
    event.preventDefault();
    put(text);
  }
  return (
    <Stack gap="md">
      <form onSubmit={submit} className={wide ? classes.form : undefined}>
        <Stack gap="xs">
          <Textarea
            label={t('coaching.question')}
            description={t('coaching.questionHint')}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={LENGTH_MAX}
            autoFocus
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={onKey}
          />
          <Group gap="sm" wrap="nowrap">
            <Button type="submit" loading={isPending} disabled={text.trim().length < LENGTH_MIN} flex="none">
              {t('coaching.ask')}
            </Button>
            <Text c="dimmed" fz="xs">
              {patient ? t('coaching.onPatient') : t('coaching.general')}
            </Text>
          </Group>
        </Stack>
      </form>
      {ask.isError && (
        <ErrorNotice
          error={ask.error}
          meaning={t('coaching.failed')}
          onRetry={() => ask.variables && put(ask.variables.question)}
        />
      )}
      {isPending && <Waiting what={t('coaching.asking')} lines={6} />}
      {ask.data && <AnswerView key={ask.submittedAt} answer={ask.data} wide={wide} onAsk={put} />}
      {ask.isIdle && (
        <Suggestions
          title={t('coaching.tryThese')}
          questions={[t('coaching.examples.retinopathy'), t('coaching.examples.pressure'), t('coaching.examples.asthma')]}
          onAsk={put}
        />
      )}
    </Stack>
  );
}
