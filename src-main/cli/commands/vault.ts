import type { Command } from 'commander';
import type { RunningJob } from '../../core/context.ts';
import { type OpenClinic, openClinic } from '../../core/context-of.ts';
import { activePerson } from '../../core/people/index.ts';
import { systemChance, systemClock } from '../../core/ports.ts';
import { fillSample } from '../../core/sample-clinic.ts';
import { setUpVault } from '../../core/setup.ts';
import { type OpenVault, readKeyFile, schemaVersion } from '../../core/vault/index.ts';
import { count } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { ports, vaultDir, withSession } from '../session.ts';
import { readRoles } from './user.ts';
import { keyCommands } from './vault-keys.ts';

/** `vault`. */
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
      const adopt = (made: OpenVault) =>
        (opened = openClinic(made, { clock: systemClock, chance: systemChance, emit: () => undefined }));
      const holder = { adopt, close: async () => opened?.close() };
      const {
        clinic,
        recoveryCode,
        user: id,
        undo,
      } = await setUpVault(await ports(), { dir, sample: options.sample, clinic: options.clinic, user }, holder);
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
      answer.print(
        json(),
        { vault: dir, recoveryCode, user: userName },
        () => `Vault made in ${dir}.\nRecovery code (print it, keep it away from this machine):\n  ${recoveryCode}\n`,
      );
    });

  vault
    .command('unlock-check')
    .description('check that name and password open the vault')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic vault unlock-check --json')
    .action(async () => {
      const { deviceKey } = readKeyFile(vaultDir(program));
      const person = await withSession(program, secrets, async (session) => session.context().person);
      answer.print(
        json(),
        { ok: true, user: person.userName, roles: person.roles, schemaVersion, deviceKey },
        () => `${person.userName} opens the vault (schema ${schemaVersion}, device key in ${deviceKey}).\n`,
      );
    });

  keyCommands(program, vault, secrets);
}
