import { utilityProcess } from 'electron';
import type { ToCore } from '../../src-shared/contract/shell.ts';
import { type CoreCommand, type CoreProcess, coreEnvironment } from './core-process.ts';

/** The core as Electron's utility process: each client's port is handed over and does not pass through the shell. */
export function startUtilityCore(command: CoreCommand): CoreProcess {
  const child = utilityProcess.fork(command.file, [...command.args], {
    serviceName: 'Lamplight core',
    stdio: ['ignore', 'ignore', 'inherit'],
    env: coreEnvironment(process.env),
  });
  let clients = 0;
  let waiting: (() => void)[] | null = [];
  child.once('spawn', () => {
    const early = waiting ?? [];
    waiting = null;
    for (const send of early) send();
  });
  const whenSpawned = (send: () => void) => {
    if (waiting) waiting.push(send);
    else send();
  };
  return {
    kind: 'utility',
    pid: () => child.pid,
    connect: (port) => {
      const message: ToCore = { t: 'client-open', client: clients++ };
      whenSpawned(() => child.postMessage(message, [port]));
    },
    notify: (notice) => {
      const message: ToCore = { t: 'notice', notice };
      whenSpawned(() => child.postMessage(message));
    },
    place: (handle, path) => {
      const message: ToCore = { t: 'place', handle, path };
      whenSpawned(() => child.postMessage(message));
    },
    onExit: (listener) => {
      child.once('exit', listener);
    },
    kill: () => {
      child.kill();
    },
  };
}
