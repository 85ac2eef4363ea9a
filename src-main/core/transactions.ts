/** One transaction: effect, audit entry and change log stand or fall together; what was answered is durable. */

import type { AiPart, ChainEntry } from '../../src-shared/audit/entry.ts';
import type { CoreEvent, Topic } from '../../src-shared/contract/wire.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { AuditLog, NewEntry } from './audit/index.ts';
import type { Act, Chance, Clock, Db, TouchedResource, Tx } from './context.ts';
import { isoTime } from './ports.ts';
import { diskError } from './vault/index.ts';

/** Entries of reads that share one durable commit wait at most so long. */
const READS_WAIT_MS = 5;

export interface Who {
  id: string;
  roles: readonly string[];
}

export interface Transactions {
  /** @param act null where nothing of a patient or of the configuration is touched */
  write<T>(act: Act | null, who: Who, body: (tx: Tx) => T): T;
  /** Logs something that changed nothing: a denial, a failure, a sign-in. */
  note(act: Act, who: Who | null, outcome: NewEntry['outcome']): void;
  /** Logs a read; resolves when the entry is durable. */
  noteRead(act: Act, who: Who): Promise<void>;
  seal(): void;
  /** Is told of entries once they are durable. Must not throw; what it writes, it writes in transactions of its own. */
  onLogged(listener: (entries: readonly ChainEntry[]) => void): void;
}

/** Locking, leaving and closing must come off on a full disk too; the next seal covers what this one would have. */
export function unlessDiskRefuses(body: () => void): void {
  try {
    body();
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
  }
}

export function openTransactions(ports: {
  db: Db;
  log: AuditLog;
  clock: Clock;
  chance: Chance;
  device: string;
  emit: (event: CoreEvent) => void;
  /** Is called when something has been committed, outside of the transaction. */
  committed?: () => void;
}): Transactions {
  const { db, log, clock, chance, device } = ports;
  let listener: (entries: readonly ChainEntry[]) => void = () => undefined;
  let reads: { act: Act; who: Who; done: () => void; failed: (error: unknown) => void }[] = [];
  const openedRecord = db.prepare(
    'INSERT INTO recent_patient (person, patient, opened_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET opened_at = excluded.opened_at',
  );

  const entryOf = (act: Act, who: Who | null, outcome: NewEntry['outcome'], resources: readonly TouchedResource[]): NewEntry => ({
    ...(who ? { person: who.id } : {}),
    roles: [...(who?.roles ?? [])],
    device,
    action: act.action,
    procedure: act.procedure,
    ...(act.patient ? { patient: act.patient } : {}),
    resources: resources.map((resource) => ({ ...resource })),
    outcome,
    ...(act.reason ? { reason: wellFormed(act.reason) } : {}),
    ...(act.model ? { ai: aiPart(act.model, act.modelOutcome) } : {}),
  });

  const durably = <T>(body: () => T): T => {
    let result: T;
    try {
      result = db.transaction(body).immediate();
    } catch (thrown) {
      try {
        log.rolledBack();
      } catch (unreadable) {
        throw diskError(unreadable);
      }
      throw diskError(thrown);
    }
    ports.committed?.();
    return result;
  };

  function flushReads(): void {
    const waiting = reads;
    reads = [];
    try {
      const logged = durably(() => {
        const at = isoTime(clock);
        return waiting.map(({ act, who }) => {
          if (act.procedure === 'patients.banner' && act.patient) openedRecord.run(who.id, act.patient, at);
          return log.append(entryOf(act, who, 'ok', []), at);
        });
      });
      for (const { done } of waiting) done();
      listener(logged);
    } catch (thrown) {
      for (const { failed } of waiting) failed(thrown);
    }
  }

  return {
    write(act, who, body) {
      const changed: { topics: readonly Topic[]; patient?: string }[] = [];
      const resources: TouchedResource[] = [];
      const afterwards: (() => void)[] = [];
      let { model, modelOutcome } = act ?? {};
      let logged: ChainEntry | null = null;
      const result = durably(() => {
        const at = isoTime(clock);
        const answer = body({
          db,
          at,
          author: who.id,
          device,
          chance,
          clock,
          touched: (resource) => resources.push(resource),
          changed: (topics, patient) => changed.push({ topics, patient }),
          model: (idAndVersion, outcome) => {
            model = idAndVersion;
            modelOutcome = outcome;
          },
          afterwards: (next) => afterwards.push(next),
        });
        if (act)
          logged = log.append(
            entryOf({ ...act, model, modelOutcome, patient: act.patient ?? onlyPatient(resources) }, who, 'ok', resources),
            at,
          );
        return answer;
      });
      if (logged) listener([logged]);
      try {
        for (const next of afterwards) next();
      } finally {
        for (const change of changed) ports.emit({ name: 'changed', ...change });
      }
      return result;
    },
    note(act, who, outcome) {
      listener([durably(() => log.append(entryOf(act, who, outcome, []), isoTime(clock)))]);
    },
    noteRead(act, who) {
      return new Promise((done, failed) => {
        reads.push({ act, who, done, failed });
        if (reads.length === 1) setTimeout(flushReads, READS_WAIT_MS);
      });
    },
    seal() {
      if (reads.length > 0) flushReads();
      durably(() => log.seal(isoTime(clock)));
    },
    onLogged(next) {
      listener = next;
    },
  };
}

/** Half a surrogate pair, which no canonical text can hold, becomes a replacement character. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** `id version`: the version is what stands behind the last space. */
function aiPart(idAndVersion: string, outcome: string | undefined): AiPart {
  const at = idAndVersion.lastIndexOf(' ');
  return {
    model: at < 0 ? idAndVersion : idAndVersion.slice(0, at),
    version: at < 0 ? '' : idAndVersion.slice(at + 1),
    ...(outcome ? { outcome: wellFormed(outcome) } : {}),
  };
}

/** A patient who came into being in this very transaction is whom it was about. */
function onlyPatient(resources: readonly TouchedResource[]): string | undefined {
  const patients = resources.filter((resource) => resource.type === 'Patient');
  return patients.length === 1 ? patients[0]?.id : undefined;
}
