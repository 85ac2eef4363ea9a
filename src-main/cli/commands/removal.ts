import type { Command } from 'commander';
import { removalGrounds } from '../../../src-shared/contract/lifetime.ts';
import { group, oneOf, readPatient, usage } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';

/** `patient remove|restore|removed` and `record remove|restore|removed`. */
export function removalCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const patient = group(program, 'patient', 'find, remove, restore and erase patients');
  const record = group(program, 'record', 'entries of a chart: what was removed and its way back');

  patient
    .command('remove <id>')
    .description('take a patient out of all lists; everything stays and can be brought back')
    .requiredOption('--reason <text>', 'why')
    .option('--ground <ground>', removalGrounds.join(', '), 'duplicate')
    .addHelpText(
      'after',
      '\nExample: lamplight --vault ./clinic patient remove 0198... --ground test --reason "Made for a course"',
    )
    .action(async (id: string, options: { reason: string; ground: string }) => {
      const ground = oneOf(removalGrounds, options.ground, '--ground');
      const done = await withSession(program, secrets, (session) =>
        session.call('patients.remove', { patient: readPatient(id), ground, reason: options.reason }),
      );
      answer.print(json(), { ok: true, ...done }, () => 'Removed. `patient restore` brings it back.\n');
    });
  patient
    .command('restore <id>')
    .description('bring a removed patient back')
    .action(async (id: string) => {
      await withSession(program, secrets, (session) => session.call('patients.restore', { patient: readPatient(id) }));
      answer.print(json(), { ok: true }, () => 'The patient is back.\n');
    });
  patient
    .command('removed')
    .description('patients who were removed')
    .action(async () => {
      const found = await withSession(program, secrets, (session) => session.call('patients.removed', {}));
      answer.print(json(), found, () =>
        found.patients
          .map((one) => `${one.patient}\t${one.title}\t${one.at}\t${one.by}\t${one.ground}\t${one.reason}\n`)
          .join(''),
      );
    });
  record
    .command('remove <type/id>')
    .description('remove a note, a letter, a picture or an entry; its versions stay')
    .requiredOption('--patient <id>', 'whose it is')
    .requiredOption('--reason <text>', 'why')
    .option('--ground <ground>', removalGrounds.join(', '), 'entered-in-error')
    .addHelpText(
      'after',
      '\nExample: lamplight --vault ./clinic record remove DocumentReference/0198... --patient 0198... --reason "Wrong chart"',
    )
    .action(async (target: string, options: { patient: string; reason: string; ground: string }) => {
      const [type, id, more] = target.split('/');
      if (!type || !id || more !== undefined) throw usage('name what is removed as Type/id');
      const ground = oneOf(removalGrounds, options.ground, '--ground');
      const done = await withSession(program, secrets, (session) =>
        session.call('records.remove', { patient: readPatient(options.patient), type, id, ground, reason: options.reason }),
      );
      answer.print(json(), { ok: true, ...done }, () => `Removed (${done.removal}).\n`);
    });
  record
    .command('restore <removal>')
    .description('bring back what was removed')
    .requiredOption('--patient <id>', 'whose it is')
    .action(async (removal: string, options: { patient: string }) => {
      const done = await withSession(program, secrets, (session) =>
        session.call('records.restore', { patient: readPatient(options.patient), removal }),
      );
      answer.print(
        json(),
        { ok: true, ...done },
        () => `${done.restored} ${done.restored === 1 ? 'entry is' : 'entries are'} back.\n`,
      );
    });
  record
    .command('removed')
    .description('what was removed from a chart')
    .requiredOption('--patient <id>', 'whose')
    .action(async (options: { patient: string }) => {
      const found = await withSession(program, secrets, (session) =>
        session.call('records.removed', { patient: readPatient(options.patient) }),
      );
      answer.print(json(), found, () =>
        found.items.map((one) => `${one.removal}\t${one.type}\t${one.title}\t${one.at}\t${one.by}\t${one.reason}\n`).join(''),
      );
    });
}
