/** Pairing by address and enrolment code. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { refresh, useAct } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';

export function PairForm() {
  const { t } = useTranslation();
  const may = useMay('sync.pair');
  return (
    <Panel title={may ? t('sync.pair.title') : t('sync.server')}>
      <Stack gap="md">
        <Notice tone="fact">
          <Text>{t('sync.notPaired')}</Text>
          {!may && <Text>{t('sync.askIt')}</Text>}
        </Notice>
        {may && <Form />}
      </Stack>
    </Panel>
  );
}

function Form() {
  const { t } = useTranslation();
  const [url, setUrl] = useState('');
  const [code, setCode] = useState('');
  const pair = useAct('sync.pair');
  function submit(event: FormEvent) {
    event.preventDefault();
    pair.mutate({ url: url.trim(), code: code.trim() }, { onSuccess: () => refresh('sync.status') });
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text>{t('sync.pair.intro')}</Text>
        <TextInput
          label={t('sync.pair.address')}
          description={t('sync.pair.addressHint')}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          maxLength={500}
          required
          withAsterisk={false}
        />
        <TextInput
          label={t('sync.pair.code')}
          description={t('sync.pair.codeHint')}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--ll-mono)' } }}
          autoComplete="off"
          spellCheck={false}
          maxLength={300}
          required
          withAsterisk={false}
        />
        {pair.isError && <ErrorNotice error={pair.error} meaning={t('sync.pair.notPaired')} />}
        {pair.data && (
          <Notice tone="good" title={t('sync.pair.done', { server: pair.data.server })} role="status">
            <Text ff="monospace" fz="xs">
              {t('sync.pair.fingerprint', { fingerprint: pair.data.fingerprint })}
            </Text>
          </Notice>
        )}
        <Group>
          <Button type="submit" loading={pair.isPending} disabled={url.trim() === '' || code.trim() === ''}>
            {t('sync.pair.do')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
