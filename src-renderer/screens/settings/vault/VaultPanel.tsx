/** The keys of the vault: who can open it, how old its key is, and what an administrator does about them. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { Fact, Facts } from '../../../components/Facts.tsx';
import { JobBar } from '../../../components/JobBar.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { RecoveryCode } from '../../../components/RecoveryCode.tsx';
import { When } from '../../../components/When.tsx';
import { useRunningJob } from '../../../core/jobs.ts';
import { codeOf, refresh, useAct, useRead } from '../../../core/queries.ts';
import { useMay } from '../../../core/session.tsx';
import { Escrows } from './Escrows.tsx';
import vaultClasses from './vault.module.css';

export function VaultPanel() {
  const { t } = useTranslation();
  const may = useMay('vault.keys');
  const state = useRead('vault.state', {});
  return (
    <Panel title={t('vault.title')}>
      <Loaded query={state} what={t('vault.title')} lines={4}>
        {(data) => (
          <Stack gap="md">
            <KeyFacts of={data} />
            {data.cannotEnter.length > 0 && (
              <Notice tone="doubt" title={t('vault.cannotEnter', { count: data.cannotEnter.length })}>
                <Text>{data.cannotEnter.map((person) => person.displayName).join(', ')}</Text>
                <Text c="dimmed">{t('vault.cannotEnterMeaning')}</Text>
              </Notice>
            )}
            <Escrows escrows={data.escrows} may={may} />
            {may ? (
              <div>
                <h3 className={vaultClasses.head}>{t('vault.keys')}</h3>
                <Keys />
              </div>
            ) : (
              <Text c="dimmed">{t('settings.notYours')}</Text>
            )}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function KeyFacts({ of: { generation, keyMadeAt, deviceKey, copies } }: { of: Output<'vault.state'> }) {
  const { t } = useTranslation();
  return (
    <Facts>
      <Fact name={t('vault.key')}>
        {t('vault.number', { number: generation })}
        {keyMadeAt && (
          <>
            {', '}
            <When at={keyMadeAt} dayOnly />
          </>
        )}
      </Fact>
      <Fact name={t('vault.deviceKey')}>{t(`settings.security.deviceKeys.${deviceKey}`)}</Fact>
      {copies.length > 0 && <Fact name={t('vault.copies')}>{t('vault.copiesMeaning', { count: copies.length })}</Fact>}
    </Facts>
  );
}

/** A new key or a new code, each with a question before. */
function Keys() {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<'rotate' | 'code'>();
  const rotate = useAct('vault.rotateKey');
  const renew = useAct('vault.newRecoveryCode');
  const act = asking === 'rotate' ? rotate : renew;
  const rotating = useRunningJob('rotation');
  const code = rotate.data?.recoveryCode ?? renew.data?.recoveryCode;

  function ask(what: 'rotate' | 'code') {
    rotate.reset();
    renew.reset();
    setAsking(what);
  }
  function go() {
    const done = () => {
      setAsking(undefined);
      refresh('vault.state');
    };
    if (asking === 'rotate')
      rotate.mutate({}, { onSuccess: done, onError: (error) => codeOf(error) === 'cancelled' && setAsking(undefined) });
    else renew.mutate({}, { onSuccess: done });
  }
  // Somebody who comes back to this screen sees it, too.
  if (rotating) return <JobBar job={rotating} />;
  return (
    <Stack gap="sm">
      {rotate.isError && codeOf(rotate.error) === 'cancelled' && (
        <Notice tone="fact" title={t('vault.rotateCancelled')} role="status" />
      )}
      {rotate.data && (
        <Notice tone="good" title={t('vault.rotated')} role="status">
          {rotate.data.toReset.length > 0 && <Text>{t('vault.toReset', { names: rotate.data.toReset.join(', ') })}</Text>}
        </Notice>
      )}
      {code && (
        <>
          <Text>{t('signIn.recover.newCode')}</Text>
          <RecoveryCode code={code} />
        </>
      )}
      {asking ? (
        <Notice tone="fact" title={t(`vault.${asking}.ask`)}>
          <Text>{t(`vault.${asking}.meaning`)}</Text>
          {act.isError && <ErrorNotice error={act.error} />}
          <Group gap="sm" mt="xs">
            <Button onClick={go} loading={act.isPending} autoFocus>
              {t(`vault.${asking}.confirm`)}
            </Button>
            <Button variant="default" onClick={() => setAsking(undefined)} disabled={act.isPending}>
              {t('do.cancel')}
            </Button>
          </Group>
        </Notice>
      ) : (
        <Group gap="sm">
          <Button variant="default" onClick={() => ask('rotate')}>
            {t('vault.rotate.open')}
          </Button>
          <Button variant="default" onClick={() => ask('code')}>
            {t('vault.code.open')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
