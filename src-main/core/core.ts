/** The core: one vault at a time, any number of clients, each with a session of its own. Runs alike under shell, terminal and tests. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ProcedureName, contract } from '../../src-shared/contract/index.ts';
import type { Person, Status } from '../../src-shared/contract/session.ts';
import type { ClientMessage, CoreEvent, CoreMessage, Transport } from '../../src-shared/contract/wire.ts';
import { AppError, errorAnswer } from '../../src-shared/errors/index.ts';
import type { Handler, Handlers } from './bind.ts';
import type { Chance, Clock } from './context.ts';
import { type OpenClinic, openClinic } from './context-of.ts';
import { dispatch, parse } from './dispatch.ts';
import { readSettings } from './people/index.ts';
import { type Gate, gateHandlers } from './gate.ts';
import { type DeviceKeys, type OpenVault, diskError, keyFilePath, passwordLengthMin, readKeyFile } from './vault/index.ts';
import { type Places, openPlaces } from './places.ts';
import { unlessDiskRefuses } from './transactions.ts';

export const VERSION = '0.1.0';
/** How long a locked session keeps the vault open before its keys are dropped. */
const KEYS_KEPT_MS = 15 * 60_000;

export interface CoreOptions {
  /** Holds `clinic/` and `sample/`; or, with `dir`, that vault alone. */
  root: string;
  dir?: string;
  clock: Clock;
  chance: Chance;
  deviceKeys: DeviceKeys;
  /** Synchronise by itself; the terminal does it on demand only. */
  background: boolean;
  /** For bugs: a line without patient data. */
  report: (line: string) => void;
}

/** One client and who is at it. */
export interface Connection {
  post(message: CoreMessage): void;
  person: Person | null;
  locked: boolean;
  touchedMs: number;
}

export interface Core {
  connect(transport: Transport<CoreMessage, ClientMessage>): Connection;
  /** Calls a procedure as this connection's person. */
  call(connection: Connection, name: string, input: unknown): Promise<unknown>;
  /** Locks every session: the machine sleeps or its screen was locked. */
  lockAll(): void;
  /** Locks the idle and drops keys that were long unused; to be called every few seconds. */
  tick(): void;
  /** Folders and files that somebody chose outside of the page. */
  readonly places: Places;
  /** Loads what a signed-in person needs, ahead of the sign-in. */
  warm(): Promise<void>;
  /** The open vault, for the terminal. */
  clinic(): OpenClinic | null;
  close(): Promise<void>;
}

