/** Everything that a page could ask of the application and that ours never does is denied here. */
import { app, type Session, session } from 'electron';
import { PAGE_URL } from './page-scheme.ts';

/** Switches that must be set before the application is ready: no dumps, no caches, nothing that Chromium would fetch by itself. */
export function lockDownChromium(): void {
  for (const name of [
    'disable-breakpad',
    'disable-http-cache',
    'disable-background-networking',
    'disable-component-update',
    'disable-domain-reliability',
    'no-pings',
  ]) {
    app.commandLine.appendSwitch(name);
  }
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event, url) => {
      if (!isOurs(url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** The page's session: in memory only, no cache, no permission, no download, no request that leaves the machine. */
export function pageSession(): Session {
  const mine = session.fromPartition('page', { cache: false });
  mine.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  mine.setPermissionCheckHandler(() => false);
  mine.setDevicePermissionHandler(() => false);
  mine.setSpellCheckerEnabled(false);
  mine.on('will-download', (event) => event.preventDefault());
  mine.webRequest.onBeforeRequest((request, decide) =>
    decide({ cancel: !isOurs(request.url) && !request.url.startsWith(`blob:${PAGE_URL}`) && !isDevTools(request.url) }),
  );
  return mine;
}

function isOurs(url: string): boolean {
  return url.startsWith(PAGE_URL);
}

function isDevTools(url: string): boolean {
  return !app.isPackaged && url.startsWith('devtools:');
}
