import type { Command } from 'commander';
import { readPatient } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';

/** `care-team`: who cares for a patient. */
export function careTeamCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const team = program.command('care-team').description('who cares for a patient');

  team
    .command('list')
    .description('list the care team of a patient')
    .requiredOption('--patient <id>', 'whose')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic care-team list --patient 0198... --json')
    .action(async (options: { patient: string }) => {
      const patient = readPatient(options.patient);
      const { members } = await withSession(program, secrets, (session) => session.call('careTeam.list', { patient }));
      answer.print(json(), { members }, () =>
        members.map((one) => `${one.userName}\t${one.displayName}\t${one.roles.join(',')}\tsince ${one.since}\n`).join(''),
      );
    });

  for (const { verb, procedure, does, said } of [
    { verb: 'add', procedure: 'careTeam.add', does: 'take somebody into the care team', said: 'is in the care team' },
    {
      verb: 'remove',
      procedure: 'careTeam.remove',
      does: 'take somebody out of the care team',
      said: 'is no longer in the care team',
    },
  ] as const) {
    team
      .command(`${verb} <name>`)
      .description(does)
      .requiredOption('--patient <id>', 'whose')
      .requiredOption('--reason <text>', 'why; it stands in the log')
      .addHelpText(
        'after',
        `\nExample: lamplight --vault ./clinic care-team ${verb} joseph --patient 0198... --reason "covers the ward this week"`,
      )
      .action(async (name: string, options: { patient: string; reason: string }) => {
        const patient = readPatient(options.patient);
        await withSession(program, secrets, (session) =>
          session.call(procedure, { patient, userName: name, reason: options.reason }),
        );
        answer.print(json(), { ok: true }, () => `${name} ${said}.\n`);
      });
  }
}
