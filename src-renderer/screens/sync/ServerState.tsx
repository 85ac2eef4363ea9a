/** The server this workstation is paired with: reached or not, what is wrong, and the way to forget it. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { CircleCheck, CloudOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Fact, Facts } from '../../components/Facts.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { When } from '../../components/When.tsx';
import { useAct } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { moment } from '../../format/dates.ts';
import { count } from '../../format/numbers.ts';
import classes from './sync.module.css';

type Summary = Output<'sync.status'>;

export function ServerState({ of }: { of: Summary }) {
  const { t } = useTranslation();
  const mayUnpair = useMay('sync.pair');
  return (
    <Panel title={t('sync.server')}>
      <Stack gap="sm">
        <Facts>
          <Fact name={t('sync.address')}>{of.server}</Fact>
          <Fact name={t('sync.state')}>
            <span role="status">
              <Reached of={of} />
            </span>
          </Fact>
          <Fact name={t('sync.lastContact')}>{of.lastContact ? <When at={of.lastContact} /> : t('sync.never')}</Fact>
          {(of.notices ?? 0) > 0 && <Fact name={t('sync.notices')}>{count(of.notices ?? 0)}</Fact>}
        </Facts>
        {of.said?.map((sentence) => (
          <Notice key={sentence} tone="doubt" title={sentence} />
        ))}
        {of.problem && (
          <Notice tone="doubt" title={of.problem.message}>
            <Text>{of.problem.action}</Text>
            <Text c="dimmed" ff="monospace" fz="xs">
              {t('error.code', { code: of.problem.code })}
            </Text>
          </Notice>
        )}
        {!of.online && !of.problem && <Text>{t('sync.offlineMeaning')}</Text>}
        {mayUnpair && <Unpair server={of.server ?? ''} />}
      </Stack>
    </Panel>
  );
}

function Reached({ of: { online, offlineSince } }: { of: Summary }) {
  const { t } = useTranslation();
  if (online) {
    return (
      <span className={classes.good}>
        <CircleCheck size={16} aria-hidden /> {t('sync.online')}
      </span>
    );
  }
  return (
    <span className={classes.doubt}>
      <CloudOff size={16} aria-hidden /> {offlineSince ? t('sync.offline', { at: moment(offlineSince) }) : t('sync.offlinePlain')}
    </span>
  );
}

function Unpair({ server }: { server: string }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const unpair = useAct('sync.unpair');
  return (
    <Group>
      <Button variant="default" onClick={() => setAsked(true)}>
        {t('sync.unpair.do')}
      </Button>
      <Modal
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('sync.unpair.title', { server })}
        closeButtonProps={{ 'aria-label': t('do.close') }}
      >
        <Stack gap="md">
          <Text>{t('sync.unpair.meaning')}</Text>
          {unpair.isError && <ErrorNotice error={unpair.error} />}
          <Group gap="sm">
            <Button
              color="red.9"
              loading={unpair.isPending}
              onClick={() => unpair.mutate({}, { onSuccess: () => setAsked(false) })}
            >
              {t('sync.unpair.confirm')}
            </Button>
            <Button variant="default" data-autofocus onClick={() => setAsked(false)}>
              {t('do.cancel')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
