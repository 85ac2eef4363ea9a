/** Synchronisation with the hospital's server. */

import { decide } from '../../../src-shared/access/permissions.ts';
import type { Answer } from '../../../src-shared/coaching/answer.ts';
import type { Person } from '../../../src-shared/contract/session.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, preparedCommand, query } from '../bind.ts';
import type { Context, Db } from '../context.ts';
import { isoTime } from '../ports.ts';
import { hasAccess, hiddenFrom } from '../records/index.ts';
import { askServer } from './coach.ts';
import { openConflicts, settle } from './conflicts.ts';
import type { Patience } from './line.ts';
import { pair } from './pairing.ts';
import { openService, type SyncHost, type Timers } from './service.ts';
import { forgetServer, rememberServer } from './settings.ts';
import { itemsOf, summaryOf } from './status.ts';

export type { Patience } from './line.ts';
export { type SyncHost, type Timers, wasRefused } from './service.ts';
export { pairedServer as serverOf } from './settings.ts';

export interface Sync {
  procedures: Handlers;
  /** Synchronises by itself from now on, while the vault is open and paired. */
  start(): void;
  /** One round, now. Rejects with what broke it off. */
  hear(): Promise<void>;
  stop(): Promise<void>;
  /** Asks the paired server's knowledge base; undefined where there is none. The question leaves as it is given. */
  askServer(): ((question: string) => Promise<Answer>) | undefined;
}

/** @param system in whose name it writes what comes from elsewhere */
export function openSync(host: SyncHost, system: Person, options: { timers?: Timers; patience?: Patience } = {}): Sync {
  const service = openService(host, system, options);
  const procedures: Handlers = {
    'sync.status': query((context) => summaryOf(context.vault, service.link(), context.clock.now())),
    'sync.items': query((context, input) => {
      const found = itemsOf(context.vault.db, input);
      // Who runs the machine sees that something waits, not whose it is.
      if (decide('patient.search', context.person.roles, true) === 'allowed') return found;
      return { ...found, items: found.items.map((item) => ({ ...item, patientName: undefined })) };
    }),
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
      return summaryOf(context.vault, service.link(), context.clock.now(), round);
    }),
    'sync.conflicts': query((context) => ({
      conflicts: openConflicts(context.vault.db).filter(
        (conflict) => mayOpen(context, context.vault.db, conflict.patient) && !isHidden(context, conflict),
      ),
    })),
    'sync.settle': command((context, tx, { conflict, choices }) => {
      const found = openConflicts(tx.db).find((one) => one.id === conflict);
      if (found && !mayOpen(context, tx.db, found.patient)) throw new AppError('not-in-care-team');
      if (found && isHidden(context, found)) throw new AppError('hidden-for-sensitivity');
      settle(tx, conflict, choices);
      return { ok: true };
    }),
  };
  return {
    procedures,
    start: service.start,
    async hear() {
      const { error } = await service.now();
      if (error !== undefined) throw error;
    },
    stop: service.stop,
    askServer() {
      const line = service.line();
      return line === null ? undefined : (question) => askServer(line, question);
    },
  };
}

/** A label keeps what was changed from this person: then the conflict about it too. */
function isHidden(context: Context, { type, resource, patient }: { type: string; resource: string; patient?: string }): boolean {
  return patient !== undefined && hiddenFrom(context, patient).has(`${type}/${resource}`);
}

/** A conflict shows what stands in a record: so it is for those who may open that record. */
function mayOpen(context: Context, db: Db, patient: string | undefined): boolean {
  return patient === undefined || hasAccess(db, patient, context.person.id, isoTime(context.clock));
}
