import type { Command } from 'commander';
import { z } from 'zod';
import { roles as knownRoles } from '../../../src-shared/access/permissions.ts';
import { usage } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { attach, coreFor, type Session, vaultDir, withFactor, withSession } from '../session.ts';

const roleList = z.array(z.enum(knownRoles)).min(1);
const ROLES = `roles, separated by commas: ${knownRoles.join(', ')}`;

/** `user`: the people of a vault. */
export function userCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const inSession = <T>(run: (session: Session) => Promise<T>) => withSession(program, secrets, run);
  const user = program.command('user').description('the people of a vault');

  user
    .command('add <name>')
    .description('add a person with the password in LAMPLIGHT_NEW_PASSWORD, or without one with a one-time code')
    .requiredOption('--role <roles>', ROLES)
    .option('--display-name <name>', 'name as shown')
    .addHelpText('after', '\nExample: LAMPLIGHT_NEW_PASSWORD=... lamplight --vault ./clinic user add joseph --role nurse')
    .action(async (name: string, options: { role: string; displayName?: string }) => {
      const password = secrets.given('LAMPLIGHT_NEW_PASSWORD');
      const added = await inSession((session) =>
        session.call('users.add', { userName: name, displayName: options.displayName, roles: readRoles(options.role), password }),
      );
      answer.print(
        json(),
        added,
        () => `${added.userName} was added (${added.roles.join(', ')}).\n${added.oneTime ? codeLines(added.oneTime) : ''}`,
      );
    });

  user
    .command('list')
    .description('list the people')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic user list --json')
    .action(async () => {
      const { users } = await inSession((session) => session.call('users.list', {}));
      const line = (one: (typeof users)[number]) =>
        [
          one.userName,
          one.displayName,
          one.roles.join(','),
          one.noPassword ? `${one.state}, no password: reset it` : one.state,
          one.secondFactor ? 'second factor' : '',
        ].join('\t');
      answer.print(json(), { users }, () => users.map((one) => `${line(one)}\n`).join(''));
    });

  /** Commands that do one thing to one person. */
  const simple = [
    { name: 'disable', does: 'switch a person off', procedure: 'users.disable', said: 'was switched off' },
    {
      name: 'unlock',
      does: 'unlock a person who was locked after wrong passwords',
      procedure: 'users.unlock',
      said: 'was unlocked',
    },
  ] as const;
  for (const { name: verb, does, procedure, said } of simple) {
    user
      .command(`${verb} <name>`)
      .description(does)
      .addHelpText('after', `\nExample: lamplight --vault ./clinic user ${verb} joseph`)
      .action(async (name: string) => {
        await inSession((session) => session.call(procedure, { userName: name }));
        answer.print(json(), { ok: true }, () => `${name} ${said}.\n`);
      });
  }

  user
    .command('enable <name>')
    .description('switch a person on again, with a one-time code')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic user enable joseph --json')
    .action(async (name: string) => {
      const { ok, oneTime } = await inSession((session) => session.call('users.enable', { userName: name }));
      answer.print(json(), { ok, ...oneTime }, () => `${name} was switched on again.\n${oneTime ? codeLines(oneTime) : ''}`);
    });

  user
    .command('roles <name>')
    .description('change what a person may work as')
    .requiredOption('--role <roles>', ROLES)
    .addHelpText('after', '\nExample: lamplight --vault ./clinic user roles joseph --role nurse,reception')
    .action(async (name: string, options: { role: string }) => {
      const changed = await inSession((session) =>
        session.call('users.setRoles', { userName: name, roles: readRoles(options.role) }),
      );
      answer.print(json(), changed, () => `${name} may work as ${changed.roles.join(', ')}.\n`);
    });

  user
    .command('reset <name>')
    .description(
      'replace a lost password by a one-time code; with it the person sets an own password, in the window or by `user redeem`',
    )
    .addHelpText('after', '\nExample: lamplight --vault ./clinic user reset joseph --json')
    .action(async (name: string) => {
      const made = await inSession((session) => session.call('users.reset', { userName: name }));
      answer.print(json(), made, () => codeLines(made));
    });

  user
    .command('redeem')
    .description(
      'set an own password: LAMPLIGHT_USER, the one-time code in LAMPLIGHT_PASSWORD, the new one in LAMPLIGHT_NEW_PASSWORD',
    )
    .addHelpText(
      'after',
      '\nExample: LAMPLIGHT_USER=joseph LAMPLIGHT_PASSWORD=ABCDE-... LAMPLIGHT_NEW_PASSWORD=... lamplight --vault ./clinic user redeem',
    )
    .action(async () => {
      const userName = await secrets.need('LAMPLIGHT_USER', 'User name');
      const oneTimeCode = await secrets.need('LAMPLIGHT_PASSWORD', 'One-time code');
      const newPassword = await secrets.need('LAMPLIGHT_NEW_PASSWORD', 'New password');
      const core = await coreFor(vaultDir(program));
      try {
        const session = attach(core);
        const { person } = await withFactor(secrets, (code) =>
          session.call('session.redeem', { userName, oneTimeCode, newPassword, code }),
        );
        await session.call('session.signOut', {});
        answer.print(json(), { ok: true, user: person.userName }, () => `${person.userName} has a password of their own.\n`);
      } finally {
        await core.close();
      }
    });

  user
    .command('second-factor <name>')
    .description('turn a second factor on, for oneself or by an administrator for somebody else')
    .option('--reset', 'turn it off instead, because the device is lost', false)
    .addHelpText('after', '\nExample: lamplight --vault ./clinic user second-factor amina --json')
    .action(async (name: string, options: { reset: boolean }) => {
      // Asked again by the core: the terminal has it already.
      const password = () => secrets.need('LAMPLIGHT_PASSWORD', 'Password');
      if (options.reset) {
        await inSession(async (session) => {
          const own = await password();
          return await withFactor(secrets, (code) =>
            session.call('users.resetSecondFactor', { userName: name, password: own, code }),
          );
        });
        return answer.print(
          json(),
          { ok: true },
          () => `${name} signs in without a second factor until it is turned on again.\n`,
        );
      }
      const made = await inSession(async (session) =>
        session.call('secondFactor.give', { userName: name, password: await password() }),
      );
      answer.print(
        json(),
        made,
        () =>
          `${made.uri}\nSecret: ${made.secret}\nSingle-use codes, each in place of the six digits (keep them away from the phone):\n${made.recoveryCodes.map((code) => `  ${code}\n`).join('')}`,
      );
    });
}

const codeLines = ({ code, until }: { code: string; until: string }) =>
  `One-time code, good for one sign-in until ${until}:\n  ${code}\n`;

/** Roles as typed at the terminal: `it-admin,clinician`. Throws a usage error. */
export function readRoles(text: string) {
  const parsed = roleList.safeParse(text.split(',').map((role) => role.trim()));
  if (!parsed.success) throw usage(`roles are ${knownRoles.join(', ')}`);
  return parsed.data;
}
