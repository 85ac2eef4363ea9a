/** What can be called before a vault is open, and what opens, locks and leaves it. */
import { randomInt } from 'node:crypto';
import type { ParsedInput, ProcedureName } from '../../src-shared/contract/index.ts';
import type { Status } from '../../src-shared/contract/session.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { OpenClinic } from './context-of.ts';
import type { Connection, CoreOptions } from './core.ts';
import { activePerson, openTries, personByName } from './people/index.ts';
import type { Places } from './places.ts';
import { isoTime } from './ports.ts';
import { unlessDiskRefuses } from './transactions.ts';
import { startRestore } from './restore.ts';
import { setUpVault } from './setup.ts';
import { type OpenVault, RECOVERY_GROUPS, checkPassword, openVault, readKeyFile, recoverVault, whoHash } from './vault/index.ts';

export interface Gate {
  options: CoreOptions;
  dirOf(kind: 'clinic' | 'sample'): string;
  currentDir(): string;
  clinic(): OpenClinic | null;
  places: Places;
  /** Resolves when a vault can be adopted. */
  ready(): Promise<void>;
  adopt(vault: OpenVault): OpenClinic;
  closeVault(): Promise<void>;
  status(connection: Connection): Status;
  lock(connection: Connection, reason: string): void;
  sessions(): Connection[];
}

/** Name and password of the sample clinic: its patients are invented, so they are no secret. */
export const SAMPLE_USER = { userName: 'sample', displayName: 'Sample clinician', password: 'look around 2026' } as const;

type GateHandler<Name extends ProcedureName> = (connection: Connection, input: ParsedInput<Name>) => unknown;
type GateHandlers = { [Name in ProcedureName]?: GateHandler<Name> };

