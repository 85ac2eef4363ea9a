/** `vault recover`, `rotate-key`, `change-password`, `recovery-code` and `escrow`. */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { AppError } from '../../../src-shared/errors/index.ts';
import { newBoxKeys, pemOf } from '../../core/vault/index.ts';
import { textOf } from '../key-text.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { attach, coreFor, vaultDir, withSession } from '../session.ts';

export function keyCommands(program: Command, vault: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;

  vault
    .command('recover')
    .description('open with LAMPLIGHT_RECOVERY_CODE or the hospital’s escrow key, and set the password from LAMPLIGHT_PASSWORD')
    .requiredOption('--user <name>', 'whose password to set')
    .option('--escrow-key <file>', 'private key of the hospital, PEM or hexadecimal')
    .option(
      '--accept-key-file',
      'keep the key of this machine in a file, where the vault had it in a keychain and there is none here',
      false,
    )
    .addHelpText('after', '\nExample: lamplight --vault ./clinic vault recover --user amina')
    .action(async (options: { user: string; escrowKey?: string; acceptKeyFile: boolean }) => {
      const core = await coreFor(vaultDir(program));
      try {
        const way =
          options.escrowKey === undefined
            ? { recoveryCode: await secrets.need('LAMPLIGHT_RECOVERY_CODE', 'Recovery code') }
            : { escrowKey: textOf(options.escrowKey) };
        const newPassword = await secrets.need('LAMPLIGHT_PASSWORD', 'New password');
        const done = await attach(core).call('session.recover', {
          userName: options.user,
          ...way,
          acceptKeyFile: options.acceptKeyFile,
          newPassword,
        });
        const others =
          done.othersToReset > 0 ? `${done.othersToReset} other people need a new password from an administrator.\n` : '';
        answer.print(
          json(),
          { ok: true, ...done },
          () => `The password of ${options.user} was set. New recovery code:\n  ${done.recoveryCode}\n${others}`,
        );
      } finally {
        await core.close();
      }
    });

  vault
    .command('rotate-key')
    .description('make a new vault key and encrypt the database with it; passwords, recovery code and escrow keys go on working')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic vault rotate-key')
    .action(async () => {
      const done = await withSession(program, secrets, (session) => session.call('vault.rotateKey', {}));
      answer.print(json(), done, () => {
        const code = done.recoveryCode ? `New recovery code:\n  ${done.recoveryCode}\n` : '';
        const reset = done.toReset.length > 0 ? `Need a new password: ${done.toReset.join(', ')}\n` : '';
        return `The vault has its key number ${done.generation}.\n${code}${reset}`;
      });
    });

  vault
    .command('change-password')
    .description('change the own password: LAMPLIGHT_PASSWORD is the present one, LAMPLIGHT_NEW_PASSWORD the next')
    .addHelpText('after', '\nExample: LAMPLIGHT_NEW_PASSWORD=... lamplight --vault ./clinic vault change-password')
    .action(async () => {
      const present = await secrets.need('LAMPLIGHT_PASSWORD', 'Present password');
      const next = await secrets.need('LAMPLIGHT_NEW_PASSWORD', 'New password');
      await withSession(program, secrets, (session) => session.call('vault.changePassword', { present, next }));
      answer.print(json(), { ok: true }, () => 'The password was changed.\n');
    });

  vault
    .command('recovery-code')
    .description('make another recovery code; the one before stops working')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic vault recovery-code')
    .action(async () => {
      const { recoveryCode } = await withSession(program, secrets, (session) => session.call('vault.newRecoveryCode', {}));
      answer.print(
        json(),
        { ok: true, recoveryCode },
        () => `New recovery code (print it, keep it away from this machine):\n  ${recoveryCode}\n`,
      );
    });

  escrowCommands(
    program,
    vault.command('escrow').description('keys of the hospital that open the vault in an emergency'),
    secrets,
  );
}

function escrowCommands(program: Command, escrow: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  escrow
    .command('new-key')
    .description('make a key pair for the hospital: the private key goes into a new file of mode 0600, the public key is printed')
    .requiredOption('--out <file>', 'where to write the private key')
    .addHelpText('after', '\nExample: lamplight vault escrow new-key --out hospital-escrow.pem')
    .action((options: { out: string }) => {
      const { privateKey, publicKey } = pemOf(newBoxKeys());
      writeSecret(options.out, privateKey);
      answer.print(
        json(),
        { privateKeyFile: options.out, publicKey },
        () => `The private key is in ${options.out}: take it to the hospital’s safe and remove it here.\n${publicKey}`,
      );
    });

  escrow
    .command('add')
    .description('let the holder of the private key open the vault')
    .requiredOption('--public-key <key>', 'a file (PEM or hexadecimal), or 64 hexadecimal digits')
    .option('--name <name>', 'what to call it', 'Hospital')
    .addHelpText(
      'after',
      '\nExample: lamplight --vault ./clinic vault escrow add --public-key hospital.pub.pem --name "Kisumu county"',
    )
    .action(async (options: { publicKey: string; name: string }) => {
      const publicKey = /^[0-9a-f]{64}$/i.test(options.publicKey) ? options.publicKey : textOf(options.publicKey);
      const added = await withSession(program, secrets, (session) =>
        session.call('vault.addEscrow', { name: options.name, publicKey }),
      );
      answer.print(json(), added, () => `${added.name} holds a key now (${added.id}).\n`);
    });

  escrow
    .command('list')
    .description('list the escrow keys')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic vault escrow list --json')
    .action(async () => {
      const { escrows } = await withSession(program, secrets, (session) => session.call('vault.state', {}));
      answer.print(json(), { escrows }, () =>
        escrows.map((one) => `${one.id}\t${one.name}\t${one.publicKey}\t${one.addedAt}\n`).join(''),
      );
    });

  escrow
    .command('remove <id>')
    .description('take an escrow key away; rotate the vault key afterwards where the private key may be in wrong hands')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic vault escrow remove 019a...')
    .action(async (id: string) => {
      await withSession(program, secrets, (session) => session.call('vault.removeEscrow', { id }));
      answer.print(json(), { ok: true }, () => 'The escrow key opens nothing any more.\n');
    });
}

/** Never over a file that is there: it could be the key of another vault. */
function writeSecret(path: string, text: string): void {
  let handle: number;
  try {
    handle = openSync(path, 'wx', 0o600);
  } catch (cause) {
    throw new AppError('invalid-input', { what: `${path} cannot be made, or is there already` }, { cause });
  }
  try {
    writeFileSync(handle, text);
  } catch (thrown) {
    rmSync(path, { force: true });
    throw thrown;
  } finally {
    closeSync(handle);
  }
}
