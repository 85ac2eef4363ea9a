import { spawn } from 'node:child_process';
import type { MessagePortMain } from 'electron';
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
    serialization: 'advanced',
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
    if (child.connected) child.send(message, () => {});
  };
  child.on('message', (message) => {
    // The only writer of this pipe is our own core.
    const { client, message: said } = message as FromCore;
    ports.get(client)?.postMessage(ownMemory(said));
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

/**
 * Byte arrays out of the pipe are views into larger, shared memory, and a port clones that memory whole: each gets memory of just its own size.
 * Changes the message in place.
 */
function ownMemory(value: unknown): unknown {
  if (value instanceof Uint8Array)
    return value.byteLength === value.buffer.byteLength && value.constructor === Uint8Array ? value : Uint8Array.from(value);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) if (typeof item === 'object') value[index] = ownMemory(item);
  } else if (typeof value === 'object' && value !== null) {
    const record = value as Record<string, unknown>;
    for (const name of Object.keys(record)) if (typeof record[name] === 'object') record[name] = ownMemory(record[name]);
  }
  return value;
}
