/** Assembles what a domain function is given. */
import type { Person } from '../../src-shared/contract/session.ts';
import type { CoreEvent } from '../../src-shared/contract/wire.ts';
import { type AuditLog, cameBack, goOnIfCameBack, openAuditLog } from './audit/index.ts';
import type { Chance, Clock, Context } from './context.ts';
import { type JobBook, openJobs } from './jobs/index.ts';
import { openTries, type Tries } from './people/index.ts';
import { openTransactions, type Transactions, unlessDiskRefuses } from './transactions.ts';
import { openUploads, type UploadStore } from './uploads/index.ts';
import type { OpenVault } from './vault/index.ts';

/** Work that nobody in particular asked for (synchronisation, clean-up). */
export const SYSTEM: Person = { id: 'system', userName: 'system', displayName: 'Lamplight', roles: [] };

/** An open vault with all that hangs on it. */
export interface OpenClinic {
  vault: OpenVault;
  log: AuditLog;
  transactions: Transactions;
  jobs: JobBook;
  uploads: UploadStore;
  tries: Tries;
  contextOf(person: Person): Context;
  close(): void;
}

export function openClinic(
  vault: OpenVault,
  ports: { clock: Clock; chance: Chance; emit: (event: CoreEvent, onlyTo?: string | null) => void; jobs?: JobBook | undefined },
): OpenClinic {
  const { clock, chance, emit } = ports;
  const device = deviceOf(vault, chance);
  const log = openAuditLog(vault.db, chance, vault.derive('audit'), device);
  const transactions = openTransactions({
    db: vault.db,
    log,
    clock,
    chance,
    device,
    emit,
    committed: () => vault.settleLog(),
  });
  if (cameBack(vault.db))
    transactions.write(null, SYSTEM, ({ db, at }) =>
      goOnIfCameBack(
        db,
        log,
        { person: SYSTEM.id, roles: [], device, action: 'E', procedure: 'audit.goOn', resources: [], outcome: 'ok' },
        at,
      ),
    );
  const jobs = ports.jobs ?? openJobs(clock, chance, (job, owner) => emit({ name: 'job', job }, owner));
  const uploads = openUploads(vault.dir, clock, chance);
  return {
    vault,
    log,
    transactions,
    jobs,
    uploads,
    tries: openTries(vault.dir, clock),
    contextOf: (person) => ({
      clock,
      chance,
      vault,
      person,
      device,
      jobs: person.id === SYSTEM.id ? jobs : jobs.ofPerson(person.id),
      uploads,
      emit,
      write: (act, body) => transactions.write(act, person, body),
    }),
    close() {
      uploads.close();
      try {
        unlessDiskRefuses(() => transactions.seal());
      } finally {
        vault.close();
      }
    },
  };
}

/** This device's id, made once a vault. */
function deviceOf(vault: OpenVault, chance: Chance): string {
  vault.db.prepare("INSERT INTO meta (key, value) VALUES ('device', ?) ON CONFLICT DO NOTHING").run(chance.id());
  const row = vault.db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'device'").get();
  if (!row) throw new Error('the device has no id');
  return row.value;
}
