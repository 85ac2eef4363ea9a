/**
 * The core's side of the process that runs it. The same core runs as Electron's utility process, where each client brings a port of its own, and as a child
 * process on Node, where the shell passes the messages of all clients through one pipe.
 */
import { pack, unpack } from '../../src-shared/contract/pipe.ts';
import type { ShellNotice, ToCore } from '../../src-shared/contract/shell.ts';
import type { ClientMessage, CoreMessage, Transport } from '../../src-shared/contract/wire.ts';

export type ClientTransport = Transport<CoreMessage, ClientMessage>;

/** The part of Electron's MessagePortMain that the core uses; it does not import electron. */
interface Port {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
}

/** A client that is connected: how its messages and its end reach whoever listens. */
interface Client {
  transport: ClientTransport;
  hear(message: ClientMessage): void;
  end(): void;
}

const clients = new Map<number, Client>();
const clientListeners: ((transport: ClientTransport) => void)[] = [];
const noticeListeners: ((notice: ShellNotice) => void)[] = [];
const placeListeners: ((handle: string, path: string) => void)[] = [];
const missed: ClientTransport[] = [];
let listening = false;

/** Calls back for each client that connects, also for those that were there before. */
export function onClient(listener: (transport: ClientTransport) => void): void {
  listen();
  clientListeners.push(listener);
  for (const transport of missed.splice(0)) listener(transport);
}

/** Calls back for what the shell tells the core. Whoever listens ends the process at `quit`; without a listener it ends by itself. */
export function onShell(listener: (notice: ShellNotice) => void): void {
  listen();
  noticeListeners.push(listener);
}

/** Calls back for each folder or file that a person chose in a dialog of the shell. */
export function onPlace(listener: (handle: string, path: string) => void): void {
  listen();
  placeListeners.push(listener);
}

function listen(): void {
  if (listening) return;
  listening = true;
  // Electron adds `parentPort` to the process object of a utility process.
  const { parentPort } = process as unknown as {
    parentPort?: { on(event: 'message', listener: (event: { data: unknown; ports: Port[] }) => void): void };
  };
  if (parentPort) parentPort.on('message', (event) => hear(event.data as ToCore, event.ports[0]));
  else if (process.send) {
    process.on('message', (message) => hear(unpack(message) as ToCore));
    // The shell has died without a word.
    process.on('disconnect', () => notify('quit'));
  } else throw new Error('The core was started by neither a shell nor a test: it has nobody to talk to.');
}

/** The only sender is the shell of the same build, so its messages are taken as they are. */
function hear(message: ToCore, port?: Port): void {
  if (message.t === 'notice') notify(message.notice);
  else if (message.t === 'place') for (const listener of placeListeners) listener(message.handle, message.path);
  else if (message.t === 'client-open') open(message.client, port);
  else if (message.t === 'client-says') clients.get(message.client)?.hear(message.message as ClientMessage);
  else close(message.client);
}

function notify(notice: ShellNotice): void {
  for (const listener of noticeListeners) listener(notice);
  if (notice === 'quit' && noticeListeners.length === 0) process.exit(0);
}

function open(id: number, port?: Port): void {
  const client = connect((message) => {
    if (port) port.postMessage(message);
    else process.send?.(pack({ t: 'to-client', client: id, message }));
  });
  clients.set(id, client);
  if (clientListeners.length === 0) missed.push(client.transport);
  for (const listener of clientListeners) listener(client.transport);
  if (!port) return;
  port.on('message', (event) => client.hear(event.data as ClientMessage));
  port.on('close', () => close(id));
  port.start();
}

function close(id: number): void {
  const client = clients.get(id);
  clients.delete(id);
  client?.end();
}

function connect(post: (message: CoreMessage) => void): Client {
  const hearing: ((message: ClientMessage) => void)[] = [];
  const ending: (() => void)[] = [];
  const early: ClientMessage[] = [];
  let open = true;
  return {
    transport: {
      post: (message) => {
        if (open) post(message);
      },
      onMessage: (listener) => {
        hearing.push(listener);
        for (const message of early.splice(0)) listener(message);
      },
      onClose: (listener) => {
        ending.push(listener);
      },
    },
    hear: (message) => {
      if (hearing.length === 0) early.push(message);
      for (const listener of hearing) listener(message);
    },
    end: () => {
      open = false;
      for (const listener of ending) listener();
    },
  };
}
