/** The chosen word: what was read, how surely, and a field to put it right. Doubtful ones are gone through by key. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { type Command, useCommands } from '../../commands/registry.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Keys } from '../../components/Keys.tsx';
import { useAct } from '../../core/queries.ts';
import { percent } from '../../format/numbers.ts';
import type { PageOfLetter } from './LetterPage.tsx';

interface Props {
  patient: PatientId;
  document: string;
  page: PageOfLetter;
  chosen: number | null;
  onChoose: (word: number | null) => void;
}

export function WordPanel({ patient, document, page, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const doubtful = useMemo(() => page.words.flatMap((word, index) => (word.doubtful ? [index] : [])), [page.words]);
  const commands = useMemo<Command[]>(() => {
    const go = (step: 1 | -1) => () => {
      const from = chosen ?? (step === 1 ? -1 : page.words.length);
      const next = step === 1 ? doubtful.find((index) => index > from) : doubtful.filter((index) => index < from).at(-1);
      onChoose(next ?? (step === 1 ? doubtful[0] : doubtful.at(-1)) ?? null);
    };
    return [
      { id: 'scan.next-doubtful', title: t('scan.nextDoubtful'), group: 'do', keys: 'n', run: go(1) },
      { id: 'scan.previous-doubtful', title: t('scan.previousDoubtful'), group: 'do', keys: 'p', run: go(-1) },
    ];
  }, [t, doubtful, chosen, onChoose, page.words.length]);
  useCommands(commands);
  const word = chosen === null ? undefined : page.words[chosen];
  return (
    <Stack gap="sm">
      <Group gap="sm" justify="space-between">
        <Text c={doubtful.length > 0 ? 'var(--ll-amber)' : 'dimmed'}>
          {doubtful.length > 0 ? t('scan.doubtful', { count: doubtful.length }) : t('scan.noDoubt')}
        </Text>
        {doubtful.length > 0 && (
          <Button variant="default" size="compact-sm" onClick={() => commands[0]?.run()} rightSection={<Keys keys="n" />}>
            {t('scan.nextDoubtful')}
          </Button>
        )}
      </Group>
      {word && chosen !== null && (
        <WordForm
          key={`${page.page}/${chosen}`}
          patient={patient}
          document={document}
          page={page.page}
          index={chosen}
          word={word}
          onSaved={() => commands[0]?.run()}
        />
      )}
    </Stack>
  );
}

interface FormProps {
  patient: PatientId;
  document: string;
  page: number;
  index: number;
  word: PageOfLetter['words'][number];
  onSaved: () => void;
}

function WordForm({ patient, document, page, index, word, onSaved }: FormProps) {
  const { t } = useTranslation();
  const correct = useAct('documents.correct');
  const [text, setText] = useState(word.text);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        correct.mutate({ patient, id: document, page, word: index, text: text.trim() }, { onSuccess: onSaved });
      }}
    >
      <Group gap="sm" align="flex-end">
        <TextInput
          ref={field}
          label={t('scan.word')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          spellCheck={false}
        />
        <Button type="submit" loading={correct.isPending} disabled={text.trim() === ''}>
          {text.trim() === word.text ? t('scan.right') : t('scan.save')}
        </Button>
      </Group>
      <Text fz="sm" c="dimmed" mt={4}>
        {t('scan.confidence', { confidence: percent(word.confidence) })}
      </Text>
      {word.doubtful && (
        <Text fz="sm" c="var(--ll-amber)">
          <TriangleAlert size={14} aria-hidden /> {t('scan.doubtMeaning')}
        </Text>
      )}
      {correct.isError && <ErrorNotice error={correct.error} />}
    </form>
  );
}
