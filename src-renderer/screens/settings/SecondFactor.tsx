/** One's own second factor: turning it on by a first code, new single-use codes, a new phone, turning it off where the clinic allows. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
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
          {doing === 'turnOn' && <Enrol onDone={close} />}
          {doing === 'replace' && <Replace onDone={close} />}
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

/** @param code of the one that is on, where one is */
function Enrol({ code, onDone }: { code?: string; onDone: () => void }) {
  const { t } = useTranslation();
  const begin = useAct('secondFactor.begin');
  const confirm = useAct('secondFactor.confirm');
  const { mutate } = begin;
  useEffect(() => mutate({ code }), [mutate, code]);
  if (confirm.data) return <SingleUseCodes codes={confirm.data.recoveryCodes} onDone={onDone} />;
  return (
    <Stack gap="md">
      {begin.error && <ErrorNotice error={begin.error} />}
      {begin.data && (
        <>
          <Scan made={begin.data} />
          <CodeForm
            label={t('settings.factor.confirm')}
            hint={t('settings.factor.confirmHint')}
            submit={t('settings.factor.turnOn').replace(' …', '')}
            pending={confirm.isPending}
            error={confirm.error}
            onCode={(typed) => confirm.mutate({ code: typed })}
          />
        </>
      )}
    </Stack>
  );
}

function Replace({ onDone }: { onDone: () => void }) {
  const [code, setCode] = useState<string | null>(null);
  return code === null ? <PresentCode pending={false} error={null} onCode={setCode} /> : <Enrol code={code} onDone={onDone} />;
}

function Renew({ onDone }: { onDone: () => void }) {
  const renew = useAct('secondFactor.renewCodes');
  if (renew.data) return <SingleUseCodes codes={renew.data.recoveryCodes} onDone={onDone} />;
  return <PresentCode pending={renew.isPending} error={renew.error} onCode={(code) => renew.mutate({ code })} />;
}

function TurnOff({ onDone }: { onDone: () => void }) {
  const off = useAct('secondFactor.off');
  return <PresentCode pending={off.isPending} error={off.error} onCode={(code) => off.mutate({ code }, { onSuccess: onDone })} />;
}

interface CodeProps {
  pending: boolean;
  error: Error | null;
  onCode: (code: string) => void;
}

function PresentCode(props: CodeProps) {
  const { t } = useTranslation();
  return (
    <CodeForm
      label={t('settings.factor.present')}
      hint={t('settings.factor.presentHint')}
      submit={t('settings.factor.go')}
      {...props}
    />
  );
}

function CodeForm({ label, hint, submit, pending, error, onCode }: CodeProps & { label: string; hint: string; submit: string }) {
  const [code, setCode] = useState('');
  function send(event: FormEvent) {
    event.preventDefault();
    onCode(code.trim());
  }
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <TextInput
          label={label}
          description={hint}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--ll-mono)' } }}
          autoComplete="one-time-code"
          maxLength={20}
          required
          withAsterisk={false}
          autoFocus
        />
        {error && <ErrorNotice error={error} />}
        <Group>
          <Button type="submit" loading={pending}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
