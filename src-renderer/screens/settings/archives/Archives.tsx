/** Archives and worklists that are known, and the receiver. Whoever runs the machine changes them. */
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Peer } from '../../../../src-shared/contract/pacs.ts';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { useAct, useRead } from '../../../core/queries.ts';
import { useMay } from '../../../core/session.tsx';
import classes from '../../pacs/pacs.module.css';
import { SetAside } from '../../pacs/SetAside.tsx';
import { AddArchive } from './AddArchive.tsx';
import { ReceiverForm } from './ReceiverForm.tsx';

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
            {receiver.setAside > 0 && (
              <section aria-label={t('pacs.aside.title')}>
                <h3 className={classes.heading}>{t('pacs.aside.title')}</h3>
                <SetAside count={receiver.setAside} />
              </section>
            )}
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