export function gateHandlers(gate: Gate): Partial<Record<ProcedureName, (connection: Connection, input: unknown) => unknown>> {
  const { options } = gate;
  let pendingCode: string[] | null = null;

  function enter(connection: Connection, clinic: OpenClinic, userId: string, failedTries: number) {
    const person = activePerson(clinic.vault.db, userId);
    const reason = failedTries > 0 ? `after ${failedTries} failed tries` : undefined;
    clinic.transactions.write({ action: 'E', procedure: 'session.signIn', reason }, person, (tx) => tx.db.prepare('UPDATE user SET last_sign_in = ? WHERE id = ?').run(tx.at, person.id));
    connection.person = person;
    connection.locked = false;
    connection.touchedMs = options.clock.now();
    connection.post({ t: 'event', event: { name: 'session', state: 'signed-in' } });
    const drafts = clinic.vault.db.prepare<[string], { count: number }>('SELECT count(*) AS count FROM draft WHERE person = ?').get(person.id)?.count ?? 0;
    return { person, drafts };
  }

  async function create(connection: Connection, kind: 'clinic' | 'sample', user: { userName: string; displayName: string; password: string }, clinicName: string) {
    if (gate.clinic()) throw new AppError('vault-exists');
    await gate.ready();
    const made = await setUpVault(options, { dir: gate.dirOf(kind), sample: kind === 'sample', clinic: clinicName, user: { ...user, roles: ['it-admin', 'clinician'] } }, { adopt: gate.adopt, close: gate.closeVault });
    try {
      enter(connection, made.clinic, made.user, 0);
    } catch (thrown) {
      await made.undo();
      throw thrown;
    }
    return made;
  }

  const handlers: GateHandlers = {
    'session.status': (connection) => gate.status(connection),
    'setup.create': async (connection, input) => {
      const { clinic, recoveryCode } = await create(connection, 'clinic', input, input.clinic);
      pendingCode = recoveryCode.split('-');
      const first = randomInt(1, RECOVERY_GROUPS);
      return { vault: clinic.vault.id, recoveryCode, askGroups: [first, randomInt(first + 1, RECOVERY_GROUPS + 1)] };
    },
    'setup.confirmRecovery': (connection, input) => {
      const clinic = gate.clinic();
      const asked = Object.entries(input.groups);
      const right = asked.length > 0 && asked.every(([group, typed]) => pendingCode?.[Number(group) - 1] === typed.trim().toUpperCase());
      if (!clinic || !connection.person || !right) throw new AppError('recovery-code-wrong');
      pendingCode = null;
      clinic.transactions.note({ action: 'E', procedure: 'setup.confirmRecovery' }, connection.person, 'ok');
      return { ok: true };
    },
    'setup.restore': (connection, input) => startRestore(gate, connection, input),
    'setup.sample': async (connection, input) => {
      const { clinic } = await create(connection, 'sample', SAMPLE_USER, 'Sample clinic');
      if (!connection.person) throw new AppError('not-signed-in');
      const context = clinic.contextOf(connection.person);
      const { fillSample } = await import('./sample-clinic.ts');
      return { job: context.jobs.start({ kind: 'sample', title: 'Making sample patients', unit: 'patients', run: (job) => fillSample(context, input.patients, job) }) };
    },
    'session.signIn': async (connection, input) => {
      await gate.ready();
      const dir = gate.clinic()?.vault.dir ?? gate.currentDir();
      const who = whoHash(readKeyFile(dir).vaultId, input.userName);
      const tries = openTries(dir, options.clock);
      tries.check(who);
      let open = gate.clinic();
      let userId: string | undefined;
      try {
        if (open) {
          if (!(await open.vault.passwordFits(input.userName, input.password))) throw new AppError('sign-in-failed');
          userId = personByName(open.vault.db, input.userName)?.id;
        } else {
          const opened = await openVault(options, dir, input.userName, input.password);
          // Two clients may have signed in at the same moment.
          open = gate.clinic();
          if (open) opened.vault.close();
          else open = gate.adopt(opened.vault);
          userId = opened.user;
        }
      } catch (thrown) {
        if (thrown instanceof AppError && thrown.code === 'sign-in-failed') {
          tries.failed(who);
          gate.clinic()?.transactions.note({ action: 'E', procedure: 'session.signIn', reason: `who ${who.slice(0, 16)}` }, null, 'denied');
        }
        throw thrown;
      }
      if (!userId) throw new AppError('sign-in-failed');
      return enter(connection, open, userId, tries.succeeded(who));
    },
    'session.signOut': (connection) => {
      const clinic = gate.clinic();
      const { person } = connection;
      connection.person = null;
      if (clinic && person) {
        unlessDiskRefuses(() => {
          clinic.transactions.note({ action: 'E', procedure: 'session.signOut' }, person, 'ok');
          clinic.transactions.seal();
        });
      }
      connection.post({ t: 'event', event: { name: 'session', state: 'signed-out' } });
      return { ok: true };
    },
    'session.lock': (connection, input) => {
      gate.lock(connection, input.reason);
      return { ok: true };
    },
    'session.touch': () => ({ ok: true }),
    'session.recover': async (connection, input) => {
      await gate.ready();
      checkPassword(input.newPassword, input.userName, options.deviceKeys.place);
      if (gate.clinic()) await gate.closeVault();
      const vault = await recoverVault(options, gate.currentDir(), input.recoveryCode);
      const clinic = gate.adopt(vault);
      const person = personByName(vault.db, input.userName);
      if (!person) {
        await gate.closeVault();
        throw new AppError('sign-in-failed');
      }
      clinic.transactions.note({ action: 'E', procedure: 'session.recover', reason: `at ${isoTime(options.clock)}` }, person, 'ok');
      openTries(vault.dir, options.clock).succeeded(whoHash(vault.id, person.userName));
      enter(connection, clinic, person.id, 0);
      // Last, and in one step: the old code is gone with it, so nothing may fail between it and the answer.
      return { recoveryCode: await vault.renewAccess({ id: person.id, userName: person.userName, password: input.newPassword }) };
    },
  };
  // Core calls each with the parsed input of its own procedure.
  return handlers as Partial<Record<ProcedureName, (connection: Connection, input: unknown) => unknown>>;
}
