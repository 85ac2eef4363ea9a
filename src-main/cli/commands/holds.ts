import type { Command } from 'commander';
import { readPatient } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';

/** `hold`: legal holds. */
export function holdCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const hold = program.command('hold').description('legal holds: nothing of a held record is destroyed');

  hold
    .command('set <patient>')
    .description('put a legal hold on a record')
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, options: { reason: string }) => {
      const done = await withSession(program, secrets, (session) =>
        session.call('holds.set', { patient: readPatient(id), reason: options.reason }),
      );
      answer.print(json(), { ok: true, ...done }, () => `Held (${done.id}).\n`);
    });
  hold
    .command('lift <id>')
    .description('lift a legal hold')
    .requiredOption('--patient <id>', 'whose it is')
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, options: { patient: string; reason: string }) => {
      await withSession(program, secrets, (session) =>
        session.call('holds.lift', { patient: readPatient(options.patient), id, reason: options.reason }),
      );
      answer.print(json(), { ok: true }, () => 'Lifted.\n');
    });
  hold
    .command('list')
    .description('holds that stand')
    .option('--patient <id>', 'of one patient')
    .option('--lifted', 'lifted ones, too', false)
    .action(async (options: { patient?: string; lifted: boolean }) => {
      const patient = options.patient === undefined ? undefined : readPatient(options.patient);
      const found = await withSession(program, secrets, (session) =>
        session.call('holds.list', { patient, lifted: options.lifted }),
      );
      answer.print(json(), found, () =>
        found.holds
          .map(
            (one) =>
              `${one.id}\t${one.patient}\t${one.setAt}\t${one.setBy}\t${one.reason}${one.liftedAt ? `\tlifted ${one.liftedAt}` : ''}\n`,
          )
          .join(''),
      );
    });
}
