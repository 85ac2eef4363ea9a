/** What this workstation takes in from others, and from whom. */
import { Button, Group, Stack, Switch, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { useAct } from '../../../core/queries.ts';
import classes from '../../pacs/pacs.module.css';
import { AddressFields } from './AddressFields.tsx';

type Receiver = Output<'pacs.state'>['receiver'];

export function ReceiverForm({ receiver, may }: { receiver: Receiver; may: boolean }) {
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
            <AddressFields
              labels={{
                host: t('pacs.settings.receiver.host'),
                port: t('pacs.settings.receiver.port'),
                aeTitle: t('pacs.settings.receiver.ae'),
              }}
              hostHint={t('pacs.settings.receiver.hostHint')}
              value={fields}
              usualPort={11_112}
              onChange={put}
            />
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
