/**
 * The page's end of the line to the core. A port arrives when the page loads and again after each restart of the core; a new port replaces the old one, calls
 * that were still waiting fail with ConnectionLost (reads are then fetched again by themselves), and calls made while there is no port wait for the next.
 */
import { type Client, createClient } from '../../src-shared/contract/client.ts';
import type { Call, Input, Output, ProcedureName } from '../../src-shared/contract/index.ts';
import { CORE_LOST, CORE_PORT } from '../../src-shared/contract/shell.ts';
import type { ClientMessage, CoreEvent, CoreMessage, Transport } from '../../src-shared/contract/wire.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { askForPassword } from './password.ts';

/** The core went away before it answered. What was asked may or may not have happened. */
export class ConnectionLost extends Error {
  readonly code = 'connection-lost';

  constructor() {
    super('The core went away before it answered');
    this.name = 'ConnectionLost';
  }
}

export type ConnectionState = 'connecting' | 'open' | 'lost';

interface Line {
  client: Client;
  /** How to fail each call that waits for its answer. */
  waiting: Set<(error: Error) => void>;
}

const eventListeners = new Set<(event: CoreEvent) => void>();
const stateListeners = new Set<() => void>();
let state: ConnectionState = 'connecting';
/** Counts the ports: 1 for the first, more after restarts of the core. */
let generation = 0;
let line: Line | undefined;
let waitingForPort: (() => void)[] = [];

/** Calls a procedure of the contract; waits for the core where it is starting, and for the password where the core wants it again. */
export const call: Call = async (name, input) => {
  try {
    return await send(name, input);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'password-needed' || !(await askForPassword())) throw thrown;
    return await send(name, input);
  }
};

const send: Call = async <Name extends ProcedureName>(name: Name, input: Input<Name>): Promise<Output<Name>> => {
  if (!line) await new Promise<void>((resolve) => waitingForPort.push(resolve));
  const current = line;
  if (!current) throw new ConnectionLost();
  return new Promise<Output<Name>>((resolve, reject) => {
    current.waiting.add(reject);
    current.client
      .call(name, input)
      .then(resolve, reject)
      .finally(() => current.waiting.delete(reject));
  });
};

/** Subscribes to what the core says unasked; survives restarts of the core. Returns the way to stop. */
export function onCoreEvent(listener: (event: CoreEvent) => void): () => void {
  eventListeners.add(listener);
  return () => eventListeners.delete(listener);
}

export const connection = {
  subscribe(listener: () => void): () => void {
    stateListeners.add(listener);
    return () => stateListeners.delete(listener);
  },
  state: (): ConnectionState => state,
  generation: (): number => generation,
};

/** Listens for ports from the preload script. Called once, before the first paint. */
export function listenForCore(): void {
  window.addEventListener('message', (event) => {
    // Only our own preload script speaks to this window; a frame or an opener does not exist.
    if (event.source !== window) return;
    const [port] = event.ports;
    if (event.data === CORE_PORT && port) connect(port);
    if (event.data === CORE_LOST) lose();
  });
}

function connect(port: MessagePort): void {
  drop();
  const client = createClient(transportOver(port));
  client.on((event) => {
    for (const listener of eventListeners) listener(event);
  });
  const mine: Line = { client, waiting: new Set() };
  port.addEventListener('close', () => {
    if (line === mine) lose();
  });
  line = mine;
  generation++;
  const waiting = waitingForPort;
  waitingForPort = [];
  setState('open');
  for (const go of waiting) go();
}

function lose(): void {
  drop();
  setState('lost');
}

function drop(): void {
  const dead = line;
  line = undefined;
  for (const fail of dead?.waiting ?? []) fail(new ConnectionLost());
}

function setState(next: ConnectionState): void {
  state = next;
  for (const listener of stateListeners) listener();
}

function transportOver(port: MessagePort): Transport<ClientMessage, CoreMessage> {
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      // The other end of this port is our own core, which sends nothing but CoreMessage.
      port.onmessage = (event) => listener(event.data as CoreMessage);
    },
    // The end of the line is noticed above, for all calls at once.
    onClose: () => {},
  };
}
