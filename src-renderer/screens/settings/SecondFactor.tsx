/** One's own second factor: turning it on by a first code, new single-use codes, a new phone, turning it off where the clinic allows. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { CodeInput, ItIsMe } from '../../components/ItIsMe.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { When } from '../../components/When.tsx';
import { refresh, useAct, useRead } from '../../core/queries.ts';
import { useSession } from '../../core/session.tsx';
import { Scan, SingleUseCodes } from './FactorSheet.tsx';

type State = Output<'secondFactor.state'>;
type Doing = 'turnOn' | 'replace' | 'renew' | 'turnOff';

export function SecondFactor() {
  const { t } = useTranslation();
  const state = useRead('secondFactor.state', {});
  const [doing, setDoing] = useState<Doing | null>(null);
  function close() {
    setDoing(null);
    refresh('secondFactor.state');
    refresh('session.status');
  }
  return (
    <Panel title={t('settings.factor.title')}>
      <Loaded query={state} what={t('settings.factor.title')} lines={2}>
        {(data) => (
          <Stack gap="sm">
            <About state={data} />
            <Group gap="sm">
              {data.on ? (
                <>
                  <Button variant="default" onClick={() => setDoing('renew')}>
                    {t('settings.factor.renew')}
                  </Button>
                  <Button variant="default" onClick={() => setDoing('replace')}>
                    {t('settings.factor.replace')}
                  </Button>
                  {!data.required && (
                    <Button variant="default" onClick={() => setDoing('turnOff')}>
                      {t('settings.factor.turnOff')}
                    </Button>
                  )}
                </>
              ) : (
                <Button onClick={() => setDoing('turnOn')}>{t('settings.factor.turnOn')}</Button>
              )}
            </Group>
          </Stack>
        )}
      </Loaded>
      {doing && (
        <Modal
          opened
          onClose={close}
          size="lg"
          title={t('settings.factor.title')}
          closeButtonProps={{ 'aria-label': t('do.close') }}
        >
          {(doing === 'turnOn' || doing === 'replace') && <Enrol on={doing === 'replace'} onDone={close} />}
          {doing === 'renew' && <Renew onDone={close} />}
          {doing === 'turnOff' && <TurnOff onDone={close} />}
        </Modal>
      )}
    </Panel>
  );
}

function About({ state }: { state: State }) {
  const { t } = useTranslation();
  const resting = useSession().person.resting !== undefined;
  if (state.on)
    return (
      <Notice tone="good" title={t('settings.factor.on')}>
        <Text>{t('settings.factor.codesLeft', { count: state.codesLeft })}</Text>
        {state.required && <Text c="dimmed">{t('settings.factor.required')}</Text>}
      </Notice>
    );
  return (
    <Notice tone={resting ? 'critical' : state.required ? 'doubt' : 'fact'} title={t('settings.factor.off')}>
      {resting ? (
        <Text>{t('settings.factor.resting')}</Text>
      ) : state.dueAt ? (
        <Text>
          {t('settings.factor.dueBy')} <When at={state.dueAt} dayOnly />
        </Text>
      ) : (
        <Text c="dimmed">{t('settings.factor.offHint')}</Text>
      )}
    </Notice>
  );
}

/** @param on whether another one is on, which this takes the place of */
function Enrol({ on, onDone }: { on: boolean; onDone: () => void }) {
  const { t } = useTranslation();
  const begin = useAct('secondFactor.begin');
  const confirm = useAct('secondFactor.confirm');
  if (confirm.data) return <SingleUseCodes codes={confirm.data.recoveryCodes} onDone={onDone} />;
  if (!begin.data)
    return (
      <ItIsMe
        askCode={on}
        submit={t('settings.factor.go')}
        pending={begin.isPending}
        error={begin.error}
        onProof={(proof) => begin.mutate(proof)}
      />
    );
  return (
    <Stack gap="md">
      <Scan made={begin.data} />
      <FirstCode pending={confirm.isPending} error={confirm.error} onCode={(code) => confirm.mutate({ code })} />
    </Stack>
  );
}

function Renew({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const renew = useAct('secondFactor.renewCodes');
  if (renew.data) return <SingleUseCodes codes={renew.data.recoveryCodes} onDone={onDone} />;
  return (
    <ItIsMe
      askCode
      submit={t('settings.factor.makeCodes')}
      pending={renew.isPending}
      error={renew.error}
      onProof={(proof) => renew.mutate(proof)}
    />
  );
}

function TurnOff({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const off = useAct('secondFactor.off');
  return (
    <ItIsMe
      askCode
      submit={t('settings.people.confirms.factor-off')}
      pending={off.isPending}
      error={off.error}
      onProof={(proof) => off.mutate(proof, { onSuccess: onDone })}
    />
  );
}

function FirstCode({ pending, error, onCode }: { pending: boolean; error: Error | null; onCode: (code: string) => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  function send(event: FormEvent) {
    event.preventDefault();
    onCode(code.trim());
  }
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <CodeInput
          label={t('settings.factor.confirm')}
          hint={t('settings.factor.confirmHint')}
          value={code}
          onChange={setCode}
          autoFocus
        />
        {error && <ErrorNotice error={error} />}
        <Group>
          <Button type="submit" loading={pending}>
            {t('settings.people.confirms.factor-give')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
