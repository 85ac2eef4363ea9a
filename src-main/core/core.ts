/** The core: one vault at a time, any number of clients, each with a session of its own. Runs alike under shell, terminal and tests. */
import { join } from 'node:path';
import { describeBug, dispatch as inSteps } from '../../src-node/dispatch.ts';
import { PASSWORD_HOLDS_MS, PASSWORD_HOLDS_MS_MIN } from '../../src-shared/access/fresh.ts';
import { contract, type ProcedureName } from '../../src-shared/contract/index.ts';
import type { Procedure } from '../../src-shared/contract/procedure.ts';
import type { Person, Status } from '../../src-shared/contract/session.ts';
import type { ClientMessage, CoreEvent, CoreMessage, Transport } from '../../src-shared/contract/wire.ts';
import { AppError, errorAnswer } from '../../src-shared/errors/index.ts';
import type { Handler, Handlers } from './bind.ts';
import type { Chance, Clock } from './context.ts';
import { type OpenClinic, openClinic } from './context-of.ts';
import { dispatch } from './dispatch.ts';
import { type Gate, gateHandlers } from './gate.ts';
import type { JobBook } from './jobs/index.ts';
import { actingPerson, codeWaits, factorDue, readSettings, rowById } from './people/index.ts';
import { openPlaces, type Places } from './places.ts';
import { unlessDiskRefuses } from './transactions.ts';
import { type DeviceKeys, diskError, type OpenVault, passwordLengthMin, readKeyFile, vaultIsIn } from './vault/index.ts';

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
  /** Who has a session at this screen, locked or not, by person: when they last passed their second factor, and last typed their password. */
  sessions: Map<string, { factorMs: number; passwordMs: number }>;
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
  let underWay = 0;
  /** While somebody works alone. */
  let held: Promise<void> | null = null;
  let onlyOneLeft = () => {};

  /** @param onlyTo whose pages hear it; all where nobody is named */
  const emit = (event: CoreEvent, onlyTo: string | null = null) => {
    if (event.name === 'changed' && event.topics.some((topic) => topic === 'users' || topic === 'settings')) lookAgain();
    for (const connection of connections)
      if (connection.person && !connection.locked && (onlyTo === null || connection.person.id === onlyTo))
        connection.post({ t: 'event', event });
  };
  const dirOf = (kind: 'clinic' | 'sample') => options.dir ?? join(options.root, kind);
  const currentDir = () => (vaultIsIn(dirOf('clinic')) || !vaultIsIn(dirOf('sample')) ? dirOf('clinic') : dirOf('sample'));

  // What reads, recognises and synchronises is heavy, and nobody needs it before somebody is in: loaded apart, so that the sign-in is there at once.
  let domains: typeof import('./procedures.ts') | null = null;
  const ready = async () => {
    domains ??= await import('./procedures.ts');
  };

  const gate: Gate = {
    ready,
    places,
    options,
    dirOf,
    currentDir,
    clinic: () => open?.clinic ?? null,
    adopt(vault: OpenVault, jobs?: JobBook) {
      try {
        const clinic = openClinic(vault, { clock, chance, emit, jobs });
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
    alone,
    status,
    lock,
    fresh,
    sessions: () => [...connections].filter((connection) => connection.person !== null),
  };
  const atTheGate = gateHandlers(gate);

  function status(connection: Connection): Status {
    const dir = open?.clinic.vault.dir ?? currentDir();
    const there = vaultIsIn(dir);
    const keys = there ? readKeyFile(dir) : null;
    const settings = open && connection.person && !connection.locked ? readSettings(open.clinic.vault.db) : null;
    const { person, locked } = connection;
    return {
      version: VERSION,
      vault: !there ? 'none' : open ? 'open' : 'locked',
      clinic: typeof settings?.clinic === 'string' ? settings.clinic : undefined,
      sample: keys?.sample ?? false,
      deviceKey: keys?.deviceKey ?? options.deviceKeys.place,
      userNames: [],
      session: person
        ? {
            person,
            locked,
            idleLockMs: idleLockMs(),
            secondFactorDueAt: open && !locked ? factorDue(open.clinic.vault.db, person.id).dueAt : undefined,
          }
        : undefined,
      kept: keptAt(connection),
      passwordLengthMin: passwordLengthMin(options.deviceKeys.place),
    };
  }

  function idleLockMs(): number {
    const set = open ? readSettings(open.clinic.vault.db).idleLockMs : undefined;
    return typeof set === 'number' && set >= 10_000 ? set : 5 * 60_000;
  }

  /** Did whoever is at this screen type their password a short while ago? A clock that was set back before it makes nothing fresh again. */
  function fresh(connection: Connection): boolean {
    const typed = connection.person && connection.sessions.get(connection.person.id)?.passwordMs;
    if (!open || typeof typed !== 'number') return false;
    const set = readSettings(open.clinic.vault.db).passwordHoldsMs;
    const holds = typeof set === 'number' && set >= PASSWORD_HOLDS_MS_MIN ? Math.min(set, PASSWORD_HOLDS_MS) : PASSWORD_HOLDS_MS;
    const ago = clock.now() - typed;
    return ago >= 0 && ago < holds;
  }

  /** Whose sessions wait at this screen beside the one that is open. */
  function keptAt(connection: Connection): Status['kept'] {
    const db = open?.clinic.vault.db;
    if (!db) return [];
    return [...connection.sessions.keys()]
      .filter((id) => connection.locked || id !== connection.person?.id)
      .flatMap((id) => rowById(db, id) ?? [])
      .map((row) => ({ id: row.id, userName: row.user_name, displayName: row.display_name }));
  }

  /** Somebody's roles, state or password changed, or what the clinic asks of everybody: it holds at once, also where they are signed in. */
  function lookAgain(): void {
    if (!open) return;
    const { db } = open.clinic.vault;
    const slots = open.clinic.vault.userSlots();
    for (const connection of connections) {
      // Whoever is at work while somebody else opens the vault anew by the recovery code has no session that was kept, and is looked at all the same.
      for (const id of new Set([...connection.sessions.keys(), ...(connection.person ? [connection.person.id] : [])])) {
        const row = rowById(db, id);
        const ended = row?.state !== 'active' || codeWaits(row, slots);
        if (ended) connection.sessions.delete(id);
        if (connection.person?.id !== id) continue;
        connection.person = ended ? null : actingPerson(db, id, clock.now());
        if (ended) connection.post({ t: 'event', event: { name: 'session', state: 'signed-out' } });
      }
    }
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
    // With the keys go the sessions: whoever comes back signs in with everything.
    for (const connection of connections) connection.sessions.clear();
    if (leaving) closing = leaving.stop().then(() => leaving.clinic.close());
    return closing;
  }

  async function call(connection: Connection, name: string, input: unknown): Promise<unknown> {
    while (held) await held;
    underWay++;
    try {
      return await callOf(connection, name, input);
    } catch (thrown) {
      throw diskError(thrown);
    } finally {
      underWay--;
      if (underWay === 1) onlyOneLeft();
    }
  }

  /** Called from within a call: runs `body` when all others have ended; those that come meanwhile wait. Who is signed in stays so, also when `body` closes the vault and opens it again. */
  async function alone<T>(body: () => Promise<T>): Promise<T> {
    if (held) throw new AppError('busy');
    let letIn = () => {};
    held = new Promise((resolve) => {
      letIn = resolve;
    });
    const sessions = [...connections].map((connection) => [connection, new Map(connection.sessions)] as const);
    try {
      if (underWay > 1) {
        await new Promise<void>((resolve) => {
          onlyOneLeft = resolve;
        });
      }
      return await body();
    } finally {
      if (open) for (const [connection, kept] of sessions) connection.sessions = kept;
      held = null;
      letIn();
    }
  }

  async function callOf(connection: Connection, name: string, input: unknown): Promise<unknown> {
    if (!Object.hasOwn(contract, name)) throw new AppError('unknown-procedure', { name });
    // Checked the line before.
    const procedureName = name as ProcedureName;
    const procedure: Procedure = contract[procedureName];
    if (procedure.kind !== 'query' || name === 'session.touch') connection.touchedMs = clock.now();
    const publicHandler = atTheGate[procedureName];
    if (publicHandler) {
      if (procedure.permission !== 'public' && (!connection.person || connection.locked)) throw new AppError('not-signed-in');
      // While it closes the vault is still locked against others, ourselves included.
      await closing;
      atGateNow++;
      try {
        return await inSteps({ name, ...procedure }, input, (parsed) => ({
          run: async (checked) => checked(await publicHandler(connection, parsed)),
        }));
      } finally {
        atGateNow--;
      }
    }
    if (!open || !connection.person || connection.locked) throw new AppError('not-signed-in');
    // Each handler was bound under the name of its own procedure, so input and output fit.
    const handler = open.handlers[procedureName] as Handler<unknown, unknown> | undefined;
    if (!handler) throw new AppError('unknown-procedure', { name });
    return await dispatch(
      { name, procedure, handler, input, fresh: fresh(connection) },
      open.clinic.contextOf(connection.person),
      open.clinic.transactions,
    );
  }

  async function answer(connection: Connection, message: ClientMessage): Promise<void> {
    if (message.t !== 'call') return;
    try {
      connection.post({
        t: 'answer',
        id: message.id,
        ok: true,
        output: await call(connection, message.procedure, message.input),
      });
    } catch (thrown) {
      if (!(thrown instanceof AppError)) options.report(`bug in ${message.procedure}: ${describeBug(thrown)}`);
      connection.post({ t: 'answer', id: message.id, ok: false, error: errorAnswer(thrown) });
    }
  }

  return {
    connect(transport) {
      const connection: Connection = {
        post: (message) => transport.post(message),
        person: null,
        locked: false,
        touchedMs: clock.now(),
        sessions: new Map(),
      };
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
      for (const connection of connections)
        if (open && connection.person && !connection.locked && now - connection.touchedMs > limit) lock(connection, 'idle');
      const inUse = [...connections].some(
        (connection) => connection.person && (!connection.locked || now - connection.touchedMs < KEYS_KEPT_MS),
      );
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
