/** Adds a person with roles, each explained, and a one-time code or a first password. */
import { Modal, PasswordInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Role } from '../../../src-shared/access/permissions.ts';
import { FormEnd } from '../../components/FormEnd.tsx';
import { useAct } from '../../core/queries.ts';
import { useSession } from '../../core/session.tsx';
import { OneTimeCode } from './OneTimeCode.tsx';
import { RoleChoice } from './RoleChoice.tsx';

export function AddPerson({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="xl"
      title={t('settings.people.add')}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      {opened && <Form onDone={onClose} />}
    </Modal>
  );
}

function Form({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const { passwordLengthMin } = useSession().status;
  const form = useRef<HTMLFormElement>(null);
  const [displayName, setDisplayName] = useState('');
  const [userName, setUserName] = useState('');
  const [held, setHeld] = useState<readonly Role[]>([]);
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const add = useAct('users.add');
  const missing = passwordLengthMin - [...password].length;
  const errors = {
    displayName: displayName.trim() ? undefined : t('settings.people.needed'),
    userName: !userName.trim()
      ? t('settings.people.needed')
      : /^[\p{L}\p{N}._-]{1,64}$/u.test(userName.trim())
        ? undefined
        : t('settings.people.userNameWrong'),
    roles: held.length > 0 ? undefined : t('settings.people.rolesNeeded'),
    // Without one a one-time code is made.
    password: password !== '' && missing > 0 ? t('settings.people.tooShort', { count: missing }) : undefined,
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.values(errors).some(Boolean)) {
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLInputElement>('[aria-invalid="true"], [data-error] input')?.focus(),
      );
      return;
    }
    add.mutate(
      { displayName: displayName.trim(), userName: userName.trim(), roles: [...held], password: password || undefined },
      { onSuccess: ({ oneTime }) => !oneTime && onDone() },
    );
  }
  if (add.data?.oneTime) return <OneTimeCode name={add.data.displayName} oneTime={add.data.oneTime} onDone={onDone} />;
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
          <TextInput
            label={t('settings.people.displayName')}
            description={t('settings.people.displayNameHint')}
            value={displayName}
            onChange={(event) => setDisplayName(event.currentTarget.value)}
            error={tried && errors.displayName}
            maxLength={120}
            autoComplete="off"
            data-autofocus
          />
          <TextInput
            label={t('settings.people.userName')}
            description={t('settings.people.userNameHint')}
            value={userName}
            onChange={(event) => setUserName(event.currentTarget.value)}
            error={tried && errors.userName}
            maxLength={64}
            autoComplete="off"
            spellCheck={false}
          />
        </SimpleGrid>
        <RoleChoice held={held} onChange={setHeld} error={tried && errors.roles} />
        <PasswordInput
          label={t('settings.people.password')}
          description={t('settings.people.passwordHint', { count: passwordLengthMin })}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={tried && errors.password}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        />
        <FormEnd act={add} does={t('settings.people.save')} meaning={t('settings.people.notAdded')} onLeave={onDone} />
      </Stack>
    </form>
  );
}
