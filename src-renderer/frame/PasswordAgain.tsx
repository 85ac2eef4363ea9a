/** Asks whoever sits here for the password of whoever is signed in, before something that gives lasting power. */
import { Modal, Stack } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ItIsMe } from '../components/ItIsMe.tsx';
import { Notice } from '../components/Notice.tsx';
import { passwordGiven, passwordNotGiven, usePasswordAsked } from '../core/password.ts';
import { useAct } from '../core/queries.ts';
import { useSession } from '../core/session.tsx';

/** Above the dialog from which the act came (Mantine's stand at 200). */
const ABOVE_DIALOGS = 210;

export function PasswordAgain() {
  const asked = usePasswordAsked();
  // What somebody wanted before the screen was locked is not done with the password of whoever comes next.
  useEffect(() => passwordNotGiven, []);
  return asked ? <Question /> : null;
}

function Question() {
  const { t } = useTranslation();
  const { status } = useSession();
  const confirm = useAct('session.confirm');
  return (
    <Modal
      opened
      onClose={passwordNotGiven}
      title={t('frame.passwordAgain')}
      closeButtonProps={{ 'aria-label': t('do.close') }}
      zIndex={ABOVE_DIALOGS}
    >
      <Stack gap="md">
        {status.sample && <Notice tone="fact">{t('signIn.sampleHint')}</Notice>}
        <ItIsMe
          askCode={false}
          submit={t('settings.factor.go')}
          pending={confirm.isPending}
          error={confirm.error}
          onProof={({ password }) => confirm.mutate({ password }, { onSuccess: passwordGiven })}
          onCancel={passwordNotGiven}
        />
      </Stack>
    </Modal>
  );
}
