import type { Command } from 'commander';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';

/** `compliance verify`. */
export function complianceCommands(program: Command, secrets: Secrets): void {
  const compliance = program.command('compliance').description('what a security officer would sign');
  compliance
    .command('verify')
    .description(
      'look at the vault as an outsider would, at its log, people, records and backups; exit status 1 where something does not hold',
    )
    .addHelpText('after', '\nExample: lamplight --vault ./clinic compliance verify --json')
    .action(async () => {
      const { ok, checks } = await withSession(program, secrets, (session) => session.call('compliance.verify', {}));
      const lines = checks.map(
        (check) =>
          `${check.ok ? 'ok  ' : check.severity === 'fail' ? 'FAIL' : 'note'}  ${check.id}\n      ${check.evidence}\n      ${check.cites.join(', ')}\n`,
      );
      const failed = checks.filter((check) => !check.ok && check.severity === 'fail').length;
      const sum = ok ? 'Everything that can fail holds.\n' : `${failed} of ${checks.length} checks FAILED.\n`;
      answer.print(program.opts().json === true, { ok, checks }, () => lines.join('') + sum, !ok);
    });
}
