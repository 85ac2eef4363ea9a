/** Archives and worklists that are known, and the receiver. Whoever runs the machine changes them. */
import {
  Badge,
  Button,
  Group,
  NativeSelect,
  NumberInput,
  PasswordInput,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
  type TextInputProps,
} from '@mantine/core';
import { Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Input, Output } from '../../../src-shared/contract/index.ts';
import type { Peer } from '../../../src-shared/contract/pacs.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { FormEnd } from '../../components/FormEnd.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import classes from '../pacs/pacs.module.css';

export function Archives() {
  const { t } = useTranslation();
  const state = useRead('pacs.state', {});
  const may = useMay('settings.write');
  const [adding, setAdding] = useState(false);
  return (
    <Panel
      title={t('pacs.settings.title')}
      actions={
        may &&
        !adding && (
          <Button variant="default" leftSection={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            {t('pacs.settings.add')}
          </Button>
        )
      }
    >
      <Loaded query={state} what={t('pacs.settings.title')} lines={3}>
        {({ peers, receiver }) => (
          <Stack gap="md">
            {peers.length === 0 && !adding && <Text c="dimmed">{t('pacs.settings.none')}</Text>}
            {peers.length > 0 && (
              <ul className={classes.rows}>
                {peers.map((peer) => (
                  <Row key={peer.id} peer={peer} may={may} />
                ))}
              </ul>
            )}
            {adding && <AddArchive onClose={() => setAdding(false)} />}
            <ReceiverForm key={JSON.stringify(receiver.allowed) + receiver.on} receiver={receiver} may={may} />
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function Row({ peer, may }: { peer: Peer; may: boolean }) {
  const { t } = useTranslation();
  const echo = useAct('pacs.echo');
  const remove = useAct('pacs.removePeer');
  const { address } = peer;
  return (
    <li className={classes.row}>
      <span className={classes.who}>
        <strong>{peer.name}</strong>
        <span className={classes.quiet}>
          {address.kind === 'dimse' ? `${address.aeTitle} · ${address.host}:${address.port}` : address.url}
        </span>
      </span>
      {peer.serves.map((one) => (
        <Badge key={one} variant="light">
          {t(`pacs.settings.serves.${one}`)}
        </Badge>
      ))}
      <Group gap="xs">
        <Button
          variant="default"
          aria-label={t('pacs.settings.tryOf', { name: peer.name })}
          loading={echo.isPending}
          onClick={() => echo.mutate({ peer: peer.id })}
        >
          {t('pacs.settings.try')}
        </Button>
        {may && (
          <Button
            variant="default"
            aria-label={t('pacs.settings.removeOf', { name: peer.name })}
            loading={remove.isPending}
            onClick={() => remove.mutate({ id: peer.id })}
          >
            {t('pacs.settings.remove')}
          </Button>
        )}
      </Group>
      {(echo.data || echo.isError || remove.isError) && (
        <div className={classes.below}>
          {echo.data && (
            <Notice tone="good" role="status">
              <Text>{t('pacs.settings.answers', { name: peer.name, ms: echo.data.ms })}</Text>
            </Notice>
          )}
          {echo.isError && <ErrorNotice error={echo.error} />}
          {remove.isError && <ErrorNotice error={remove.error} />}
        </div>
      )}
    </li>
  );
}

/** Hints below, so that fields beside each other stand in one line. */
const HINT_BELOW: NonNullable<TextInputProps['inputWrapperOrder']> = ['label', 'input', 'description', 'error'];

const EMPTY = {
  name: '',
  serves: 'archive',
  kind: 'dimse',
  host: '',
  port: 104,
  aeTitle: '',
  url: '',
  userName: '',
  password: '',
};

function AddArchive({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [fields, setFields] = useState(EMPTY);
  const save = useAct('pacs.savePeer');
  const put = (change: Partial<typeof EMPTY>) => setFields((before) => ({ ...before, ...change }));
  const web = fields.kind === 'dicomweb';
  const complete =
    fields.name.trim() !== '' && (web ? fields.url.trim() !== '' : fields.host.trim() !== '' && fields.aeTitle.trim() !== '');
  function submit(event: FormEvent) {
    event.preventDefault();
    const { name, userName, password } = fields;
    const address: Input<'pacs.savePeer'>['address'] = web
      ? { kind: 'dicomweb', url: fields.url.trim(), ...(userName ? { userName } : {}) }
      : { kind: 'dimse', host: fields.host.trim(), port: fields.port, aeTitle: fields.aeTitle.trim() };
    save.mutate(
      {
        name: name.trim(),
        serves: [fields.serves === 'worklist' ? 'worklist' : 'archive'],
        address,
        ...(web && userName ? { password } : {}),
      },
      { onSuccess: onClose },
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('pacs.settings.name')}
          data-autofocus
          autoFocus
          value={fields.name}
          onChange={(event) => put({ name: event.currentTarget.value })}
          maxLength={80}
        />
        <Group grow align="start">
          <NativeSelect
            label={t('pacs.settings.kind')}
            value={fields.kind}
            onChange={(event) => put({ kind: event.currentTarget.value })}
            data={(['dimse', 'dicomweb'] as const).map((value) => ({ value, label: t(`pacs.settings.kinds.${value}`) }))}
          />
          <NativeSelect
            label={t('pacs.settings.role')}
            value={fields.serves}
            onChange={(event) => put({ serves: event.currentTarget.value })}
            data={(['archive', 'worklist'] as const).map((value) => ({ value, label: t(`pacs.settings.serves.${value}`) }))}
          />
        </Group>
        {web ? (
          <>
            <TextInput
              label={t('pacs.settings.url')}
              description={t('pacs.settings.urlHint')}
              value={fields.url}
              onChange={(event) => put({ url: event.currentTarget.value })}
              inputMode="url"
              spellCheck={false}
              autoComplete="off"
            />
            <Group grow align="start">
              <TextInput
                label={t('pacs.settings.user')}
                description={t('pacs.settings.userHint')}
                inputWrapperOrder={HINT_BELOW}
                value={fields.userName}
                onChange={(event) => put({ userName: event.currentTarget.value })}
                autoComplete="off"
                spellCheck={false}
              />
              <PasswordInput
                label={t('pacs.settings.password')}
                value={fields.password}
                onChange={(event) => put({ password: event.currentTarget.value })}
                autoComplete="off"
              />
            </Group>
          </>
        ) : (
          <Group grow align="start">
            <TextInput
              label={t('pacs.settings.host')}
              value={fields.host}
              onChange={(event) => put({ host: event.currentTarget.value })}
              autoComplete="off"
              spellCheck={false}
            />
            <NumberInput
              label={t('pacs.settings.port')}
              value={fields.port}
              min={1}
              max={65_535}
              onChange={(value) => put({ port: Number(value) || 104 })}
              hideControls
            />
            <TextInput
              label={t('pacs.settings.ae')}
              value={fields.aeTitle}
              onChange={(event) => put({ aeTitle: event.currentTarget.value })}
              maxLength={16}
              autoComplete="off"
              spellCheck={false}
            />
          </Group>
        )}
        <FormEnd
          act={save}
          does={t('pacs.settings.save')}
          disabled={!complete}
          leave={t('pacs.settings.cancel')}
          onLeave={onClose}
        />
      </Stack>
    </form>
  );
}

type Receiver = Output<'pacs.state'>['receiver'];

function ReceiverForm({ receiver, may }: { receiver: Receiver; may: boolean }) {
  const { t } = useTranslation();
  const [fields, setFields] = useState({
    ...receiver,
    allowed: receiver.allowed.map(({ aeTitle, host }) => [aeTitle, host].filter(Boolean).join(' ')).join('\n'),
  });
  const save = useAct('pacs.setReceiver');
  const put = (change: Partial<typeof fields>) => setFields((before) => ({ ...before, ...change }));
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate({
      on: fields.on,
      host: fields.host.trim(),
      port: fields.port,
      aeTitle: fields.aeTitle,
      allowed: allowedOf(fields.allowed),
    });
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <h3 className={classes.heading}>{t('pacs.settings.receiver.title')}</h3>
        <Text size="sm" c="dimmed">
          {t('pacs.settings.receiver.intro')}
        </Text>
        <Text role="status">
          {receiver.listening
            ? t('pacs.settings.receiver.listening', {
                ae: receiver.aeTitle,
                host: receiver.host,
                port: receiver.port,
                count: receiver.received,
              })
            : t('pacs.settings.receiver.off')}
          {receiver.pending > 0 && ` ${t('pacs.settings.receiver.pending', { count: receiver.pending })}`}
        </Text>
        {receiver.setAside > 0 && (
          <Notice tone="doubt">
            <Text>{t('pacs.settings.receiver.setAside', { count: receiver.setAside })}</Text>
          </Notice>
        )}
        {receiver.sentBack && (
          <Notice tone="doubt">
            <Text>
              {t('pacs.settings.receiver.sentBack', { count: receiver.sentBack.count })}{' '}
              {t(`pacs.settings.receiver.short.${receiver.sentBack.short}`)}
            </Text>
          </Notice>
        )}
        {receiver.problem && (
          <Notice tone="doubt">
            <Text>{receiver.problem}</Text>
          </Notice>
        )}
        {may && (
          <>
            <Switch
              label={t('pacs.settings.receiver.on')}
              checked={fields.on}
              onChange={(event) => put({ on: event.currentTarget.checked })}
            />
            <Group grow align="start">
              <TextInput
                label={t('pacs.settings.receiver.host')}
                description={t('pacs.settings.receiver.hostHint')}
                inputWrapperOrder={HINT_BELOW}
                value={fields.host}
                onChange={(event) => put({ host: event.currentTarget.value })}
                autoComplete="off"
                spellCheck={false}
              />
              <NumberInput
                label={t('pacs.settings.receiver.port')}
                value={fields.port}
                min={1}
                max={65_535}
                onChange={(value) => put({ port: Number(value) || 11_112 })}
                hideControls
              />
              <TextInput
                label={t('pacs.settings.receiver.ae')}
                value={fields.aeTitle}
                onChange={(event) => put({ aeTitle: event.currentTarget.value })}
                maxLength={16}
                autoComplete="off"
                spellCheck={false}
              />
            </Group>
            <Textarea
              label={t('pacs.settings.receiver.allowed')}
              description={t('pacs.settings.receiver.allowedHint')}
              value={fields.allowed}
              onChange={(event) => put({ allowed: event.currentTarget.value })}
              autosize
              minRows={2}
              maxRows={8}
              spellCheck={false}
            />
            {save.isError && <ErrorNotice error={save.error} />}
            <Group>
              <Button type="submit" loading={save.isPending}>
                {t('pacs.settings.receiver.save')}
              </Button>
              {save.isSuccess && <Text c="dimmed">{t('pacs.settings.receiver.saved')}</Text>}
            </Group>
          </>
        )}
      </Stack>
    </form>
  );
}

/** "TITLE" or "TITLE address", one a line. */
function allowedOf(text: string): { aeTitle: string; host?: string }[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [, title = line, host] = /^(.*?)\s+([\d.]+|[\da-f:]+:[\da-f:]*)$/i.exec(line) ?? [];
      return host ? { aeTitle: title.trim(), host } : { aeTitle: line };
    });
}
