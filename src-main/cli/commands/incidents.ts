import type { Command } from 'commander';
import { z } from 'zod';
import { handout } from '../../../src-shared/contract/handouts.ts';
import { rules } from '../../../src-shared/incidents/rules.ts';
import { usage } from '../arguments.ts';
import { saveHandout } from '../handouts.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';

const format = z.enum(['pdf', 'text']);

/** `incidents list`, `show` and `report`. */
export function incidentCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const incidents = program.command('incidents').description('what watching over the access log has found');

  incidents
    .command('list')
    .description('those that wait for somebody, alarms first')
    .option('--all', 'also those that are closed')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic incidents list --json')
    .action(async (options: { all?: boolean }) => {
      const found = await withSession(program, secrets, (session) =>
        session.call('incidents.list', { show: options.all ? 'all' : 'waiting' }),
      );
      answer.print(json(), found, () =>
        found.incidents.length === 0
          ? 'Nothing waits.\n'
          : found.incidents
              .map(
                (one) =>
                  `${one.label ?? one.number}\t${one.severity}\t${one.state}\t${one.discovered}\t${rules[one.rule].title}\t${one.personName ?? ''}\t${one.said}\n`,
              )
              .join(''),
      );
    });

  incidents
    .command('show <number>')
    .description('one incident with its clocks, its patients and its notes')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic incidents show 1')
    .action(async (number: string) => {
      const one = await withSession(program, secrets, (session) => session.call('incidents.get', { incident: number }));
      answer.print(json(), one, () =>
        [
          `${one.label ?? one.number}. ${rules[one.rule].title} (${one.severity}, ${one.state})`,
          one.said,
          `Whose acts:   ${one.personName ?? one.person ?? 'nobody signed in'}${one.workstation ? `, at ${one.workstation}` : ''}`,
          ...(one.disputed ? ['Two verdicts were given without knowing of each other; the graver stands.'] : []),
          `Between:      ${one.begins} and ${one.ends}`,
          `Discovered:   ${one.discovered}`,
          `Authority by: ${one.deadlines.authority} (GDPR art. 33, 72 hours)`,
          `Patients by:  ${one.deadlines.individuals} (45 CFR 164.404, 60 days)`,
          `Patients:     ${one.patientCount}`,
          ...(one.patients ?? []).map(
            (patient) => `  ${patient.id}\t${patient.name ?? ''}\t${patient.times}\t${patient.kinds.join('; ')}`,
          ),
          ...one.steps.map((step) => `${step.at}\t${step.byName}\t${step.text}`),
          '',
        ].join('\n'),
      );
    });

  incidents
    .command('report <number>')
    .description('write the breach report')
    .requiredOption('--out <file>', 'where to')
    .option('--format <format>', 'pdf or text', 'pdf')
    .option('--measures <text>', 'measures taken and proposed', '')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic incidents report 1 --out incident-1.pdf')
    .action(async (number: string, options: { out: string; format: string; measures: string }) => {
      const wanted = format.safeParse(options.format);
      if (!wanted.success) throw usage('the format is pdf or text');
      await withSession(program, secrets, async (session) => {
        const { job } = await session.call('incidents.report', {
          incident: number,
          format: wanted.data,
          measures: options.measures,
        });
        await saveHandout(session, handout.parse(await session.jobResult(job)).handout, options.out);
      });
      answer.print(json(), { ok: true, file: options.out }, () => `The report is in ${options.out}. It names patients.\n`);
    });
}
