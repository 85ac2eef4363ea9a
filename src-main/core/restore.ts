/** Restoring a backup before there is a vault: a job that belongs to the one client who asked, because nobody is signed in yet. */
import type { ParsedInput } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { Connection } from './core.ts';
import type { Gate } from './gate.ts';
import { openJobs } from './jobs/index.ts';
import { wayOf } from './vault-gate.ts';

// A second click must not clear away what the first is writing.
const underWay = new WeakSet<Gate>();

/** What opens the backup then opens the vault: `session.recover` sets the password and makes a new code. Throws `vault-exists`. */
export async function startRestore(
  gate: Gate,
  connection: Connection,
  { place, recoveryCode, escrowKey }: ParsedInput<'setup.restore'>,
): Promise<{ job: string }> {
  if (gate.clinic()) throw new AppError('vault-exists');
  if (underWay.has(gate)) throw new AppError('busy');
  const way = wayOf({ recoveryCode, escrowKey });
  const path = gate.places.path(place);
  const { restoreBackup } = await import('./backup/index.ts');
  const { clock, chance } = gate.options;
  underWay.add(gate);
  const jobs = openJobs(clock, chance, (job) => connection.post({ t: 'event', event: { name: 'job', job } }));
  return {
    job: jobs.start({
      kind: 'restore',
      title: 'Restoring the backup',
      unit: 'MB',
      run: (job) =>
        restoreBackup(path, gate.dirOf('clinic'), way, { signal: job.signal, progress: job.progress }).finally(() =>
          underWay.delete(gate),
        ),
    }),
  };
}
