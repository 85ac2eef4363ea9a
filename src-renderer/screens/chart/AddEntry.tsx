/** Adds a problem, an allergy, a medicine or a vital sign. Half-typed entries are kept as drafts. */
import { Button, Modal, Stack } from '@mantine/core';
import { Plus } from 'lucide-react';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Command, useCommands } from '../../commands/registry.ts';
import { FormEnd } from '../../components/FormEnd.tsx';
import { useDraft } from '../../core/drafts.ts';
import { useAct } from '../../core/queries.ts';
import { EntryFields } from './EntryFields.tsx';
import { checkEntry, type EntryForm, type EntryKind, entryOf, formOf } from './entry-form.ts';
import { usePatient } from './usePatient.ts';

/** The button of a tab; `a` opens it too. */
export function AddButton({ kind }: { kind: EntryKind }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const commands = useMemo<Command[]>(
    () => [{ id: `chart.add.${kind}`, title: t(`chart.add.${kind}`), group: 'chart', keys: 'a', run: () => setOpen(true) }],
    [kind, t],
  );
  useCommands(commands);
  return (
    <>
      <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setOpen(true)}>
        {t(`chart.add.${kind}`)}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t(`chart.add.${kind}`)}
        closeButtonProps={{ 'aria-label': t('do.close') }}
      >
        {open && <AddForm kind={kind} onDone={() => setOpen(false)} />}
      </Modal>
    </>
  );
}

function AddForm({ kind, onDone }: { kind: EntryKind; onDone: () => void }) {
  const { t } = useTranslation();
  const patient = usePatient();
  const draft = useDraft(`add:${kind}:${patient}`, { patient, title: t(`chart.add.${kind}`) });
  const add = useAct('chart.add');
  const [tried, setTried] = useState(false);
  const form = formOf(draft.text);
  const wrong = checkEntry(kind, form);
  function change(part: EntryForm) {
    draft.setText(JSON.stringify({ ...form, ...part }));
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.keys(wrong).length > 0) return;
    add.mutate(
      { patient, entry: entryOf(kind, form) },
      {
        onSuccess() {
          draft.discard();
          onDone();
        },
      },
    );
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <EntryFields kind={kind} form={form} wrong={tried ? wrong : {}} disabled={draft.loading} onChange={change} />
        <FormEnd
          act={add}
          does={t('chart.add.save')}
          disabled={draft.loading}
          meaning={t('chart.list.notAdded')}
          onLeave={onDone}
        />
      </Stack>
    </form>
  );
}
