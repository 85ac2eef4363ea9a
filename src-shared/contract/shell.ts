/** What travels between shell, core and page beside the calls themselves. */

/** What the shell tells the core. `quit`: close the vault and end; it also comes when the shell itself has died. */
export type ShellNotice = 'suspend' | 'lock-screen' | 'quit';

/** From the shell to the core process. With `client-open` a utility process gets the client's own port; a child process gets its messages as `client-says`. */
export type ToCore =
  | { t: 'client-open'; client: number }
  | { t: 'client-says'; client: number; message: unknown }
  | { t: 'client-gone'; client: number }
  | { t: 'notice'; notice: ShellNotice }
  /** A person chose this in a dialog; procedures take the handle. */
  | { t: 'place'; handle: string; path: string };

/** From a child process to the shell, which hands it to the client's port. */
export interface FromCore {
  t: 'to-client';
  client: number;
  message: unknown;
}

/** From the shell to the page, over the page's port to the shell. */
export type ShellToPage =
  | { t: 'command'; id: MenuCommand }
  | { t: 'power'; event: 'suspend' | 'lock-screen' }
  /** The core died three times within a minute and is not started again before the application is. */
  | { t: 'core-failed' }
  /** What came of `choose`; without a handle nothing was chosen. `name` is for people to read. */
  | { t: 'chosen'; asked: string; handle?: string; name?: string }
  /** Somebody started Lamplight a second time; this window was brought to the front instead. */
  | { t: 'second-start' };

/** What the shell has a dialog for. */
export const choices = [
  'save-zip',
  'vault-folder',
  'backup-folder',
  'backup-save',
  'backup-open',
  'save-pdf',
  'save-text',
  'save-jsonl',
  'save-json',
  'save-csv',
  'record-save',
  'proof-save',
  'image-folder',
  'model-package',
  'save-readings-pdf',
  'save-readings-csv',
  'save-summary-pdf',
  'save-summary-json',
] as const;
export type Choice = (typeof choices)[number];

/** From the page to the shell, checked there. */
/** Characters that the page may put on the clipboard at once. */
export const COPY_LENGTH_MAX = 1_000_000;

export type PageToShell =
  | { t: 'copy'; text: string }
  | { t: 'copied' }
  | { t: 'covered' }
  | { t: 'choose'; asked: string; what: Choice }
  | { t: 'print' }
  | { t: 'theme'; theme: 'system' | 'light' | 'dark' };

/** Window messages by which the preload script hands over: a port to the core, a port to the shell, and that the core has gone. */
export const CORE_PORT = 'lamplight:port';
export const SHELL_PORT = 'lamplight:shell';
export const CORE_LOST = 'lamplight:core-lost';

/** Commands of the page that the window's menu offers; the page's registry holds what they do. */
export const menuCommands = [
  { id: 'palette.open', menu: 'go', label: 'Find …', key: 'CmdOrCtrl+K' },
  { id: 'screen.today', menu: 'go', label: 'Today' },
  { id: 'screen.patients', menu: 'go', label: 'Patients' },
  { id: 'screen.letters', menu: 'go', label: 'Letters' },
  { id: 'screen.batches', menu: 'go', label: 'Batches' },
  { id: 'screen.coach', menu: 'go', label: 'Coach' },
  { id: 'screen.sync', menu: 'go', label: 'Synchronisation' },
  { id: 'screen.audit', menu: 'go', label: 'Audit' },
  { id: 'screen.retention', menu: 'go', label: 'Retention' },
  { id: 'screen.incidents', menu: 'go', label: 'Incidents' },
  { id: 'screen.compliance', menu: 'go', label: 'Compliance' },
  { id: 'screen.settings', menu: 'go', label: 'Settings' },
  { id: 'patient.register', menu: 'file', label: 'Register a patient …' },
  { id: 'import.open', menu: 'file', label: 'Import …', key: 'CmdOrCtrl+O' },
  { id: 'session.lock', menu: 'file', label: 'Lock', key: 'CmdOrCtrl+L' },
  { id: 'help.keys', menu: 'help', label: 'Keys' },
] as const;

export type MenuCommand = (typeof menuCommands)[number]['id'];
