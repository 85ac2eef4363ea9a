import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type BackupResult, backupResult, putBackResult } from '../../../src-shared/contract/backup.ts';
import type { Input } from '../../../src-shared/contract/index.ts';
import type { Opener } from '../../core/backup/index.ts';
import { systemChance } from '../../core/ports.ts';
import { checkPassword, keyFilePath, readKeyFile } from '../../core/vault/index.ts';
import { usage } from '../arguments.ts';
import { textOf } from '../key-text.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { attach, coreFor, ports, type Session, vaultDir, withSession } from '../session.ts';

/** `backup create`, `verify`, `restore`, `restore-keys`, `run`, `list`, `put-back` and `adopt`. */
export function backupCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const backup = program.command('backup').description('make, test and restore backups');
  const print = (result: Partial<BackupResult> & { ok: boolean; lost: number }, what: string) => {
    const { patients, files, entries, lost, unreadable = [], missing } = result;
    const notWhole = lost > 0 ? ` ${lost === 1 ? '1 file is' : `${lost} files are`} NOT whole.` : '';
    const unread = unreadable.map((name) => `${name} in that folder cannot be read: nothing that it may need was removed.\n`);
    const people = `${what}: ${patients} patients, ${files} files, ${entries} log entries.${notWhole}\n${unread.join('')}${missing ? missingText(missing) : ''}`;
    answer.print(json(), result, () => people, !result.ok);
  };
  const jobOf = async (session: Session, started: { job: string }) => backupResult.parse(await session.jobResult(started.job));

  backup
    .command('create')
    .description('write an encrypted backup of the vault into one file')
    .requiredOption('--out <file>', 'where to; a backup of that name is replaced, unless it holds what the new one cannot')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic backup create --out /media/usb/clinic.lamplight-backup')
    .action(async (options: { out: string }) => {
      const made = await withSession(program, secrets, async (session) =>
        jobOf(session, await session.call('backup.create', { place: session.place(options.out) })),
      );
      const kept =
        made.place === undefined
          ? ''
          : ` (the backup that lay at ${options.out} holds what this one does not, or is unknown to this vault: it was left there)`;
      print(made, `Written to ${made.place ?? options.out}${kept}`);
    });

  backup
    .command('run')
    .description('make a backup by the plan now, restore it for a test, remove what has expired')
    .option('--folder <dir>', 'set the plan first: make backups into this folder')
    .option('--every <days>', 'with --folder: every so many days', Number, 1)
    .option('--keep <n>', 'with --folder: keep so many', Number, 14)
    .addHelpText('after', '\nExample: lamplight --vault ./clinic backup run --folder /media/usb --every 1 --keep 14')
    .action(async (options: { folder?: string; every: number; keep: number }) => {
      const made = await withSession(program, secrets, async (session) => {
        if (options.folder !== undefined)
          await session.call('backup.plan', {
            folder: session.place(options.folder),
            everyDays: options.every,
            keep: options.keep,
          });
        return jobOf(session, await session.call('backup.run', {}));
      });
      print(made, 'Made and restored for a test');
    });

  backup
    .command('list')
    .description('the backups of this vault, newest first')
    .action(async () => {
      const { backups, plan } = await withSession(program, secrets, (session) => session.call('backup.state', {}));
      const unlisted = plan?.unlisted ?? [];
      const there = backups.filter((one) => !one.removedAt);
      answer.print(json(), { backups: there, unlisted }, () =>
        [
          ...(there.length + unlisted.length === 0 ? ['There is no backup of this vault.\n'] : []),
          ...there.map(
            (one) =>
              `${one.createdAt}\t${one.patients} patients\ttested ${one.verifiedAt ?? 'never'}${one.unfit ? ` (did not come back: ${one.unfit})` : ''}${one.lacks > 0 ? `, lacks ${one.lacks} files that the vault had lost` : ''}\tuntil ${one.expiresAt}\t${one.place}\n`,
          ),
          ...unlisted.map(
            (one) =>
              `${one.createdAt}\tnot in the list of this vault; \`backup adopt ${one.name}\` takes it in, otherwise it is left alone\n`,
          ),
        ].join(''),
      );
    });

  backup
    .command('put-back [file]')
    .description(
      'read every encrypted file of the vault, and put those that are lost or damaged back from a backup, or from all in the list that can be reached',
    )
    .addHelpText('after', '\nExample: lamplight --vault ./clinic backup put-back\nFrom one backup: ... backup put-back FILE')
    .action(async (file: string | undefined) => {
      const done = await withSession(program, secrets, async (session) => {
        const { job } = await session.call('backup.putBack', file === undefined ? {} : { place: session.place(file) });
        return putBackResult.parse(await session.jobResult(job));
      });
      const { looked, putBack, missing } = done;
      answer.print(
        json(),
        done,
        () =>
          `${looked} files read, ${putBack} put back.\n${done.ok ? '' : `No backup that was looked into has ${missing.count} of them: ${missing.files.join(', ')}\n`}`,
        !done.ok,
      );
    });

  backup
    .command('adopt <name>')
    .description('take a backup of this vault that lies in the folder of the plan into the list, as `backup list` names it')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic backup adopt 2026-11-22T080000Z.lamplight-backup')
    .action(async (name: string) => {
      const done = await withSession(program, secrets, (session) => session.call('backup.adopt', { name }));
      answer.print(json(), done, () => `${name} is in the list; \`backup verify\` restores it for a test.\n`);
    });

  backup
    .command('verify <file>')
    .description(
      'restore a backup into a temporary place, open it, count, walk its log and compare; with the vault at hand its date is kept',
    )
    .addHelpText(
      'after',
      '\nExample: lamplight --vault ./clinic backup verify /media/usb/clinic.lamplight-backup\nWithout the vault: LAMPLIGHT_RECOVERY_CODE=... lamplight backup verify FILE',
    )
    .action(async (file: string) => {
      const { backupHead, verifyBackup } = await import('../../core/backup/index.ts');
      const { vaultId } = await backupHead(file);
      const tested = isOf(vaultId)
        ? await withSession(program, secrets, async (session) =>
            jobOf(session, await session.call('backup.verify', { place: session.place(file) })),
          )
        : await verifyBackup(file, await opener(), tmpdir(), systemChance);
      print(tested, tested.ok ? 'Restored for a test, and whole' : 'Restored for a test, and NOT whole');
    });

  backup
    .command('restore <file>')
    .description(
      'make a vault of a backup; with LAMPLIGHT_RECOVERY_CODE also on another machine, and LAMPLIGHT_PASSWORD becomes the password of LAMPLIGHT_USER',
    )
    .option('--escrow-key <file>', 'open it with the private key of the hospital instead, PEM or hexadecimal')
    .option(
      '--accept-key-file',
      'this machine has no keychain: keep its key in a file, though the vault had it in a keychain',
      false,
    )
    .addHelpText('after', '\nExample: lamplight --vault ./restored backup restore /media/usb/clinic.lamplight-backup --json')
    .action(async (file: string, options: { acceptKeyFile: boolean; escrowKey?: string }) => {
      const dir = vaultDir(program);
      const { restoreBackup } = await import('../../core/backup/index.ts');
      const by = options.escrowKey === undefined ? await opener() : { escrowKey: textOf(options.escrowKey) };
      const newPassword = 'deviceKeys' in by ? '' : await secrets.need('LAMPLIGHT_PASSWORD', 'New password');
      const named = secrets.given('LAMPLIGHT_USER');
      if (!('deviceKeys' in by)) checkPassword(newPassword, named ?? '', (await ports()).deviceKeys.place);
      const { administrators, lost, ...counts } = await restoreBackup(file, dir, by);
      const result = { ok: lost === 0, ...counts, lost };
      if ('deviceKeys' in by) return print(result, `Restored to ${dir}`);
      const userName = named ?? (administrators.length === 1 ? administrators[0] : undefined);
      try {
        if (userName === undefined) throw usage(`LAMPLIGHT_USER must name whose password to set: ${administrators.join(', ')}`);
        const recoveryCode = await setPassword(dir, { userName, ...by, newPassword, acceptKeyFile: options.acceptKeyFile });
        print(
          { ...result, ...{ user: userName, recoveryCode } },
          `Restored to ${dir}; the password of ${userName} was set and the new recovery code is ${recoveryCode}`,
        );
      } catch (thrown) {
        rmSync(dir, { recursive: true, force: true });
        throw thrown;
      }
    });

  backup
    .command('restore-keys <file>')
    .description(
      'put the key file vault.keys back, which the vault has lost, out of a backup; with LAMPLIGHT_RECOVERY_CODE, or name and password of the day of the backup',
    )
    .option('--escrow-key <file>', 'open it with the private key of the hospital instead, PEM or hexadecimal')
    .addHelpText(
      'after',
      '\nExample: LAMPLIGHT_RECOVERY_CODE=... lamplight --vault ./clinic backup restore-keys /media/usb/clinic.lamplight-backup',
    )
    .action(async (file: string, options: { escrowKey?: string }) => {
      const dir = vaultDir(program);
      const { restoreKeyFile } = await import('../../core/backup/index.ts');
      const by = options.escrowKey === undefined ? await opener() : { escrowKey: textOf(options.escrowKey) };
      const { createdAt } = await restoreKeyFile(file, dir, by);
      answer.print(
        json(),
        { ok: true, createdAt },
        () =>
          `vault.keys is back and fits the database. Passwords and recovery code are those of ${createdAt}; whoever was added since needs a one-time code.\n`,
      );
    });

  function isOf(vaultId: string): boolean {
    const dir: unknown = program.opts().vault;
    if (typeof dir !== 'string' || dir === '' || !existsSync(keyFilePath(resolve(dir)))) return false;
    return secrets.given('LAMPLIGHT_PASSWORD') !== undefined && readKeyFile(resolve(dir)).vaultId === vaultId;
  }

  /** The recovery code where it is given; otherwise name and password, on the machine whose key the vault knows. */
  async function opener(): Promise<Opener> {
    const recoveryCode = secrets.given('LAMPLIGHT_RECOVERY_CODE');
    if (recoveryCode !== undefined) return { recoveryCode };
    const { deviceKeys } = await ports();
    return {
      userName: await secrets.need('LAMPLIGHT_USER', 'User name'),
      password: await secrets.need('LAMPLIGHT_PASSWORD', 'Password'),
      deviceKeys,
    };
  }
}

function missingText({ count, files, patients, lacks }: NonNullable<BackupResult['missing']>): string {
  const which = `${files.join(', ')}${count > files.length ? ` and ${count - files.length} more` : ''}`;
  const where =
    lacks === 0
      ? 'This backup holds all of them: `backup put-back` brings them back.'
      : `${lacks} of them ${lacks === 1 ? 'is' : 'are'} not in this backup either: keep older backups, and try \`backup put-back\` with them.`;
  return `Missing or damaged in the vault: ${count} ${count === 1 ? 'file' : 'files'} of ${patients} ${patients === 1 ? 'patient' : 'patients'}: ${which}\n${where}\n`;
}

async function setPassword(dir: string, input: Input<'session.recover'>): Promise<string> {
  const core = await coreFor(dir);
  try {
    return (await attach(core).call('session.recover', input)).recoveryCode;
  } finally {
    await core.close();
  }
}
