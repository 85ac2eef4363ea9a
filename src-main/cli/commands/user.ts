import type { Command } from 'commander';
import { z } from 'zod';
import { roles as knownRoles } from '../../../src-shared/access/permissions.ts';
import { usage } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';

const roleList = z.array(z.enum(knownRoles)).min(1);

/** `user`: the people of a vault. */
export function userCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const user = program.command('user').description('the people of a vault');
  user
    .command('add <name>')
    .description('add a person; the password comes from LAMPLIGHT_NEW_PASSWORD')
    .requiredOption('--role <roles>', `roles, separated by commas: ${knownRoles.join(', ')}`)
    .option('--display-name <name>', 'name as shown')
    .addHelpText('after', '\nExample: LAMPLIGHT_NEW_PASSWORD=... lamplight --vault ./clinic user add joseph --role nurse')
    .action(async (name: string, options: { role: string; displayName?: string }) => {
      const password = await secrets.need('LAMPLIGHT_NEW_PASSWORD', `Password of ${name}`);
      const added = await withSession(program, secrets, (session) => session.call('users.add', { userName: name, displayName: options.displayName, roles: readRoles(options.role), password }));
      answer.print(json(), added, () => `${added.userName} was added (${added.roles.join(', ')}).\n`);
    });
  user
    .command('list')
    .description('list the people')
    .action(async () => {
      const { users } = await withSession(program, secrets, (session) => session.call('users.list', {}));
      answer.print(json(), { users }, () => users.map((one) => `${one.userName}\t${one.displayName}\t${one.roles.join(',')}\t${one.state}\n`).join(''));
    });
  user
    .command('disable <name>')
    .description('switch a person off')
    .action(async (name: string) => {
      await withSession(program, secrets, (session) => session.call('users.disable', { userName: name }));
      answer.print(json(), { ok: true }, () => `${name} was switched off.\n`);
    });
}

/** Roles as typed at the terminal: `it-admin,clinician`. Throws a usage error. */
export function readRoles(text: string) {
  const parsed = roleList.safeParse(text.split(',').map((role) => role.trim()));
  if (!parsed.success) throw usage(`roles are ${knownRoles.join(', ')}`);
  return parsed.data;
}
