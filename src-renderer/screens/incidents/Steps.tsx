/** What was noted and decided on an incident, in order, and a field for the next note. */
import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Incident } from '../../../src-shared/contract/incidents.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { When } from '../../components/When.tsx';
import { useAct } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import classes from './incidents.module.css';

export function Steps({ of: { id, steps } }: { of: Incident }) {
  const { t } = useTranslation();
  const may = useMay('incident.write');
  return (
    <Panel title={t('incidents.steps.title')}>
      <Stack gap="md">
        <ol className={classes.steps}>
          {steps.map((step, place) => (
            <li key={place}>
              <small>
                <When at={step.at} />, {step.byName}
              </small>
              <span className={classes.text}>{step.text}</span>
            </li>
          ))}
        </ol>
        {may && <NewNote incident={id} />}
      </Stack>
    </Panel>
  );
}

function NewNote({ incident }: { incident: string }) {
  const { t } = useTranslation();
  const note = useAct('incidents.note');
  const [text, setText] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        note.mutate({ incident, text }, { onSuccess: () => setText('') });
      }}
    >
      <Stack gap="sm">
        <Textarea
          label={t('incidents.steps.note')}
          placeholder={t('incidents.steps.noteHint')}
          autosize
          minRows={2}
          maxLength={10_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" variant="default" disabled={text.trim() === ''} loading={note.isPending}>
            {t('incidents.steps.add')}
          </Button>
        </Group>
        {note.isError && <ErrorNotice error={note.error} />}
      </Stack>
    </form>
  );
}
