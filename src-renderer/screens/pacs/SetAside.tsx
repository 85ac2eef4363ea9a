/** What was sent here and could not be taken in: tried again, or discarded, by somebody who decides on studies. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { When } from '../../components/When.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { size } from '../../format/numbers.ts';
import classes from './pacs.module.css';

type SetAsideGroup = Output<'pacs.setAside'>['groups'][number];

export function SetAside({ count }: { count: number }) {
  const { t } = useTranslation();
  const aside = useRead('pacs.setAside', {});
  const may = useMay('imaging.match');
  if (aside.isError) return <ErrorNotice error={aside.error} />;
  return (
    <Stack gap="xs">
      <Text>{t('pacs.aside.means', { count })}</Text>
      <ul className={classes.rows} aria-label={t('pacs.aside.title')}>
        {aside.data?.groups.map((group) => (
          <Row key={`${group.sender} ${group.why}`} group={group} may={may} />
        ))}
      </ul>
      {!may && (
        <Text size="sm" c="dimmed">
          {t('pacs.aside.others')}
        </Text>
      )}
    </Stack>
  );
}

function Row({ group, may }: { group: SetAsideGroup; may: boolean }) {
  const { t } = useTranslation();
  const again = useAct('pacs.takeAgain');
  const discard = useAct('pacs.discard');
  const [asking, setAsking] = useState(false);
  const { sender, count, objects } = group;
  const busy = again.isPending || discard.isPending;
  const failed = again.error ?? discard.error;
  return (
    <li className={classes.row}>
      <span className={classes.who}>
        <strong>{sender}</strong>
        <span className={classes.quiet}>
          <span>{t('pacs.aside.objects', { count })}</span>
          <span>{size(group.bytes)}</span>
          <When at={group.lastAt} />
        </span>
        <span>{group.why}</span>
      </span>
      {may && (
        <Group gap="xs">
          <Button
            variant="default"
            aria-label={t('pacs.aside.againOf', { sender })}
            loading={again.isPending}
            disabled={busy}
            onClick={() => again.mutate({ objects })}
          >
            {t('pacs.aside.again')}
          </Button>
          <Button
            variant="subtle"
            color="red"
            aria-label={t('pacs.aside.discardOf', { sender })}
            disabled={busy}
            onClick={() => setAsking(true)}
          >
            {t('pacs.aside.discard')}
          </Button>
        </Group>
      )}
      {failed != null && (
        <div className={classes.below}>
          <ErrorNotice error={failed} />
        </div>
      )}
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('pacs.aside.discardTitle', { count: objects.length, sender })}
        closeButtonProps={{ 'aria-label': t('do.close') }}
      >
        <Text>{t('pacs.aside.discardMeans')}</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" data-autofocus onClick={() => setAsking(false)}>
            {t('do.cancel')}
          </Button>
          <Button
            color="red.9"
            onClick={() => {
              setAsking(false);
              discard.mutate({ objects });
            }}
          >
            {t('pacs.aside.discard')}
          </Button>
        </Group>
      </Modal>
    </li>
  );
}
