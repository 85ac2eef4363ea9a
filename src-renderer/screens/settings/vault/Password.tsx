/** The own password: the present one, the next one twice. */
import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormEnd } from '../../../components/FormEnd.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { useAct } from '../../../core/queries.ts';
import { useSession } from '../../../core/session.tsx';

const empty = { present: '', next: '', again: '' };

export function Password() {
  const { t } = useTranslation();
  const { status } = useSession();
  const [open, setOpen] = useState(false);
  const [values, setValues] = useState(empty);
  const [tried, setTried] = useState(false);
  const change = useAct('vault.changePassword');
  const missing = status.passwordLengthMin - [...values.next].length;
  const errors = {
    present: values.present ? undefined : t('setup.needed'),
    next: missing > 0 ? t('setup.strength.short', { count: missing }) : undefined,
    again: values.again === values.next ? undefined : t('setup.differs'),
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.values(errors).some(Boolean)) return;
    change.mutate({ present: values.present, next: values.next }, { onSuccess: () => setOpen(false), onSettled: forget });
  }
  function show(shown: boolean) {
    setOpen(shown);
    forget();
    change.reset();
  }
  function forget() {
    setValues(empty);
    setTried(false);
  }
  const field = (name: keyof typeof empty, description?: string) => (
    <PasswordInput
      label={t(`vault.password.${name}`)}
      description={description}
      value={values[name]}
      onChange={(event) => {
        const { value } = event.currentTarget;
        setValues((now) => ({ ...now, [name]: value }));
      }}
      error={tried && errors[name]}
      autoFocus={name === 'present'}
      disabled={change.isPending}
      visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
    />
  );
  return (
    <Panel title={t('vault.password.title')}>
      <Stack gap="md">
        {change.isSuccess && !open && <Notice tone="good" title={t('vault.password.changed')} role="status" />}
        {open ? (
          <form onSubmit={submit} noValidate>
            <Stack gap="sm">
              {field('present')}
              {field('next', t('setup.passwordRule', { count: status.passwordLengthMin }))}
              {field('again')}
              <FormEnd act={change} does={t('vault.password.change')} onLeave={() => show(false)} />
            </Stack>
          </form>
        ) : (
          <>
            <Text c="dimmed">{t('vault.password.hint')}</Text>
            <div>
              <Button variant="default" onClick={() => show(true)}>
                {t('vault.password.open')}
              </Button>
            </div>
          </>
        )}
      </Stack>
    </Panel>
  );
}
