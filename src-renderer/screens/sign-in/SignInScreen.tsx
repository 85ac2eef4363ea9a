/** Sign in, or come back to a locked session. Nothing of what was open shows through. */
import { Anchor, Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person, Status } from '../../../src-shared/contract/session.ts';
import { Door } from '../../components/Door.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useSaveState } from '../../core/drafts.ts';
import { useCoreFailed } from '../../core/shell.ts';
import { Credentials } from './Credentials.tsx';
import { OneTimeForm } from './OneTimeForm.tsx';
import { RecoverForm } from './RecoverForm.tsx';

interface Props {
  /** Undefined while the core is starting again. */
  status: Status | undefined;
  /** Who locked the session and comes back to it. */
  before: Person | undefined;
  /** Somebody else is about to sign in; the sessions here are kept. */
  switching: boolean;
  onSignedIn: (person: Person) => void;
  /** While the vault is recovered this screen stays, though somebody is signed in then: the new code stands on it. */
  onRecovering: (recovering: boolean) => void;
  onRecovered: () => void;
}

type Way = 'password' | 'one-time' | 'recover';
const titles = { 'one-time': 'signIn.oneTime.title', recover: 'signIn.recover.title' } as const;

export function SignInScreen({ status, before, switching, onSignedIn, onRecovering, onRecovered }: Props) {
  const { t } = useTranslation();
  const [way, setShownWay] = useState<Way>('password');
  const [userName, setUserName] = useState(before?.userName ?? '');
  const [recovered, setRecovered] = useState(false);
  const failed = useCoreFailed();
  function setWay(next: Way) {
    onRecovering(next === 'recover');
    setShownWay(next);
  }
  const cameBack = before !== undefined;
  const unkept = useSaveState().refused;
  const restarted = cameBack && !status?.session;
  const title =
    way !== 'password'
      ? t(titles[way])
      : switching
        ? t('signIn.switch.title')
        : cameBack
          ? t('signIn.locked')
          : t('signIn.title');
  const lengthMin = status?.passwordLengthMin ?? 0;
  return (
    <Door title={title} clinic={status?.clinic} sample={status?.sample}>
      {failed && <Notice tone="critical" title={t('signIn.coreFailed')} role="alert" />}
      {!failed && !status && <Notice tone="doubt" title={t('frame.core.lost')} role="status" />}
      {unkept > 0 && <Notice tone="doubt">{t('signIn.unkept', { count: unkept })}</Notice>}
      {cameBack && status && way === 'password' && unkept === 0 && (
        <Notice tone="fact">{restarted ? t('signIn.backHint') : t('signIn.lockedHint')}</Notice>
      )}
      {switching && way === 'password' && unkept === 0 && <Notice tone="fact">{t('signIn.switch.hint')}</Notice>}
      {status?.sample && way === 'password' && <Notice tone="fact">{t('signIn.sampleHint')}</Notice>}
      {!failed && (
        <>
          {way === 'password' && (
            <Credentials
              key={before?.userName}
              before={before}
              kept={status?.kept ?? []}
              names={status?.userNames ?? []}
              ready={status !== undefined}
              onSignedIn={onSignedIn}
              onOneTime={(name) => {
                setUserName(name);
                setWay('one-time');
              }}
              onRecover={() => setWay('recover')}
            />
          )}
          {way === 'one-time' && <OneTimeForm userName={userName} lengthMin={lengthMin} onSignedIn={onSignedIn} />}
          {way === 'recover' && (
            <RecoverForm
              userName={before?.userName ?? ''}
              lengthMin={lengthMin}
              onOpened={() => setRecovered(true)}
              onDone={onRecovered}
            />
          )}
          <Group gap="lg">
            {recovered ? null : way === 'password' ? (
              <>
                <WayLink onClick={() => setWay('one-time')}>{t('signIn.oneTime.open')}</WayLink>
                <WayLink onClick={() => setWay('recover')}>{t('signIn.forgot')}</WayLink>
              </>
            ) : (
              <WayLink onClick={() => setWay('password')}>{t('signIn.withPassword')}</WayLink>
            )}
          </Group>
        </>
      )}
    </Door>
  );
}

function WayLink({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <Anchor component="button" type="button" onClick={onClick}>
      {children}
    </Anchor>
  );
}
