/** Asks before something is done for a person, and shows what only this once is shown. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { ItIsMe } from '../../components/ItIsMe.tsx';
import { useAct } from '../../core/queries.ts';
import { ChangeRoles } from './ChangeRoles.tsx';
import { FactorSheet } from './FactorSheet.tsx';
import { OneTimeCode } from './OneTimeCode.tsx';
import type { User } from './People.tsx';

export type PersonAct = 'roles' | 'reset' | 'factor-give' | 'factor-off' | 'unlock' | 'enable' | 'disable';

const procedures = {
  unlock: 'users.unlock',
  disable: 'users.disable',
} as const;

interface Props {
  user: User;
  act: PersonAct;
  onClose: () => void;
}

export function PersonDialog({ user, act, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      size={act === 'roles' || act === 'factor-give' ? 'xl' : 'lg'}
      title={t(`settings.people.titles.${act}`, { name: user.displayName })}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      {act === 'roles' ? (
        <ChangeRoles user={user} onDone={onClose} />
      ) : act === 'enable' ? (
        <Enable user={user} act={act} onClose={onClose} />
      ) : act === 'reset' ? (
        <Reset user={user} act={act} onClose={onClose} />
      ) : act === 'factor-give' ? (
        <GiveFactor user={user} onClose={onClose} />
      ) : act === 'factor-off' ? (
        <TakeFactor user={user} onClose={onClose} />
      ) : (
        <Simple user={user} act={act} onClose={onClose} />
      )}
    </Modal>
  );
}

function Simple({ user, act, onClose }: Props & { act: keyof typeof procedures }) {
  const run = useAct(procedures[act]);
  return (
    <Ask
      user={user}
      act={act}
      onClose={onClose}
      error={run.error}
      pending={run.isPending}
      onConfirm={() => run.mutate({ userName: user.userName }, { onSuccess: onClose })}
    />
  );
}

function Reset({ user, act, onClose }: Props) {
  const reset = useAct('users.reset');
  if (reset.data) return <OneTimeCode name={user.displayName} oneTime={reset.data} onDone={onClose} />;
  return (
    <Ask
      user={user}
      act={act}
      onClose={onClose}
      error={reset.error}
      pending={reset.isPending}
      onConfirm={() => reset.mutate({ userName: user.userName })}
    />
  );
}

function Enable({ user, act, onClose }: Props) {
  const enable = useAct('users.enable');
  const oneTime = enable.data?.oneTime;
  if (oneTime) return <OneTimeCode name={user.displayName} oneTime={oneTime} onDone={onClose} />;
  const run = () => enable.mutate({ userName: user.userName }, { onSuccess: (answer) => !answer.oneTime && onClose() });
  return <Ask user={user} act={act} onClose={onClose} error={enable.error} pending={enable.isPending} onConfirm={run} />;
}

function GiveFactor({ user, onClose }: Omit<Props, 'act'>) {
  const { t } = useTranslation();
  const give = useAct('secondFactor.give');
  if (give.data) return <FactorSheet made={give.data} codes={give.data.recoveryCodes} onDone={onClose} />;
  return (
    <Stack gap="md">
      <Text>{t('settings.people.meanings.factor-give', { name: user.displayName })}</Text>
      <ItIsMe
        askCode={false}
        submit={t('settings.people.confirms.factor-give')}
        pending={give.isPending}
        error={give.error}
        onProof={({ password }) => give.mutate({ userName: user.userName, password })}
        onCancel={onClose}
      />
    </Stack>
  );
}

function TakeFactor({ user, onClose }: Omit<Props, 'act'>) {
  const { t } = useTranslation();
  const take = useAct('users.resetSecondFactor');
  return (
    <Stack gap="md">
      <Text>{t('settings.people.meanings.factor-off', { name: user.displayName })}</Text>
      <ItIsMe
        askCode={false}
        submit={t('settings.people.confirms.factor-off')}
        pending={take.isPending}
        error={take.error}
        onProof={({ password }) => take.mutate({ userName: user.userName, password }, { onSuccess: onClose })}
        onCancel={onClose}
      />
    </Stack>
  );
}

interface AskProps extends Props {
  error: Error | null;
  pending: boolean;
  onConfirm: () => void;
}

function Ask({ user, act, error, pending, onConfirm, onClose }: AskProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <Text>{t(`settings.people.meanings.${act}`, { name: user.displayName })}</Text>
      {error && <ErrorNotice error={error} />}
      <Group gap="sm">
        <Button color={act === 'disable' ? 'red.9' : undefined} loading={pending} onClick={onConfirm}>
          {t(`settings.people.confirms.${act}`)}
        </Button>
        <Button variant="default" data-autofocus onClick={onClose}>
          {t('do.cancel')}
        </Button>
      </Group>
    </Stack>
  );
}