export function createCore(options: CoreOptions): Core {
  const { clock, chance } = options;
  const places = openPlaces(clock, chance);
  const connections = new Set<Connection>();
  let open: { clinic: OpenClinic; handlers: Handlers; stop: () => Promise<void> } | null = null;
  let closing: Promise<void> = Promise.resolve();
  /** Calls under way that may open the vault or read it without a session. */
  let atGateNow = 0;

  const emit = (event: CoreEvent) => {
    for (const connection of connections) if (connection.person && !connection.locked) connection.post({ t: 'event', event });
  };
  const dirOf = (kind: 'clinic' | 'sample') => options.dir ?? join(options.root, kind);
  const currentDir = () => (existsSync(keyFilePath(dirOf('clinic'))) || !existsSync(keyFilePath(dirOf('sample'))) ? dirOf('clinic') : dirOf('sample'));

  // What reads, recognises and synchronises is heavy, and nobody needs it before somebody is in: loaded apart, so that the sign-in is there at once.
  let domains: typeof import('./procedures.ts') | null = null;
  const ready = async () => {
    domains ??= await import('./procedures.ts');
  };

  const gate: Gate = {
    ready,
    places,
    options, dirOf, currentDir,
    clinic: () => open?.clinic ?? null,
    adopt(vault: OpenVault) {
      try {
        const clinic = openClinic(vault, { clock, chance, emit });
        if (!domains) throw new Error('a vault was opened before the domains were there');
        const { handlers, stop } = domains.bindProcedures(clinic, { ...options, places });
        open = { clinic, handlers, stop };
        return clinic;
      } catch (thrown) {
        vault.close();
        throw thrown;
      }
    },
    closeVault,
    status,
    lock,
    sessions: () => [...connections].filter((connection) => connection.person !== null),
  };
  const atTheGate = gateHandlers(gate);

  function status(connection: Connection): Status {
    const dir = open?.clinic.vault.dir ?? currentDir();
    const there = existsSync(keyFilePath(dir));
    const keys = there ? readKeyFile(dir) : null;
    const settings = open && connection.person && !connection.locked ? readSettings(open.clinic.vault.db) : null;
    return {
      version: VERSION,
      vault: !there ? 'none' : open ? 'open' : 'locked',
      clinic: typeof settings?.clinic === 'string' ? settings.clinic : undefined,
      sample: keys?.sample ?? false,
      deviceKey: keys?.deviceKey ?? options.deviceKeys.place,
      userNames: [],
      session: connection.person ? { person: connection.person, locked: connection.locked, idleLockMs: idleLockMs() } : undefined,
      passwordLengthMin: passwordLengthMin(options.deviceKeys.place),
    };
  }

  function idleLockMs(): number {
    const set = open ? readSettings(open.clinic.vault.db).idleLockMs : undefined;
    return typeof set === 'number' && set >= 10_000 ? set : 5 * 60_000;
  }

  function lock(connection: Connection, reason: string): void {
    if (!connection.person || connection.locked || !open) return;
    connection.locked = true;
    connection.touchedMs = clock.now();
    const { clinic } = open;
    const { person } = connection;
    unlessDiskRefuses(() => clinic.transactions.note({ action: 'E', procedure: 'session.lock', reason }, person, 'ok'));
    connection.post({ t: 'event', event: { name: 'session', state: 'locked' } });
  }

  /** Resolves when the vault is closed, also where it is closing already. */
  function closeVault(): Promise<void> {
    const leaving = open;
    open = null;
    if (leaving) closing = leaving.stop().then(() => leaving.clinic.close());
    return closing;
  }

  async function call(connection: Connection, name: string, input: unknown): Promise<unknown> {
    try {
      return await callOf(connection, name, input);
    } catch (thrown) {
      throw diskError(thrown);
    }
  }

  async function callOf(connection: Connection, name: string, input: unknown): Promise<unknown> {
    if (!(name in contract)) throw new AppError('unknown-procedure', { name });
    // Checked the line before.
    const procedureName = name as ProcedureName;
    const procedure = contract[procedureName];
    if (procedure.kind !== 'query' || name === 'session.touch') connection.touchedMs = clock.now();
    const publicHandler = atTheGate[procedureName];
    if (publicHandler) {
      if (procedure.permission !== 'public' && (!connection.person || connection.locked)) throw new AppError('not-signed-in');
      // While it closes the vault is still locked against others, ourselves included.
      await closing;
      atGateNow++;
      try {
        return procedure.output.parse(await publicHandler(connection, parse(procedure, input)));
      } finally {
        atGateNow--;
      }
    }
    if (!open || !connection.person || connection.locked) throw new AppError('not-signed-in');
    // Each handler was bound under the name of its own procedure, so input and output fit.
    const handler = open.handlers[procedureName] as Handler<unknown, unknown> | undefined;
    if (!handler) throw new AppError('unknown-procedure', { name });
    return await dispatch({ name, procedure, handler, input }, open.clinic.contextOf(connection.person), open.clinic.transactions);
  }

  async function answer(connection: Connection, message: ClientMessage): Promise<void> {
    if (message.t !== 'call') return;
    try {
      connection.post({ t: 'answer', id: message.id, ok: true, output: await call(connection, message.procedure, message.input) });
    } catch (thrown) {
      if (!(thrown instanceof AppError)) options.report(`bug in ${message.procedure}: ${describe(thrown)}`);
      connection.post({ t: 'answer', id: message.id, ok: false, error: errorAnswer(thrown) });
    }
  }

  return {
    connect(transport) {
      const connection: Connection = { post: (message) => transport.post(message), person: null, locked: false, touchedMs: clock.now() };
      connections.add(connection);
      transport.onMessage((message) => void answer(connection, message));
      transport.onClose(() => {
        connections.delete(connection);
        const { person } = connection;
        if (!person || !open) return;
        const { transactions } = open.clinic;
        unlessDiskRefuses(() => {
          transactions.note({ action: 'E', procedure: 'session.signOut', reason: 'connection closed' }, person, 'ok');
          transactions.seal();
        });
      });
      return connection;
    },
    call,
    lockAll() {
      for (const connection of connections) lock(connection, 'suspend');
    },
    tick() {
      const now = clock.now();
      const limit = open ? idleLockMs() : 0;
      for (const connection of connections) if (open && connection.person && !connection.locked && now - connection.touchedMs > limit) lock(connection, 'idle');
      const inUse = [...connections].some((connection) => connection.person && (!connection.locked || now - connection.touchedMs < KEYS_KEPT_MS));
      const working = open?.clinic.jobs.list().some((job) => job.state === 'running') ?? false;
      // Whoever is just signing in will be using it.
      if (open && !inUse && !working && atGateNow === 0) void closeVault();
    },
    places,
    warm: ready,
    clinic: () => open?.clinic ?? null,
    close: closeVault,
  };
}

/** Where a bug is, without what it was about: messages may carry values. */
function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const frames = (thrown.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at ')).slice(0, 6).join(' | ');
  return `${thrown.name} ${'code' in thrown ? String(thrown.code) : ''} ${thrown.message.startsWith('output of ') ? thrown.message : ''} ${frames}`;
}
