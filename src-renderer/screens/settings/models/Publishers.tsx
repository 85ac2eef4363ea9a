/** Whose model packages are taken on this machine: keys that IT has compared with their publishers. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { useAct, useRead } from '../../../core/queries.ts';
import { useMay } from '../../../core/session.tsx';
import own from './models.module.css';

export function Publishers() {
  const { t } = useTranslation();
  const may = useMay('model.write');
  const publishers = useRead('models.publishers', {});
  const distrust = useAct('models.distrust');
  return (
    <Panel title={t('settings.models.publishers')} count={publishers.data?.publishers.length}>
      <Stack gap="sm">
        <Loaded
          query={publishers}
          what={t('settings.models.publishers')}
          lines={1}
          isEmpty={(data) => data.publishers.length === 0}
          empty={t('settings.models.publishersEmpty')}
        >
          {(data) => (
            <ul className={own.versions}>
              {data.publishers.map(({ key, name, fingerprint }) => (
                <li key={key} className={own.version}>
                  <Group justify="space-between" gap="sm">
                    <div>
                      <Text fw={600}>{name}</Text>
                      <Text fz="xs" ff="monospace">
                        {fingerprint}
                      </Text>
                    </div>
                    {may && (
                      <Button
                        variant="default"
                        size="compact-sm"
                        loading={distrust.isPending}
                        onClick={() => distrust.mutate({ key })}
                        aria-label={t('settings.models.distrustOf', { name })}
                      >
                        {t('settings.models.distrust')}
                      </Button>
                    )}
                  </Group>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
        {distrust.isError && <ErrorNotice error={distrust.error} />}
        {may && <Trust />}
      </Stack>
    </Panel>
  );
}

function Trust() {
  const { t } = useTranslation();
  const trust = useAct('models.trust');
  const [name, setName] = useState('');
  const [key, setKey] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        trust.mutate(
          { name, key },
          {
            onSuccess: () => {
              setName('');
              setKey('');
            },
          },
        );
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t('settings.models.publisherName')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={120}
        />
        <TextInput
          label={t('settings.models.publisherKey')}
          description={t('settings.models.publisherKeyHint')}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          maxLength={100}
        />
        <Group>
          <Button type="submit" variant="default" loading={trust.isPending} disabled={name.trim() === '' || key.trim() === ''}>
            {t('settings.models.trust')}
          </Button>
        </Group>
        {trust.isError && <ErrorNotice error={trust.error} />}
      </Stack>
    </form>
  );
}
