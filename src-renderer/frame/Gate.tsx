/** Decides what may be seen: set-up, sign-in, the cover of a locked session, or the workspace. */
import { Box, Center } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Person } from '../../src-shared/contract/session.ts';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { Waiting } from '../components/Loaded.tsx';
import { connection, onCoreEvent } from '../core/connection.ts';
import { draftsBelongTo, flushDrafts, forgetSavedDrafts } from '../core/drafts.ts';
import { forgetJobs } from '../core/jobs.ts';
import { forgetShown, refresh, useRead } from '../core/queries.ts';
import { SessionProvider } from '../core/session.tsx';
import { useCoreFailed } from '../core/shell.ts';
import { forgetUndo } from '../core/undo.ts';
import { SignInScreen } from '../screens/sign-in/SignInScreen.tsx';
import { cover, coverLocked, useCover } from './cover.ts';
import { goToPlaceOf, rememberPlace } from './whereabouts.ts';

const SetupScreen = lazy(() => import('../screens/setup/SetupScreen.tsx'));
const Workspace = lazy(() => import('./Workspace.tsx'));

export function Gate() {
  const status = useRead('session.status', {});
  const reached = useSyncExternalStore(connection.subscribe, connection.state) === 'open';
  const covered = useCover();
  const failed = useCoreFailed();
  const last = useRef<Person | undefined>(undefined);
  const [settingUp, setSettingUp] = useState(false);
  /** Whoever recovers the vault is signed in at once, and must see the new code before anything else. */
  const [recovering, setRecovering] = useState(false);
  const face = useRef(covered);
  if (!recovering) face.current = covered;
  const here = reached ? status.data : undefined;
  const person = here?.session?.person;
  const open = person !== undefined && !here?.session?.locked && covered === 'open';

  useEffect(() => {
    if (!open) {
      if (last.current) rememberPlace(last.current.id);
      forgetShown();
      forgetJobs();
      forgetUndo();
    } else if (person) {
      last.current = person;
      draftsBelongTo(person.id);
      forgetSavedDrafts();
      void flushDrafts();
    }
  }, [open, person]);
  const isNew = here?.vault === 'none';
  // A set-up that broke off after the vault was made goes on with signing in.
  const brokeOff = here !== undefined && !isNew && !person;
  useEffect(() => {
    if (isNew) setSettingUp(true);
    if (brokeOff) setSettingUp(false);
  }, [isNew, brokeOff]);
  useEffect(
    () =>
      onCoreEvent((event) => {
        if (event.name === 'session' && event.state === 'locked') coverLocked();
      }),
    [],
  );

  function enter(who: Person) {
    // Somebody else goes on where they were themselves, not on the screen of the person before.
    if (last.current && last.current.id !== who.id) goToPlaceOf(who.id);
    last.current = who;
    cover('open');
    refresh('session.status');
  }

  if (status.isError && !here)
    return (
      <Middle>
        <ErrorNotice error={status.error} onRetry={() => void status.refetch()} />
      </Middle>
    );
  if (here && (isNew || settingUp)) {
    return (
      <Suspense fallback={<Starting />}>
        <SetupScreen status={here} onDone={() => setSettingUp(false)} />
      </Suspense>
    );
  }
  if (here && person && open && !recovering) {
    return (
      <SessionProvider status={here} person={person}>
        <Suspense fallback={<Starting />}>
          <Workspace />
        </Suspense>
      </SessionProvider>
    );
  }
  if (!here && !last.current && !failed) return <Starting />;
  const switching = covered === 'switching';
  const before = covered === 'left' || switching ? undefined : (person ?? last.current);
  return (
    <SignInScreen
      key={face.current}
      status={here}
      before={before}
      switching={switching}
      onSignedIn={enter}
      onRecovering={setRecovering}
      onRecovered={() => {
        setRecovering(false);
        if (person && !here?.session?.locked) enter(person);
      }}
    />
  );
}

function Starting() {
  return (
    <Middle>
      <Waiting lines={2} />
    </Middle>
  );
}

function Middle({ children }: { children: ReactNode }) {
  return (
    <Center h="100%" p="lg" component="main">
      <Box maw={640}>{children}</Box>
    </Center>
  );
}
