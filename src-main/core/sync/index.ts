/** Synchronisation with the hospital's server. */
import type { Answer } from '../../../src-node/knowledge/answer.ts';
import type { Person } from '../../../src-shared/contract/session.ts';
import { command, type Handlers, preparedCommand, query } from '../bind.ts';
import { openConflicts, settle } from './conflicts.ts';
import { askServer } from './coach.ts';
import type { Patience } from './line.ts';
import { pair } from './pairing.ts';
import { openService, type SyncHost, type Timers } from './service.ts';
import { forgetServer, rememberServer } from './settings.ts';
import { itemsOf, summaryOf } from './status.ts';

export type { Patience } from './line.ts';
export type { SyncHost, Timers } from './service.ts';

export interface Sync {
  procedures: Handlers;
  /** Synchronises by itself from now on, while the vault is open and paired. */
  start(): void;
  stop(): Promise<void>;
  /** Asks the paired server's knowledge base; undefined where there is none. The question leaves as it is given. */
  askServer(): ((question: string) => Promise<Answer>) | undefined;
}

/** @param system in whose name it writes what comes from elsewhere */
export function openSync(host: SyncHost, system: Person, options: { timers?: Timers; patience?: Patience } = {}): Sync {
  const service = openService(host, system, options);
  const procedures: Handlers = {
    'sync.status': query((context) => summaryOf(context.vault, service.link())),
    'sync.items': query((context, input) => itemsOf(context.vault.db, input)),
    'sync.pair': preparedCommand(
      async (context, input) => {
        const server = await pair(context, input, service.patience);
        await service.reset();
        return server;
      },
      (context, tx, _input, server) => {
        rememberServer(context.vault, tx.db, server);
        tx.changed(['sync']);
        return { server: server.name, fingerprint: server.fingerprint };
      },
    ),
    'sync.unpair': preparedCommand(
      () => service.reset(),
      (_context, tx) => {
        forgetServer(tx.db);
        tx.changed(['sync']);
        return { ok: true };
      },
    ),
    'sync.now': query(async (context) => {
      const round = await service.now();
      return summaryOf(context.vault, service.link(), round);
    }),
    'sync.conflicts': query((context) => ({ conflicts: openConflicts(context.vault.db) })),
    'sync.settle': command((_context, tx, { conflict, choices }) => {
      settle(tx, conflict, choices);
      return { ok: true };
    }),
  };
  return {
    procedures,
    start: service.start,
    stop: service.stop,
    askServer() {
      const line = service.line();
      return line === null ? undefined : (question) => askServer(line, question);
    },
  };
}
