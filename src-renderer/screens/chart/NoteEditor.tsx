/** Writes a note: kept at every pause, signed once. */
import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { PenLine, Trash2 } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Command, useCommands } from '../../commands/registry.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Keys } from '../../components/Keys.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { flushDrafts, useDraft } from '../../core/drafts.ts';
import { useAct } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { offerUndo } from '../../core/undo.ts';
import { clock } from '../../format/dates.ts';
import { formOf } from './entry-form.ts';
import { usePatient } from './usePatient.ts';

export function NewNote() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const patient = usePatient();
  const maySign = useMay('note.sign');
  const key = `note:${patient}:new`;
  const draft = useDraft(key, { patient, title: t('chart.notes.new') });
  const form = formOf(draft.text);
  const title = form.title ?? '';
  const text = form.text ?? '';
  const sign = useAct('notes.sign');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!draft.loading) field.current?.focus();
  }, [draft.loading]);

  const ready = maySign && text.trim() !== '' && !draft.loading;
  async function submit() {
    if (!ready) return;
    // A save on its way must not bring the draft back after it was signed.
    await flushDrafts();
    sign.mutate(
      { patient, title: title.trim() || t('chart.notes.titleDefault'), text, draftKey: key },
      {
        onSuccess({ id }) {
          draft.discard();
          void navigate({ to: '/patient/$id/notes/$note', params: { id: patient, note: id } });
        },
      },
    );
  }
  const latest = useRef(submit);
  latest.current = submit;
  const commands = useMemo<Command[]>(
    () => [
      { id: 'note.sign', title: t('chart.notes.sign'), group: 'chart', keys: 'mod+enter', run: () => void latest.current() },
    ],
    [t],
  );
  useCommands(commands);

  function change(part: { title?: string; text?: string }) {
    draft.setText(JSON.stringify({ title, text, ...part }));
  }
  function discard() {
    offerUndo({ text: t('frame.undone.draft'), undo: draft.discard() });
    void navigate({ to: '/patient/$id/notes', params: { id: patient } });
  }

  return (
    <Screen
      title={t('chart.notes.new')}
      ownFocus
      actions={
        <Link to="/patient/$id/notes" params={{ id: patient }}>
          {t('chart.notes.back')}
        </Link>
      }
    >
      <Panel
        title={
          draft.savedAt ? (
            <span role="status">{t('chart.notes.savedAt', { time: clock(draft.savedAt) })}</span>
          ) : (
            t('chart.notes.kept')
          )
        }
      >
        <Stack gap="md">
          <TextInput
            label={t('chart.notes.title')}
            value={title}
            onChange={(event) => change({ title: event.currentTarget.value })}
            placeholder={t('chart.notes.titleDefault')}
            disabled={draft.loading}
            maxLength={200}
            maw="40rem"
            autoComplete="off"
          />
          <Textarea
            ref={field}
            label={t('chart.notes.text')}
            placeholder={t('chart.notes.placeholder')}
            value={text}
            onChange={(event) => change({ text: event.currentTarget.value })}
            disabled={draft.loading}
            autosize
            minRows={12}
            maxRows={24}
            maw="60rem"
          />
          {sign.isError && <ErrorNotice error={sign.error} meaning={t('chart.notes.notSigned')} />}
          <Group gap="sm">
            {maySign && (
              <Button
                leftSection={<PenLine size={16} aria-hidden />}
                rightSection={<Keys keys="mod+enter" />}
                onClick={() => void submit()}
                loading={sign.isPending}
                disabled={!ready}
              >
                {t('chart.notes.sign')}
              </Button>
            )}
            {draft.text !== '' && (
              <Button variant="default" leftSection={<Trash2 size={16} aria-hidden />} onClick={discard}>
                {t('chart.notes.discard')}
              </Button>
            )}
            <Text c="dimmed">{t('chart.notes.signHint')}</Text>
          </Group>
        </Stack>
      </Panel>
    </Screen>
  );
}
