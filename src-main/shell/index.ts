/** Start-up of the application: one instance, the core and the window side by side. */
import { app, clipboard, dialog, powerMonitor } from 'electron';
import { guardClipboard } from './clipboard-guard.ts';
import { startChildCore } from './core-child.ts';
import { CoreHost } from './core-host.ts';
import { firstForeignFile } from './core-integrity.ts';
import { startUtilityCore } from './core-utility.ts';
import { coreKind } from './electron-compat.ts';
import { lockDownChromium, pageSession } from './lockdown.ts';
import { setMenu } from './menu.ts';
import { emptyCoreDumps, inspectionAsked } from './no-inspection.ts';
import { announceScheme, servePage } from './page-scheme.ts';
import { coreFile, coreFolder, coreList, nodeFile, pageFolder, preloadFile, setHome, vaultRoot } from './places.ts';
import { PageWindow } from './window.ts';

const EXIT_SECOND_INSTANCE = 1;
const EXIT_FOREIGN_CORE = 3;
const EXIT_INSPECTION = 4;

emptyCoreDumps();
setHome();
const inspection = app.isPackaged ? inspectionAsked((name) => app.commandLine.hasSwitch(name)) : null;
if (inspection !== null) {
  process.stderr.write(
    `Lamplight does not start with --${inspection}: nobody may look into it from outside. Start it without.\n`,
  );
  app.exit(EXIT_INSPECTION);
} else if (app.requestSingleInstanceLock()) start();
else {
  process.stderr.write(
    'Lamplight is open already on this machine. Its window was brought to the front; close it there before starting another.\n',
  );
  app.exit(EXIT_SECOND_INSTANCE);
}

function start(): void {
  lockDownChromium();
  announceScheme();
  let window: PageWindow | null = null;
  const copies = guardClipboard(
    { read: () => clipboard.readText(), write: (text) => clipboard.writeText(text), clear: () => clipboard.clear() },
    (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  );
  const command = { file: coreFile, args: ['--vault-root', vaultRoot()], node: nodeFile };
  const startHost = () =>
    new CoreHost(
      () => (coreKind() === 'utility' ? startUtilityCore(command) : startChildCore(command)),
      {
        lost: () => window?.coreLost(),
        restarted: () => window?.openCorePort(),
        failed: () => window?.tell({ t: 'core-failed' }),
      },
      { now: Date.now, after: (ms, then) => setTimeout(then, ms) },
    );
  // A child process can start while Chromium still does; a utility process needs Chromium, and the core of a package is checked first.
  let host = coreKind() === 'child' && !app.isPackaged ? startHost() : null;

  app.whenReady().then(async () => {
    if (!(await coreIsOurs())) return;
    host ??= startHost();
    const core = host;
    const session = pageSession();
    servePage(session, pageFolder);
    const page = new PageWindow(session, preloadFile, () => core, copies);
    window = page;
    setMenu((id) => page.tell({ t: 'command', id }));
    app.on('second-instance', () => {
      page.bringToFront();
      page.tell({ t: 'second-start' });
    });
    const power = (event: 'suspend' | 'lock-screen') => {
      void copies.forget();
      core.notify(event);
      page.tell({ t: 'power', event });
    };
    powerMonitor.on('suspend', () => power('suspend'));
    powerMonitor.on('lock-screen', () => power('lock-screen'));
  });

  app.on('window-all-closed', () => app.quit());
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed || !host) return;
    event.preventDefault();
    Promise.allSettled([host.quit(), copies.forget()]).then(() => {
      closed = true;
      app.quit();
    });
  });
}

/** In a package only: whoever changed the core would have every password typed afterwards. */
async function coreIsOurs(): Promise<boolean> {
  if (!app.isPackaged) return true;
  const foreign = await firstForeignFile(coreFolder, coreList);
  if (foreign === null) return true;
  dialog.showErrorBox(
    'Lamplight',
    `A file of this installation is not as it was delivered: ${foreign}. Nothing was opened. Install Lamplight again, and tell IT.`,
  );
  app.exit(EXIT_FOREIGN_CORE);
  return false;
}
