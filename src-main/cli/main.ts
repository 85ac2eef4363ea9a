/** The command line: the same core, the same access rules and the same log as the application. */
import '../../src-node/no-telemetry.ts';
import { Command, CommanderError } from 'commander';
import { VERSION } from '../core/core.ts';
import { usage } from './arguments.ts';
import { auditCommands } from './commands/audit.ts';
import { backupCommands } from './commands/backup.ts';
import { batchCommands } from './commands/batch.ts';
import { careCommands } from './commands/care.ts';
import { careTeamCommands } from './commands/care-team.ts';
import { complianceCommands } from './commands/compliance.ts';
import { dicomCommands } from './commands/dicom.ts';
import { erasureCommands } from './commands/erasure.ts';
import { exportCommand } from './commands/export.ts';
import { holdCommands } from './commands/holds.ts';
import { incidentCommands } from './commands/incidents.ts';
import { modelCommands } from './commands/model.ts';
import { pacsCommands } from './commands/pacs.ts';
import { readingCommands } from './commands/reading.ts';
import { removalCommands } from './commands/removal.ts';
import { retentionCommands } from './commands/retention.ts';
import { serverCommands } from './commands/sync.ts';
import { userCommands } from './commands/user.ts';
import { vaultCommands } from './commands/vault.ts';
import { answer, fail } from './output.ts';
import { takeSecrets } from './secrets.ts';

const secrets = takeSecrets(process.env);

const program = new Command('lamplight')
  .description(
    'Lamplight from a terminal. Credentials come from LAMPLIGHT_USER and LAMPLIGHT_PASSWORD or are asked for, never by argument.',
  )
  .version(VERSION)
  .option('--vault <dir>', 'the vault (or LAMPLIGHT_VAULT)', process.env.LAMPLIGHT_VAULT)
  .option('--json', 'one JSON document on standard output', false)
  .configureOutput({ writeOut: (text) => process.stdout.write(text), writeErr: (text) => process.stderr.write(text) })
  .showHelpAfterError()
  .exitOverride();

for (const register of [
  vaultCommands,
  userCommands,
  careTeamCommands,
  careCommands,
  exportCommand,
  readingCommands,
  batchCommands,
  modelCommands,
  dicomCommands,
  pacsCommands,
  auditCommands,
  incidentCommands,
  backupCommands,
  complianceCommands,
  removalCommands,
  retentionCommands,
  holdCommands,
  erasureCommands,
  serverCommands,
])
  register(program, secrets);
allowEverywhere(program);

try {
  await program.parseAsync(process.argv);
} catch (thrown) {
  if (thrown instanceof CommanderError) wrongUsage(thrown);
  else fail(thrown, program.opts().json === true);
}
await answer.flush();
// Native threads of models and recognisers must not hold up a command that is done.
process.exit();

/** Commander has told people already; a program that asked for JSON is told in JSON. */
function wrongUsage({ exitCode, code, message }: CommanderError): void {
  if (exitCode === 0) return;
  const what = code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '').replace(/\.$/, '');
  if (process.argv.includes('--json')) fail(usage(what), true);
  process.exitCode = 2;
}

/** `--vault` and `--json` may stand behind the command too. */
function allowEverywhere(parent: Command): void {
  for (const command of parent.commands) {
    if (command.commands.length === 0) {
      command.option('--vault <dir>', 'the vault').option('--json', 'one JSON document on standard output');
      command.hook('preAction', (_self, acting) => {
        const { vault, json } = acting.opts();
        if (vault !== undefined) program.setOptionValue('vault', vault);
        if (json !== undefined) program.setOptionValue('json', json);
      });
      command.exitOverride();
    }
    allowEverywhere(command);
  }
}
