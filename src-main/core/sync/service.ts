/** Synchronisation of an open vault: by itself while it is paired, at once after a change, patiently while the server is away. */
import { isDeepStrictEqual } from 'node:util';
import type { Person } from '../../../src-shared/contract/session.ts';
import { syncSummary } from '../../../src-shared/contract/sync.ts';
import { AppError, type ErrorAnswer } from '../../../src-shared/errors/index.ts';
import { pauseMs } from '../../../src-shared/sync/backoff.ts';
import type { Context, Db, Vault } from '../context.ts';
import { isoTime } from '../ports.ts';
import type { Half } from './files.ts';
import { defaultPatience, openLine, type Patience, type ServerLine } from './line.ts';
import { waitForNotices } from './notices.ts';
import { type RoundResult, runRound } from './round.ts';
import { mustBePaired, type PairedServer, pairedServer, readMeta, writeMeta } from './settings.ts';

/** How often the outbox is looked at. */
const LOOK_EVERY_MS = 1_000;
/** Without own changes, others' are fetched so often. */
const FETCH_EVERY_MS = 15_000;
/** A clock that is further off than this is said. */
const SKEW_SAID_MS = 5 * 60_000;

/** What synchronisation needs of an open clinic. */
export interface SyncHost {
  vault: Vault;
  log: { publicKey: Uint8Array; sign(message: Uint8Array): Uint8Array };
  transactions: { seal(): void };
  contextOf(person: Person): Context;
}

export interface Timers {
  /** Calls `run` every so many milliseconds until the answer is called. */
  every(ms: number, run: () => void): () => void;
}

