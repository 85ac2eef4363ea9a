/** A signed note with its addenda; it takes more of those and nothing else. */
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { PenLine } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { When } from '../../components/When.tsx';
import { flushDrafts, useDraft } from '../../core/drafts.ts';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { RemoveEntry } from '../lifetime/RemoveEntry.tsx';
import { Labels } from './Labels.tsx';
import classes from './NoteView.module.css';
import { usePatient } from './usePatient.ts';

export function NoteView() {
  const { t } = useTranslation();
  const patient = usePatient();
  const { note } = useParams({ from: '/patient/$id/notes/$note' });
  const read = useRead('notes.read', { patient, id: note });
  const may = useMay('note.sign');
  const navigate = useNavigate();
  return (
    <Screen
      title={read.data?.title ?? t('chart.tabs.notes')}
      actions={
        <>
          <Link to="/patient/$id/notes" params={{ id: patient }}>
            {t('chart.notes.back')}
          </Link>
          {read.data && (
            <RemoveEntry
              patient={patient}
              entry={{ type: 'DocumentReference', id: note, title: read.data.title }}
              onRemoved={() => void navigate({ to: '/patient/$id/notes', params: { id: patient } })}
            />
          )}
        </>
      }
    >
      <Loaded query={read} what={t('chart.tabs.notes')} lines={8}>
        {({ title, text, author, signedAt, labels, addenda }) => (
          <>
            <Labels entry={{ type: 'DocumentReference', id: note, title, labels }} />
            <Signed heading={t('chart.notes.signedBy', { who: author })} text={text} at={signedAt} />
            {addenda.map((addendum) => (
              <Signed
                key={addendum.id}
                heading={t('chart.notes.addendumBy', { who: addendum.author })}
                text={addendum.text}
                at={addendum.signedAt}
              />
            ))}
            {may && <AddAddendum note={note} title={title} />}
          </>
        )}
      </Loaded>
    </Screen>
  );
}

function Signed({ heading, text, at }: { heading: string; text: string; at: string }) {
  return (
    <Panel
      title={heading}
      actions={
        <Text c="dimmed" px="sm">
          {at && <When at={at} />}
        </Text>
      }
    >
      <div className={classes.text}>{text}</div>
    </Panel>
  );
}

function AddAddendum({ note, title }: { note: string; title: string }) {
  const { t } = useTranslation();
  const patient = usePatient();
  const key = `note:${patient}:addendum:${note}`;
  const heading = t('chart.notes.addendumTitle', { title });
  const draft = useDraft(key, { patient, title: heading });
  const sign = useAct('notes.sign');
  async function submit() {
    await flushDrafts();
    sign.mutate(
      { patient, title: heading.slice(0, 200), text: draft.text, draftKey: key, addendumTo: note },
      { onSuccess: draft.discard },
    );
  }
  return (
    <Panel title={t('chart.notes.addAddendum')}>
      <Stack gap="md">
        <Textarea
          aria-label={t('chart.notes.addendum')}
          value={draft.text}
          onChange={(event) => draft.setText(event.currentTarget.value)}
          disabled={draft.loading}
          autosize
          minRows={3}
          maw="60rem"
        />
        {sign.isError && <ErrorNotice error={sign.error} meaning={t('chart.notes.notSigned')} />}
        <Group>
          <Button
            leftSection={<PenLine size={16} aria-hidden />}
            onClick={() => void submit()}
            loading={sign.isPending}
            disabled={draft.text.trim() === '' || draft.loading}
          >
            {t('chart.notes.signAddendum')}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}
