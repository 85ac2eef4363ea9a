/** Register a patient. Before anything is written, people alike are shown side by side. */
import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { call } from '../../core/connection.ts';
import { useDraft } from '../../core/drafts.ts';
import { useAct } from '../../core/queries.ts';
import { offerUndo } from '../../core/undo.ts';
import { LookAlikes } from './LookAlikes.tsx';
import { RegisterFields } from './RegisterFields.tsx';
import { check, emptyForm, type Form, fromDraft, toRegistration } from './register-form.ts';

export function RegisterScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const draft = useDraft('register', { title: t('patients.register.title') });
  const form = fromDraft(draft.text);
  const [tried, setTried] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const look = useMutation({ mutationFn: (entered: Form) => call('patients.lookAlikes', toRegistration(entered)) });
  const register = useAct('patients.register');
  const [alike, setAlike] = useState<Output<'patients.lookAlikes'>['candidates']>([]);
  const wrong = check(form);

  function change(part: Partial<Form>) {
    draft.setText(JSON.stringify({ ...form, ...part }));
    setAlike([]);
  }
  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.keys(wrong).length > 0) {
      requestAnimationFrame(() => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const found = await look.mutateAsync(form).catch(() => null);
    if (!found) return;
    if (found.candidates.length > 0) setAlike(found.candidates);
    else save([]);
  }
  function save(notThese: readonly string[]) {
    register.mutate(
      { ...toRegistration(form), notThese: [...notThese] },
      {
        onSuccess({ id }) {
          draft.discard();
          void navigate({ to: '/patient/$id', params: { id } });
        },
      },
    );
  }
  function clear() {
    setTried(false);
    setAlike([]);
    offerUndo({ text: t('frame.undone.form'), undo: draft.discard() });
    element.current?.querySelector('input')?.focus();
  }

  return (
    <Screen title={t('patients.register.title')} intro={t('patients.register.draftKept')} ownFocus>
      <form ref={element} onSubmit={(event) => void submit(event)} noValidate>
        <Panel title={t('patients.register.person')}>
          <RegisterFields form={form} wrong={tried ? wrong : {}} disabled={draft.loading} onChange={change} />
          <Group gap="sm" mt="lg">
            <Button type="submit" size="sm" loading={look.isPending || register.isPending} disabled={draft.loading}>
              {t('patients.register.save')}
            </Button>
            {draft.text !== '' && JSON.stringify(form) !== JSON.stringify(emptyForm) && (
              <Button variant="default" size="sm" onClick={clear}>
                {t('patients.register.clear')}
              </Button>
            )}
          </Group>
        </Panel>
      </form>
      {look.isError && <ErrorNotice error={look.error} />}
      {register.isError && <ErrorNotice error={register.error} meaning={t('patients.register.notSaved')} />}
      {alike.length > 0 && (
        <LookAlikes
          form={form}
          candidates={alike}
          saving={register.isPending}
          onSetAside={() => save(alike.map(({ id }) => id))}
        />
      )}
    </Screen>
  );
}
