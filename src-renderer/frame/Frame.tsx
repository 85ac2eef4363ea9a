/** Header, rail, work area and status line around every screen. */
import { Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Help } from '../commands/Help.tsx';
import { useCommandKeys } from '../commands/keys.ts';
import { Palette } from '../commands/Palette.tsx';
import { type Command, useCommands } from '../commands/registry.ts';
import { Boundary } from '../components/Boundary.tsx';
import { useSession } from '../core/session.tsx';
import { FileDrop } from '../files/FileDrop.tsx';
import { useKeptScheme, useScheme } from '../theme/scheme.ts';
import classes from './Frame.module.css';
import { Header } from './Header.tsx';
import { LeavingSheet } from './LeavingSheet.tsx';
import { leaveBy } from './leaving.ts';
import { lock, useLocking } from './locking.ts';
import { PasswordAgain } from './PasswordAgain.tsx';
import { places, useVisiblePlaces } from './places.ts';
import { Rail } from './Rail.tsx';
import { StatusLine } from './StatusLine.tsx';
import { UndoBar } from './UndoBar.tsx';
import { mayGoBack } from './whereabouts.ts';

export function Frame() {
  const { t } = useTranslation();
  const { status } = useSession();
  const [asked, setAsked] = useState<'palette' | 'help' | null>(null);
  const close = useCallback(() => setAsked(null), []);
  useLocking(status.session?.idleLockMs ?? 0);
  useKeptScheme();
  useCommandKeys();
  useFrameCommands(setAsked);
  return (
    <div className={classes.frame}>
      <a href="#content" className={classes.skip} onClick={skipToContent}>
        {t('frame.skip')}
      </a>
      <Header onSearch={() => setAsked('palette')} />
      <Rail />
      <main id="content" className={classes.work} tabIndex={-1}>
        <FileDrop>
          <Boundary>
            <Outlet />
          </Boundary>
        </FileDrop>
      </main>
      <UndoBar />
      <LeavingSheet />
      <PasswordAgain />
      <StatusLine onHelp={() => setAsked('help')} />
      <Palette opened={asked === 'palette'} onClose={close} />
      <Help opened={asked === 'help'} onClose={close} />
    </div>
  );
}

function useFrameCommands(ask: (what: 'palette' | 'help') => void): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const router = useRouter();
  const visible = useVisiblePlaces();
  const { scheme, choose } = useScheme();
  const commands = useMemo<Command[]>(
    () => [
      { id: 'palette.open', title: t('frame.search'), group: 'do', keys: 'mod+k', run: () => ask('palette') },
      { id: 'session.lock', title: t('frame.lock'), group: 'do', keys: 'mod+l', run: () => void lock('shortcut') },
      {
        id: 'session.switch',
        title: t('frame.switch'),
        group: 'do',
        keys: 'mod+u',
        run: () => leaveBy('switch', () => void lock('switch')),
      },
      { id: 'help.keys', title: t('frame.help.open'), group: 'help', keys: '?', run: () => ask('help') },
      { id: 'screen.back', title: t('frame.back'), group: 'go', keys: 'escape', run: () => mayGoBack() && router.history.back() },
      {
        id: 'theme.change',
        title: t('frame.theme.change'),
        group: 'do',
        run: () => choose(scheme === 'dark' ? 'light' : 'dark'),
      },
      ...places
        .filter((place) => visible.includes(place))
        .map(
          (place): Command => ({
            id: place.command,
            title: t(place.title),
            group: 'go',
            keys: place.keys,
            run: () => void navigate({ to: place.to }),
          }),
        ),
    ],
    [t, navigate, router, visible, scheme, choose, ask],
  );
  useCommands(commands);
}

/** The address is the route, so the link of the skip moves the focus by itself. */
function skipToContent(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
