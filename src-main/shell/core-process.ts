/** One run of the core, whichever kind of process it is. */
import type { MessagePortMain } from 'electron';
import type { ShellNotice } from '../../src-shared/contract/shell.ts';

export interface CoreProcess {
  readonly kind: 'utility' | 'child';
  /** Undefined until the process runs. */
  pid(): number | undefined;
  /** Connects a client by its port; the core hears of it also when it is still starting. */
  connect(port: MessagePortMain): void;
  notify(notice: ShellNotice): void;
  /** Tells the core what stands behind a handle that the page is given. */
  place(handle: string, path: string): void;
  onExit(listener: () => void): void;
  kill(): void;
}

export interface CoreCommand {
  /** The bundle of the core. */
  file: string;
  args: readonly string[];
  /** Node 24, for a child process. */
  node: string;
}

const passedOn = [
  ...[
    'PATH',
    'HOME',
    'LANG',
    'LC_ALL',
    'LC_CTYPE',
    'TZ',
    'TMPDIR',
    'XDG_DATA_HOME',
    'XDG_RUNTIME_DIR',
    'DBUS_SESSION_BUS_ADDRESS',
  ],
  ...[
    'HTTPS_PROXY',
    'https_proxy',
    'NO_PROXY',
    'no_proxy',
    'SystemRoot',
    'TEMP',
    'TMP',
    'USERPROFILE',
    'APPDATA',
    'LOCALAPPDATA',
  ],
  ...['LAMPLIGHT_HOME', 'LAMPLIGHT_DEVICE_KEY_DIR', 'DISPLAY'],
];

/** The core's environment: what it needs to find the keychain, the proxy and its folders, and no secret that happens to be in ours. */
export function coreEnvironment(ours: NodeJS.ProcessEnv): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of passedOn) {
    const value = ours[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}
