/** What closes the vault or opens it without a password: a new vault key, and a vault that comes from another computer. */
import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { decide } from '../../src-shared/access/permissions.ts';
import type { Output, ParsedInput } from '../../src-shared/contract/index.ts';
import type { Person } from '../../src-shared/contract/session.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { RunningJob } from './context.ts';
import type { OpenClinic } from './context-of.ts';
import type { Connection } from './core.ts';
import type { Gate } from './gate.ts';
import { rowById } from './people/index.ts';
import { cancelSetupJob, startSetupJob } from './setup-jobs.ts';
import { unlessDiskRefuses } from './transactions.ts';
import {
  bringCopy,
  databasePath,
  firstBadPage,
  type HandedOver,
  lookAtFolder,
  openWay,
  syncFolder,
  vaultIn,
  vaultIsIn,
  type WayIn,
} from './vault/index.ts';

export type Recovered = Output<'session.recover'>;
/** Opens the vault of a folder and lets a person in with a new password. */
export type ComeBack = (connection: Connection, dir: string, input: ParsedInput<'session.recover'>) => Promise<Recovered>;

const ROTATING = 'rotation';
const ROTATION = { action: 'U' as const, procedure: 'vault.rotateKey' };

const othersUnderWay = (clinic: OpenClinic, job: RunningJob) =>
  clinic.jobs.list().filter((other) => other.id !== job.id && other.state === 'running');

/** Their work lies in the open vault. Throws `cancelled` where nobody wants to wait for them. */
async function othersEnded(clinic: OpenClinic, job: RunningJob): Promise<void> {
  const cancelled = new Promise<never>((_resolve, reject) => {
    job.signal.addEventListener('abort', () => reject(new AppError('cancelled')));
  });
  cancelled.catch(() => undefined);
  const ended = Promise.allSettled(othersUnderWay(clinic, job).map(({ id }) => clinic.jobs.wait(id)));
  await Promise.race([ended, cancelled]);
}

/** Throws `invalid-input` where none or both are given. */
export function wayOf({ recoveryCode, escrowKey }: { recoveryCode?: string; escrowKey?: string }): WayIn {
  if (recoveryCode !== undefined && escrowKey === undefined) return { recoveryCode };
  if (escrowKey !== undefined && recoveryCode === undefined) return { escrowKey };
  throw new AppError('invalid-input', { what: 'give the recovery code or the escrow key' });
}

export function vaultGateHandlers(gate: Gate, comeBack: ComeBack) {
  const { options } = gate;

  /** Answers when it is done; meanwhile a job tells how far it is, and everybody goes on working but for a moment at the end. */
  async function rotate(connection: Connection): Promise<Output<'vault.rotateKey'>> {
    const { person } = connection;
    const clinic = gate.clinic();
    if (!clinic || !person) throw new AppError('not-signed-in');
    if (decide('vault.keys', person.roles, true) !== 'allowed') {
      clinic.transactions.note({ ...ROTATION, reason: 'forbidden' }, person, 'denied');
      throw new AppError('forbidden');
    }
    if (!gate.fresh(connection)) {
      clinic.transactions.note({ ...ROTATION, reason: 'password-needed' }, person, 'denied');
      throw new AppError('password-needed');
    }
    if (clinic.jobs.list().some((job) => job.kind === ROTATING && job.state === 'running')) throw new AppError('busy');
    // Logged before, so that a power cut leaves at least the attempt.
    clinic.transactions.note({ ...ROTATION, reason: 'begun' }, person, 'ok');
    let answer: Output<'vault.rotateKey'> | undefined;
    const job = clinic.jobs.start(
      {
        kind: ROTATING,
        title: 'Making a new vault key',
        unit: 'MB',
        // A recovery code must not lie in the list of jobs.
        run: async (job) => {
          answer = await rotateUnder(clinic, person, job);
        },
      },
      person.id,
    );
    await clinic.jobs.wait(job);
    if (!answer) throw new Error('a rotation ended without an answer');
    return answer;
  }

  async function rotateUnder(clinic: OpenClinic, person: Person, job: RunningJob): Promise<Output<'vault.rotateKey'>> {
    const handed = clinic.vault.handOver();
    try {
      await handed.copy(job);
      for (;;) {
        await othersEnded(clinic, job);
        const answer = await gate.alone(async () => {
          if (gate.clinic() !== clinic || job.signal.aborted) throw new AppError('cancelled');
          return othersUnderWay(clinic, job).length > 0 ? null : await switchOver(clinic, person, handed);
        });
        if (answer) return answer;
      }
    } catch (thrown) {
      handed.abandon();
      const reason = thrown instanceof AppError ? thrown.code : 'internal';
      unlessDiskRefuses(() => gate.clinic()?.transactions.note({ ...ROTATION, reason }, person, 'failed'));
      throw thrown;
    }
  }

  /** The moment for which everybody waits: what changed meanwhile, and the switch. */
  async function switchOver(clinic: OpenClinic, person: Person, handed: HandedOver): Promise<Output<'vault.rotateKey'>> {
    await gate.closeVault();
    try {
      const { lost, recoveryCode } = await handed.rotate();
      const { vault, transactions } = gate.adopt(handed.reopen(), clinic.jobs);
      transactions.note(ROTATION, person, 'ok');
      const toReset = lost.flatMap((id) => rowById(vault.db, id)?.user_name ?? []);
      return { ok: true, generation: vault.generation, recoveryCode, toReset };
    } finally {
      if (!gate.clinic()) gate.adopt(handed.reopen(), clinic.jobs);
    }
  }

  async function bring(
    connection: Connection,
    from: string,
    dir: string,
    input: ParsedInput<'setup.bringVault'>,
    { signal, progress }: RunningJob,
  ): Promise<Recovered> {
    const beside = `${dir}.coming`;
    let here = false;
    try {
      await bringCopy(from, beside, { signal, progress });
      signal.throwIfAborted();
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
  }

  return {
    'vault.rotateKey': (connection: Connection) => rotate(connection),
    'setup.cancel': (connection: Connection, { job }: ParsedInput<'setup.cancel'>) => cancelSetupJob(gate, connection, job),
    'setup.lookAtVault': (_connection: Connection, input: ParsedInput<'setup.lookAtVault'>) => ({
      ...lookAtFolder(gate.places.path(input.folder)),
      deviceKeyHere: options.deviceKeys.place,
    }),
    'setup.bringVault': async (connection: Connection, input: ParsedInput<'setup.bringVault'>) => {
      const dir = gate.dirOf('clinic');
      // A database that has lost its key file may still come back by a backup: nothing is put over it.
      if (gate.clinic() || vaultIsIn(dir)) throw new AppError('vault-exists');
      const from = vaultIn(gate.places.path(input.folder));
      // Before anything is copied.
      (await openWay(from, wayOf(input))).fill(0);
      const { ended } = startSetupJob(gate, connection, {
        kind: 'bring',
        title: 'Copying the vault',
        run: (job) => bring(connection, from, dir, input, job),
      });
      return await ended;
    },
  };
}
