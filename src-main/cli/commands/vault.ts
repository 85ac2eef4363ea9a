import type { Command } from 'commander';
import { roles as knownRoles } from '../../../src-shared/access/permissions.ts';
import { z } from 'zod';
import { type OpenClinic, openClinic } from '../../core/context-of.ts';
import { activePerson } from '../../core/people/index.ts';
import { systemChance, systemClock } from '../../core/ports.ts';
import type { RunningJob } from '../../core/context.ts';
import { fillSample } from '../../core/sample-clinic.ts';
import { setUpVault } from '../../core/setup.ts';
import { type OpenVault, readKeyFile, schemaVersion } from '../../core/vault/index.ts';
import { count, usage } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { attach, coreFor, ports, vaultDir, withSession } from '../session.ts';

const roleList = z.array(z.enum(knownRoles)).min(1);

/** `vault` and `user`. */
export function vaultCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const vault = program.command('vault').description('make, check and recover a vault');

  vault
    .command('create')
    .description('make a vault; the first administrator comes from LAMPLIGHT_USER and LAMPLIGHT_PASSWORD')
    .option('--sample', 'fill it with generated patients', false)
    .option('--patients <n>', 'how many generated patients', count, 24)
    .option('--role <roles>', 'roles of the first user, separated by commas', 'it-admin,clinician')
    .option('--clinic <name>', 'name of the clinic', 'Clinic')
    .addHelpText('after', '\nExample: LAMPLIGHT_USER=amina LAMPLIGHT_PASSWORD=... lamplight --vault ./clinic vault create')
    .action(async (options: { sample: boolean; role: string; clinic: string; patients: number }) => {
      const dir = vaultDir(program);
      const userName = await secrets.need('LAMPLIGHT_USER', 'User name of the first administrator');
      const password = await secrets.need('LAMPLIGHT_PASSWORD', 'Password');
      const user = { userName, displayName: userName, password, roles: readRoles(options.role) };
      let opened: OpenClinic | undefined;
      const adopt = (made: OpenVault) => (opened = openClinic(made, { clock: systemClock, chance: systemChance, emit: () => undefined }));
      const holder = { adopt, close: async () => opened?.close() };
      const { clinic, recoveryCode, user: id, undo } = await setUpVault(await ports(), { dir, sample: options.sample, clinic: options.clinic, user }, holder);
      try {
        if (options.sample) {
          const context = clinic.contextOf(activePerson(clinic.vault.db, id));
          const run = (job: RunningJob) => fillSample(context, options.patients, job);
          await context.jobs.wait(context.jobs.start({ kind: 'sample', title: 'Making sample patients', unit: 'patients', run }));
        }
      } catch (thrown) {
        await undo();
        throw thrown;
      }
      clinic.close();
      answer.print(json(), { vault: dir, recoveryCode, user: userName }, () => `Vault made in ${dir}.\nRecovery code (print it, keep it away from this machine):\n  ${recoveryCode}\n`);
    });

  vault
    .command('unlock-check')
    .description('check that name and password open the vault')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic vault unlock-check --json')
    .action(async () => {
      const { deviceKey } = readKeyFile(vaultDir(program));
      const person = await withSession(program, secrets, async (session) => session.context().person);
      answer.print(json(), { ok: true, user: person.userName, roles: person.roles, schemaVersion, deviceKey }, () => `${person.userName} opens the vault (schema ${schemaVersion}, device key in ${deviceKey}).\n`);
    });

  vault
    .command('recover')
    .description('open with LAMPLIGHT_RECOVERY_CODE and set the password from LAMPLIGHT_PASSWORD')
    .requiredOption('--user <name>', 'whose password to set')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic vault recover --user amina')
    .action(async (options: { user: string }) => {
      const core = await coreFor(vaultDir(program));
      try {
        const { recoveryCode } = await attach(core).call('session.recover', {
          userName: options.user,
          recoveryCode: await secrets.need('LAMPLIGHT_RECOVERY_CODE', 'Recovery code'),
          newPassword: await secrets.need('LAMPLIGHT_PASSWORD', 'New password'),
        });
        answer.print(json(), { ok: true, recoveryCode }, () => `The password of ${options.user} was set. New recovery code:\n  ${recoveryCode}\n`);
      } finally {
        await core.close();
      }
    });

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

function readRoles(text: string) {
  const parsed = roleList.safeParse(text.split(',').map((role) => role.trim()));
  if (!parsed.success) throw usage(`roles are ${knownRoles.join(', ')}`);
  return parsed.data;
}
