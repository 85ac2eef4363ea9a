/** A small application around the real CoreHost, preload script and page scheme: `electron FOLDER --kind=child|utility --node=FILE`. Prints what the page found. */
import { join } from 'node:path';
import { app, BrowserWindow, MessageChannelMain, session } from 'electron';
import { startChildCore } from '../../../src-main/shell/core-child.ts';
import { CoreHost } from '../../../src-main/shell/core-host.ts';
import { startUtilityCore } from '../../../src-main/shell/core-utility.ts';
import { announceScheme, PAGE_URL, servePage } from '../../../src-main/shell/page-scheme.ts';
import { CORE_LOST, CORE_PORT } from '../../../src-shared/contract/shell.ts';

const argument = (name: string) => process.argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';
const command = { file: join(__dirname, 'tiny-core.cjs'), args: [], node: argument('node') };
const start = argument('kind') === 'utility' ? startUtilityCore : startChildCore;

announceScheme();
app.setPath('userData', argument('home'));
app.whenReady().then(() => {
  const own = session.fromPartition('page');
  servePage(own, join(__dirname, 'page'));
  const window = new BrowserWindow({
    show: false,
    webPreferences: { session: own, preload: argument('preload'), sandbox: true, contextIsolation: true },
  });
  const openPort = () => {
    const { port1, port2 } = new MessageChannelMain();
    host.connect(port1);
    window.webContents.postMessage(CORE_PORT, null, [port2]);
  };
  const host = new CoreHost(
    () => start(command),
    { lost: () => window.webContents.postMessage(CORE_LOST, null), restarted: openPort, failed: () => app.exit(1) },
    { now: Date.now, after: (ms, then) => setTimeout(then, ms) },
  );
  window.webContents.on('dom-ready', openPort);
  window.on('page-title-updated', (_event, title) => {
    if (!title.startsWith('{')) return;
    process.stdout.write(`${title}\n`);
    host.quit().then(() => app.exit(0));
  });
  window.loadURL(PAGE_URL);
});
