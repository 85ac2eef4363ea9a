/** Erases a patient for good, in two steps: first what it means, then the name typed. Where the policy says so it only asks, and a second person confirms. */
import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { erasureGrounds } from '../../../src-shared/contract/lifetime.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Notice } from '../../components/Notice.tsx';
import { ReasonField } from '../../components/ReasonField.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { moment } from '../../format/dates.ts';
import { size } from '../../format/numbers.ts';
import classes from './lifetime.module.css';

type Ground = (typeof erasureGrounds)[number];
type Preview = Output<'erasure.preview'>;

const REASON_LENGTH_MIN = 3;

export function Erase({ patient, ground, onClose }: { patient: PatientId; ground: Ground; onClose: () => void }) {
  const { t } = useTranslation();
  const preview = useRead('erasure.preview', { patient });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('lifetime.erase.title', { name: preview.data?.name ?? '' })}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <Loaded query={preview} what={t('lifetime.erase.counts')} lines={8}>
        {(found) => <Steps patient={patient} found={found} firstGround={ground} onClose={onClose} />}
      </Loaded>
    </Modal>
  );
}

function Steps({
  patient,
  found,
  firstGround,
  onClose,
}: {
  patient: PatientId;
  found: Preview;
  firstGround: Ground;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [step, setStep] = useState<1 | 2>(1);
  const [ground, setGround] = useState<Ground>(found.requested?.ground ?? firstGround);
  const [reason, setReason] = useState('');
  const [name, setName] = useState('');
  const erase = useAct('erasure.erase');
  const ready = reason.trim().length >= REASON_LENGTH_MIN && found.holds === 0;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (step === 1) {
      if (ready) setStep(2);
      return;
    }
    erase.mutate(
      { patient, ground, reason: reason.trim(), confirm: name },
      { onSuccess: ({ job }) => job && void navigate({ to: '/retention/erasing/$job', params: { job } }) },
    );
  }
  if (erase.data?.requested) return <Asked onClose={onClose} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {step === 1 ? (
          <>
            <Meaning found={found} />
            <NativeSelect
              label={t('lifetime.erase.ground')}
              value={ground}
              onChange={(event) => {
                const chosen = erasureGrounds.find((one) => one === event.currentTarget.value);
                if (chosen) setGround(chosen);
              }}
              data={erasureGrounds.map((one) => ({ value: one, label: t(`lifetime.erase.grounds.${one}`) }))}
            />
            <ReasonField
              // It may come after the dialog has taken the focus.
              autoFocus
              label={t('lifetime.erase.reason')}
              description={t('lifetime.erase.reasonHint')}
              value={reason}
              onChange={setReason}
              data-autofocus
            />
          </>
        ) : (
          <>
            <Text>{t('lifetime.erase.stepTwo', { name: found.name })}</Text>
            <TextInput
              // The second step is this field alone.
              autoFocus
              label={t('lifetime.erase.name')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
            />
          </>
        )}
        {erase.isError && <ErrorNotice error={erase.error} />}
        <Group gap="sm">
          {step === 1 ? (
            <Button type="submit" disabled={!ready}>
              {t('lifetime.erase.next')}
            </Button>
          ) : (
            <Button type="submit" color="red.9" loading={erase.isPending} disabled={name.trim() === ''}>
              {t(found.mayConfirm ? 'lifetime.erase.confirm' : 'lifetime.erase.ask', { name: found.name })}
            </Button>
          )}
          <Button variant="default" onClick={step === 1 ? onClose : () => setStep(1)}>
            {step === 1 ? t('do.cancel') : t('lifetime.erase.back')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Meaning({ found }: { found: Preview }) {
  const { t } = useTranslation();
  const { requested } = found;
  return (
    <>
      {found.holds > 0 && <Notice tone="critical" title={t('lifetime.erase.held')} role="alert" />}
      {requested && (
        <Notice
          tone="fact"
          title={
            found.mayConfirm
              ? t('lifetime.erase.requested', { who: requested.requestedBy, at: moment(requested.requestedAt) })
              : t('lifetime.erase.requestedOwn', { at: moment(requested.requestedAt) })
          }
        />
      )}
      {found.secondPerson && !requested && <Notice tone="fact" title={t('lifetime.erase.secondPerson')} />}
      <div>
        <Text fw={600}>{t('lifetime.erase.counts')}</Text>
        <ul className={classes.list}>
          <li>
            {t('lifetime.erase.resources', { count: found.resources })} {t('lifetime.erase.versions', { count: found.versions })}
          </li>
          {found.files > 0 && <li>{t('lifetime.erase.files', { count: found.files, size: size(found.fileBytes) })}</li>}
          <li>{t('lifetime.erase.also')}</li>
        </ul>
      </div>
      <div>
        <Text fw={600}>{t('lifetime.erase.reach')}</Text>
        <ul className={classes.list}>
          <li>{found.backups}</li>
          <li>{found.server}</li>
          <li>{t('lifetime.erase.log')}</li>
        </ul>
      </div>
    </>
  );
}

function Asked({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <Notice tone="good" title={t('lifetime.erase.waits')} role="status" />
      <Group>
        <Button onClick={onClose} data-autofocus>
          {t('do.close')}
        </Button>
      </Group>
    </Stack>
  );
}
