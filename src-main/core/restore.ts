/** Restoring a backup before there is a vault. */
import type { ParsedInput } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { Connection } from './core.ts';
import type { Gate } from './gate.ts';
import { startSetupJob } from './setup-jobs.ts';
import { wayOf } from './vault-gate.ts';

/** What opens the backup then opens the vault: `session.recover` sets the password and makes a new code. Throws `vault-exists`, `busy`. */
export async function startRestore(
  gate: Gate,
  connection: Connection,
  { place, recoveryCode, escrowKey }: ParsedInput<'setup.restore'>,
): Promise<{ job: string }> {
  if (gate.clinic()) throw new AppError('vault-exists');
  const way = wayOf({ recoveryCode, escrowKey });
  const path = gate.places.path(place);
  const { restoreBackup } = await import('./backup/index.ts');
  const { job } = startSetupJob(gate, connection, {
    kind: 'restore',
    title: 'Restoring the backup',
    run: (running) => restoreBackup(path, gate.dirOf('clinic'), way, { signal: running.signal, progress: running.progress }),
    news: (restored) => restored,
  });
  return { job };
}
