/** What closes the vault or opens it without a password: a new vault key, and a vault that comes from another computer. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { decide } from '../../src-shared/access/permissions.ts';
import type { Output, ParsedInput } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { Connection } from './core.ts';
import type { Gate } from './gate.ts';
import { rowById } from './people/index.ts';
import {
  bringCopy,
  databasePath,
  firstBadPage,
  keyFilePath,
  lookAtFolder,
  openWay,
  syncFolder,
  vaultIn,
  type WayIn,
} from './vault/index.ts';

export type Recovered = Output<'session.recover'>;
/** Opens the vault of a folder and lets a person in with a new password. */
export type ComeBack = (connection: Connection, dir: string, input: ParsedInput<'session.recover'>) => Promise<Recovered>;

/** Throws `invalid-input` where none or both are given. */
export function wayOf({ recoveryCode, escrowKey }: { recoveryCode?: string; escrowKey?: string }): WayIn {
  if (recoveryCode !== undefined && escrowKey === undefined) return { recoveryCode };
  if (escrowKey !== undefined && recoveryCode === undefined) return { escrowKey };
  throw new AppError('invalid-input', { what: 'give the recovery code or the escrow key' });
}

export function vaultGateHandlers(gate: Gate, comeBack: ComeBack) {
  const { options } = gate;

  async function rotate(connection: Connection): Promise<Output<'vault.rotateKey'>> {
    const { person } = connection;
    const clinic = gate.clinic();
    if (!clinic || !person) throw new AppError('not-signed-in');
    const act = { action: 'U' as const, procedure: 'vault.rotateKey' };
    if (decide('vault.keys', person.roles, true) !== 'allowed') {
      clinic.transactions.note({ ...act, reason: 'forbidden' }, person, 'denied');
      throw new AppError('forbidden');
    }
    if (clinic.jobs.list().some((job) => job.state === 'running')) throw new AppError('busy');
    // Logged before, so that a power cut leaves at least the attempt.
    clinic.transactions.note({ ...act, reason: 'begun' }, person, 'ok');
    const handed = clinic.vault.handOver();
    await gate.closeVault();
    const reopened = () => gate.adopt(handed.reopen());
    try {
      const { lost, recoveryCode } = await handed.rotate();
      const { vault, transactions } = reopened();
      transactions.note(act, person, 'ok');
      const toReset = lost.flatMap((id) => rowById(vault.db, id)?.user_name ?? []);
      return { ok: true, generation: vault.generation, recoveryCode, toReset };
    } catch (thrown) {
      if (!gate.clinic())
        reopened().transactions.note({ ...act, reason: thrown instanceof AppError ? thrown.code : 'internal' }, person, 'failed');
      throw thrown;
    }
  }

  return {
    'vault.rotateKey': (connection: Connection) => gate.alone(() => rotate(connection)),
    'setup.lookAtVault': (_connection: Connection, input: ParsedInput<'setup.lookAtVault'>) => ({
      ...lookAtFolder(gate.places.path(input.folder)),
      deviceKeyHere: options.deviceKeys.place,
    }),
    'setup.bringVault': async (connection: Connection, input: ParsedInput<'setup.bringVault'>) => {
      const dir = gate.dirOf('clinic');
      // A database that has lost its key file may still come back by a backup: nothing is put over it.
      if (gate.clinic() || existsSync(keyFilePath(dir)) || existsSync(databasePath(dir))) throw new AppError('vault-exists');
      const from = vaultIn(gate.places.path(input.folder));
      // Before anything is copied.
      (await openWay(from, wayOf(input))).fill(0);
      const beside = `${dir}.coming`;
      let here = false;
      try {
        await bringCopy(from, beside);
        rmSync(dir, { recursive: true, force: true });
        renameSync(beside, dir);
        here = true;
        syncFolder(dirname(dir));
        const answer = await comeBack(connection, dir, input);
        const vault = gate.clinic()?.vault;
        const bad = vault && (await firstBadPage(databasePath(dir), vault.derive('database')));
        if (typeof bad === 'number')
          throw new AppError('vault-damaged', {
            what: `page ${bad} of its database was not copied whole; close Lamplight on the other computer first`,
          });
        return answer;
      } catch (thrown) {
        connection.person = null;
        await gate.closeVault();
        for (const left of here ? [beside, dir] : [beside]) rmSync(left, { recursive: true, force: true });
        throw thrown;
      }
    },
  };
}