const systemTimers: Timers = {
  every(ms, run) {
    const timer = setInterval(run, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

export interface Link {
  online: boolean;
  offlineSince?: string;
  lastContact?: string;
  problem?: Pick<ErrorAnswer, 'message' | 'action'> & { code: string };
}

const linkShape = syncSummary.pick({ online: true, offlineSince: true, lastContact: true, problem: true });

/** How it stood when the vault was open last: a terminal that only asks for the state shows that. */
function rememberedLink(db: Db): Link {
  const text = readMeta(db, 'sync-link');
  return text === null ? { online: false } : linkShape.parse(JSON.parse(text));
}

/** Whether the server refused what this vault said last: a folder that was put back in its place is known by that. */
export function wasRefused(db: Db): boolean {
  return rememberedLink(db).problem?.code === 'server-refused';
}

export interface SyncService {
  /** One round, now; rounds never overlap. Throws `not-paired`. */
  now(): Promise<RoundResult>;
  /** The round that is under way, or null. */
  underWay(): Promise<RoundResult> | null;
  link(): Link;
  /** The server was changed or forgotten: begin anew with what the vault says now. */
  reset(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
  /** The line to the paired server, or null. */
  line(): ServerLine | null;
  readonly patience: Patience;
}

export function openService(host: SyncHost, system: Person, options: { timers?: Timers; patience?: Patience } = {}): SyncService {
  const { timers = systemTimers, patience = defaultPatience } = options;
  const context = host.contextOf(system);
  const { db } = host.vault;
  const half: { current: Half | null } = { current: null };
  let connection: { server: PairedServer; line: ServerLine } | null = null;
  let running: Promise<RoundResult> | null = null;
  let stopTimer: (() => void) | null = null;
  let stopped = false;
  let listening = false;
  let failures = 0;
  let nextMs = 0;
  let seenSeq = 0;
  let link = rememberedLink(db);

  const lastSeq = () =>
    db
      .prepare<[], { seq: number | null }>(
        "SELECT sum(seq) AS seq FROM sqlite_sequence WHERE name IN ('change_log', 'ledger_outbox')",
      )
      .get()?.seq ?? 0;

  function connect() {
    const server = mustBePaired(host.vault);
    const { url, fingerprint, devicePrivateKey } = server;
    if (connection !== null && !isDeepStrictEqual(connection.server, server)) {
      void connection.line.close();
      connection = null;
    }
    connection ??= {
      server,
      line: openLine({ url, fingerprint, device: context.device, privateKey: devicePrivateKey }, context, patience),
    };
    return connection;
  }

  async function round(): Promise<RoundResult> {
    const { server, line } = connect();
    seenSeq = lastSeq();
    const result = await runRound({
      context,
      server,
      line,
      half,
      log: { publicKey: host.log.publicKey, sign: (message) => host.log.sign(message), seal: () => host.transactions.seal() },
    });
    if (stopped) return result;
    note(result, line);
    return result;
  }

  function note({ error, pulled, sent, conflicts }: RoundResult, line: ServerLine): void {
    const was = link;
    const reached = error === undefined || error.code === 'server-refused';
    const now = isoTime(context.clock);
    failures = error === undefined ? 0 : failures + 1;
    nextMs = context.clock.now() + (error === undefined ? FETCH_EVERY_MS : pauseMs(failures, chance()));
    const skew = Math.abs(line.skewMs() ?? 0);
    const problem =
      error ?? (skew > SKEW_SAID_MS ? new AppError('clock-wrong', { minutes: Math.round(skew / 60_000) }) : undefined);
    link = {
      online: reached,
      offlineSince: reached ? undefined : (was.offlineSince ?? now),
      lastContact: reached ? now : was.lastContact,
      problem: problem?.toAnswer(),
    };
    if (!isDeepStrictEqual({ ...was, lastContact: '' }, { ...link, lastContact: '' }) || pulled + sent > 0)
      writeMeta(db, 'sync-link', JSON.stringify(link));
    if (was.online !== reached) context.emit({ name: 'sync', online: reached });
    if (was.online !== reached || pulled + sent + conflicts > 0 || was.problem?.code !== problem?.code)
      context.emit({ name: 'changed', topics: ['sync'] });
  }

  function chance(): number {
    return (context.chance.bytes(1)[0] ?? 0) / 256;
  }

  const service: SyncService = {
    patience,
    now() {
      running ??= round().finally(() => {
        running = null;
      });
      return running;
    },
    underWay: () => running,
    link: () => link,
    line: () => (pairedServer(host.vault) === null ? null : connect().line),
    async reset() {
      await running?.catch(() => undefined);
      await connection?.line.close();
      connection = null;
      half.current = null;
      failures = 0;
      nextMs = 0;
      link = { online: false };
      writeMeta(db, 'sync-link', JSON.stringify(link));
    },
    start() {
      stopTimer ??= timers.every(LOOK_EVERY_MS, () => {
        if (running !== null || stopped || pairedServer(host.vault) === null) return;
        listen();
        const changed = failures === 0 && lastSeq() > seenSeq;
        if (changed || context.clock.now() >= nextMs) void service.now().catch(bug);
      });
    },
    async stop() {
      stopped = true;
      stopTimer?.();
      // Ends a request that is under way; what it was about is sent again next time.
      await connection?.line.close();
      await running?.catch(() => undefined);
    },
  };

  /** While the line is good one request waits at the server: what must be seen at once (a broken glass) comes at once. */
  function listen(): void {
    if (listening || failures > 0 || !link.online) return;
    listening = true;
    const { line } = connect();
    waitForNotices(db, line)
      .then(
        (news) => {
          if (news) nextMs = 0;
        },
        // The next round says what is wrong.
        () => undefined,
      )
      .finally(() => {
        listening = false;
      });
  }

  /** A bug in a round must not end the core; it is said where the state is shown. */
  function bug(thrown: unknown): void {
    failures += 1;
    nextMs = context.clock.now() + pauseMs(failures, chance());
    link = {
      ...link,
      problem: (thrown instanceof AppError ? thrown : new AppError('internal', {}, { cause: thrown })).toAnswer(),
    };
  }
  return service;
}
