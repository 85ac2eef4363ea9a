import type { Command } from 'commander';
import { retentionRules } from '../../../src-shared/contract/lifetime.ts';
import { count, oneOf, readPatient, usage } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';
import { erase } from './erasure.ts';

/** `retention`: how long records are kept, and what is due. */
export function retentionCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const retention = program.command('retention').description('how long records are kept, and what is due');

  retention
    .command('list')
    .description('what has been kept long enough and waits for a decision; nothing is ever deleted by itself')
    .option('--limit <n>', 'at most so many', count, 200)
    .action(async (options: { limit: number }) => {
      const found = await withSession(program, secrets, async (session) => {
        const { job } = await session.call('retention.check', {});
        await session.jobResult(job);
        return session.call('retention.list', options);
      });
      answer.print(json(), found, () =>
        found.due
          .map(
            (one) =>
              `${one.patient ?? '-'}\t${one.patientName ?? `${one.count} rows`}\t${one.rule}\tdue since ${one.dueSince.slice(0, 10)}\t${one.hold ? 'held' : one.keptUntil ? `kept until ${one.keptUntil.slice(0, 10)}` : 'open'}\n`,
          )
          .join(''),
      );
    });
  retention
    .command('rules')
    .description('the rules with their sources')
    .action(async () => {
      const found = await withSession(program, secrets, (session) => session.call('retention.rules', {}));
      answer.print(json(), found, () =>
        found.rules.map((one) => `${one.rule}\t${one.years} years since ${one.since}\t${one.source}\n`).join(''),
      );
    });
  retention
    .command('set')
    .description('keep something for another number of years')
    .argument('<rule>', retentionRules.join(', '))
    .argument('<years>', 'years', count)
    .addHelpText('after', '\nExample: lamplight --vault ./clinic retention set adult-record 15')
    .action(async (rule: string, years: number) => {
      await withSession(program, secrets, (session) =>
        session.call('retention.setRule', { rule: oneOf(retentionRules, rule, 'the rule'), years }),
      );
      answer.print(json(), { ok: true }, () => 'Set.\n');
    });
  retention
    .command('second-person <state>')
    .description('on or off: whether an erasure needs a second person')
    .action(async (state: string) => {
      if (state !== 'on' && state !== 'off') throw usage('it is on or off');
      await withSession(program, secrets, (session) => session.call('retention.setSecondPerson', { required: state === 'on' }));
      answer.print(json(), { ok: true }, () => 'Set.\n');
    });
  retention
    .command('decide <patient>')
    .description('keep a record that is due until a day, with a reason; or erase it')
    .option('--keep-until <day>', 'for example 2031-12-31')
    .option('--erase', 'erase it for good', false)
    .option('--confirm <name>', "with --erase: the patient's name")
    .option('--out <file>', 'with --erase: where the proof is written')
    .requiredOption('--reason <text>', 'why')
    .action(
      async (id: string, options: { keepUntil?: string; erase: boolean; confirm?: string; out?: string; reason: string }) => {
        if ((options.keepUntil === undefined) !== options.erase) throw usage('give either --keep-until DAY or --erase');
        if (options.erase)
          return erase(program, secrets, id, { ...options, confirm: options.confirm ?? '', ground: 'retention-ended' });
        const until = options.keepUntil ?? '';
        await withSession(program, secrets, (session) =>
          session.call('retention.keep', { patient: readPatient(id), until, reason: options.reason }),
        );
        answer.print(json(), { ok: true }, () => `Kept until ${until}.\n`);
      },
    );
  retention
    .command('purge <removal>')
    .description('destroy what was removed from a chart and is due')
    .requiredOption('--patient <id>', 'whose it is')
    .requiredOption('--reason <text>', 'why')
    .action(async (removal: string, options: { patient: string; reason: string }) => {
      const done = await withSession(program, secrets, (session) =>
        session.call('retention.purge', { patient: readPatient(options.patient), removal, reason: options.reason }),
      );
      answer.print(
        json(),
        { ok: true, ...done },
        () =>
          `${done.versions} versions were destroyed here. A server and other workstations keep theirs: do the same at each workstation.\n`,
      );
    });
}
