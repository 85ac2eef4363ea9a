/** Clinic, first administrator, password. Errors stand under their fields. */
import { PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { FormEnd } from '../../components/FormEnd.tsx';
import { useAct } from '../../core/queries.ts';
import { strength } from './strength.ts';

interface Props {
  lengthMin: number;
  onBack: () => void;
  onMade: (clinic: string, made: Output<'setup.create'>) => void;
}

const fields = ['clinic', 'displayName', 'userName'] as const;

export function CreateForm({ lengthMin, onBack, onMade }: Props) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState({ clinic: '', displayName: '', userName: '' });
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const create = useAct('setup.create');
  const how = strength(password, lengthMin, [values.userName, values.clinic, values.displayName]);
  const missing = lengthMin - [...password].length;

  const errors = {
    clinic: values.clinic.trim() ? undefined : t('setup.needed'),
    displayName: values.displayName.trim() ? undefined : t('setup.needed'),
    userName: !values.userName.trim()
      ? t('setup.needed')
      : /^[\p{L}\p{N}._-]{1,64}$/u.test(values.userName.trim())
        ? undefined
        : t('setup.userNameWrong'),
    password: how === 'empty' ? t('setup.needed') : how === 'short' ? t('setup.strength.short', { count: missing }) : undefined,
    again: again === password ? undefined : t('setup.differs'),
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.values(errors).some(Boolean)) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLInputElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const clinic = values.clinic.trim();
    create.mutate(
      { clinic, userName: values.userName.trim(), displayName: values.displayName.trim(), password },
      { onSuccess: (made) => onMade(clinic, made) },
    );
  }

  return (
    <form onSubmit={submit} ref={form} noValidate>
      <Stack gap="md">
        {fields.map((field, index) => (
          <TextInput
            key={field}
            label={t(`setup.${field}`)}
            description={field === 'clinic' ? undefined : t(`setup.${field}Hint`)}
            value={values[field]}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setValues((now) => ({ ...now, [field]: value }));
            }}
            error={tried && errors[field]}
            autoFocus={index === 0}
            autoComplete="off"
            maxLength={field === 'userName' ? 64 : 120}
          />
        ))}
        <PasswordInput
          label={t('setup.password')}
          description={t('setup.passwordRule', { count: lengthMin })}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={tried && errors.password}
          inputWrapperOrder={['label', 'description', 'input', 'error']}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        />
        <div role="status">{how === 'short' ? t('setup.strength.short', { count: missing }) : t(`setup.strength.${how}`)}</div>
        <PasswordInput
          label={t('setup.passwordAgain')}
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
          error={(tried || (again !== '' && again.length >= password.length)) && errors.again}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        />
        <FormEnd act={create} does={t('setup.create')} leave={t('do.back')} onLeave={onBack} size="sm" />
      </Stack>
    </form>
  );
}
