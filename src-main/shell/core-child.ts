import { spawn } from 'node:child_process';
import type { MessagePortMain } from 'electron';
import { pack, unpack } from '../../src-shared/contract/pipe.ts';
import type { FromCore, ToCore } from '../../src-shared/contract/shell.ts';
import { type CoreCommand, type CoreProcess, coreEnvironment } from './core-process.ts';

/**
 * The core on Node 24, for an Electron whose own Node is too old for it. A port cannot be handed to a child process, so the shell passes the messages of all
 * clients through one pipe.
 */
export function startChildCore(command: CoreCommand): CoreProcess {
  const child = spawn(command.node, [command.file, ...command.args], {
    env: coreEnvironment(process.env),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'json',
    windowsHide: true,
  });
  const ports = new Map<number, MessagePortMain>();
  let clients = 0;
  const ended: (() => void)[] = [];
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    for (const port of ports.values()) port.close();
    ports.clear();
    for (const listener of ended) listener();
  };
  // A write to a core that has just died fails; its end is told by `exit`.
  const send = (message: ToCore) => {
    if (child.connected) child.send(pack(message) as object, () => {});
  };
  child.on('message', (message) => {
    // The only writer of this pipe is our own core.
    const { client, message: said } = unpack(message) as FromCore;
    ports.get(client)?.postMessage(said);
  });
  child.on('exit', end);
  child.on('error', end);
  return {
    kind: 'child',
    pid: () => child.pid,
    connect: (port) => {
      const client = clients++;
      ports.set(client, port);
      send({ t: 'client-open', client });
      port.on('message', (event) => send({ t: 'client-says', client, message: event.data }));
      port.on('close', () => {
        if (ports.delete(client)) send({ t: 'client-gone', client });
      });
      port.start();
    },
    notify: (notice) => send({ t: 'notice', notice }),
    place: (handle, path) => send({ t: 'place', handle, path }),
    onExit: (listener) => {
      ended.push(listener);
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}
