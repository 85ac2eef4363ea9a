/** What can be called before a vault is open, and what opens, locks and leaves it. */
import { randomInt } from 'node:crypto';
import type { ParsedInput, ProcedureName } from '../../src-shared/contract/index.ts';
import type { Status } from '../../src-shared/contract/session.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { markCameBack } from './audit/index.ts';
import type { OpenClinic } from './context-of.ts';
import type { Connection, CoreOptions } from './core.ts';
import type { JobBook } from './jobs/index.ts';
import {
  actingPerson,
  activePerson,
  askForFactor,
  codeWaits,
  factorIsOn,
  needPassword,
  ONE_TIME_GROUPS,
  openTries,
  passFactor,
  personByName,
  readCode,
  removeFactor,
  rowById,
  type Tries,
} from './people/index.ts';
import type { Places } from './places.ts';
import { isoTime } from './ports.ts';
import { startRestore } from './restore.ts';
import { setUpVault } from './setup.ts';
import { wasRefused } from './sync/index.ts';
import { unlessDiskRefuses } from './transactions.ts';
import {
  checkPassword,
  type OpenVault,
  openVault,
  openWay,
  RECOVERY_GROUPS,
  readKeyFile,
  recoverVault,
  whoHash,
} from './vault/index.ts';
import { type ComeBack, vaultGateHandlers, wayOf } from './vault-gate.ts';
import { cannotEnter } from './vault-procedures.ts';

export interface Gate {
  options: CoreOptions;
  dirOf(kind: 'clinic' | 'sample'): string;
  currentDir(): string;
  clinic(): OpenClinic | null;
  places: Places;
  /** Resolves when a vault can be adopted. */
  ready(): Promise<void>;
  /** @param jobs of the same vault before it was closed for a moment */
  adopt(vault: OpenVault, jobs?: JobBook): OpenClinic;
  closeVault(): Promise<void>;
  /** Runs when no other call does, and lets none in meanwhile. Throws `busy`. */
  alone<T>(body: () => Promise<T>): Promise<T>;
  status(connection: Connection): Status;
  lock(connection: Connection, reason: string): void;
  fresh(connection: Connection): boolean;
  sessions(): Connection[];
}

/** Name and password of the sample clinic: its patients are invented, so they are no secret. */
const SAMPLE_USER = { userName: 'sample', displayName: 'Sample clinician', password: 'look around 2026' } as const;

/** A session that is locked and opened again is not asked for the second factor again within this time; one whose keys were dropped is. */
const FACTOR_HOLDS_MS = 12 * 60 * 60_000;
const FACTOR_PASSED = 'second factor passed';

type GateHandler<Name extends ProcedureName> = (connection: Connection, input: ParsedInput<Name>) => unknown;
type GateHandlers = { [Name in ProcedureName]?: GateHandler<Name> };

export function gateHandlers(gate: Gate): Partial<Record<ProcedureName, (connection: Connection, input: unknown) => unknown>> {
  const { options } = gate;
  let pendingCode: string[] | null = null;

  /** @param why what the log says beside the act */
  function enter(connection: Connection, clinic: OpenClinic, userId: string, why: string[] = []) {
    const { db } = clinic.vault;
    const now = options.clock.now();
    const acting = activePerson(db, userId);
    if (connection.person && connection.person.id !== userId) gate.lock(connection, 'switch');
    clinic.transactions.write({ action: 'E', procedure: 'session.signIn', reason: why.join(', ') || undefined }, acting, (tx) => {
      tx.db.prepare('UPDATE user SET last_sign_in = ? WHERE id = ?').run(tx.at, userId);
      askForFactor(tx, userId);
    });
    const person = actingPerson(db, userId, now);
    const kept = connection.sessions.get(userId);
    const factorMs = kept && !why.includes(FACTOR_PASSED) ? kept.factorMs : now;
    connection.sessions.set(userId, { factorMs, passwordMs: now });
    connection.person = person;
    connection.locked = false;
    connection.touchedMs = now;
    connection.post({ t: 'event', event: { name: 'session', state: 'signed-in' } });
    const drafts =
      clinic.vault.db.prepare<[string], { count: number }>('SELECT count(*) AS count FROM draft WHERE person = ?').get(person.id)
        ?.count ?? 0;
    return { person, drafts };
  }

  /** Opens the vault, or checks the password where it is open. A wrong one counts. Throws `sign-in-failed`, `sign-in-slowed`, `account-locked` ... */
  /** @param spellings of one secret: the next one is tried where the one before is wrong, and all of them together are one try */
  async function checkedPassword(
    userName: string,
    ...spellings: string[]
  ): Promise<{ clinic: OpenClinic; userId: string; tries: Tries }> {
    await gate.ready();
    const dir = gate.clinic()?.vault.dir ?? gate.currentDir();
    const tries = openTries(dir, options.clock);
    tries.check(whoHash(readKeyFile(dir).vaultId, userName));
    for (const password of spellings) {
      const found = await opens(dir, userName, password);
      if (found) return { ...found, tries };
    }
    return failedTry(gate.clinic(), tries, userName, dir);
  }

  async function opens(dir: string, userName: string, password: string): Promise<{ clinic: OpenClinic; userId: string } | null> {
    let clinic = gate.clinic();
    let userId: string | undefined;
    try {
      if (clinic) {
        if (await clinic.vault.passwordFits(userName, password)) userId = personByName(clinic.vault.db, userName)?.id;
      } else {
        const opened = await openVault(options, dir, userName, password);
        // Two clients may have signed in at the same moment.
        clinic = gate.clinic();
        if (clinic) opened.vault.close();
        else clinic = gate.adopt(opened.vault);
        userId = opened.user;
      }
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'sign-in-failed') throw thrown;
    }
    return clinic && userId ? { clinic, userId } : null;
  }

  /** Counts a wrong password or code, and says of neither which it was. */
  function failedTry(clinic: OpenClinic | null, tries: Tries, userName: string, dir = gate.currentDir()): never {
    const who = whoHash(clinic?.vault.id ?? readKeyFile(dir).vaultId, userName);
    tries.failed(who);
    clinic?.transactions.note({ action: 'E', procedure: 'session.signIn', reason: `who ${who.slice(0, 16)}` }, null, 'denied');
    throw new AppError('sign-in-failed');
  }

  /** After the right password: the second factor, once a session. @returns what the log says of it */
  function passed(
    connection: Connection,
    clinic: OpenClinic,
    userId: string,
    input: { userName: string; code?: string },
  ): string[] {
    const { db } = clinic.vault;
    activePerson(db, userId);
    if (!factorIsOn(db, userId)) return [];
    const kept = connection.sessions.get(userId);
    if (!input.code && kept && options.clock.now() - kept.factorMs < FACTOR_HOLDS_MS) return [];
    try {
      const how = clinic.transactions.write(null, { id: userId, roles: [] }, (tx) =>
        passFactor(tx, clinic.vault.id, userId, input.code),
      );
      return how === 'single-use' ? [FACTOR_PASSED, 'by a single-use code'] : [FACTOR_PASSED];
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'sign-in-failed')
        return failedTry(clinic, openTries(clinic.vault.dir, options.clock), input.userName);
      throw thrown;
    }
  }

  async function create(
    connection: Connection,
    kind: 'clinic' | 'sample',
    user: { userName: string; displayName: string; password: string },
    clinicName: string,
  ) {
    if (gate.clinic()) throw new AppError('vault-exists');
    await gate.ready();
    const made = await setUpVault(
      options,
      {
        dir: gate.dirOf(kind),
        sample: kind === 'sample',
        clinic: clinicName,
        user: { ...user, roles: ['it-admin', 'clinician'] },
      },
      { adopt: gate.adopt, close: gate.closeVault },
    );
    try {
      enter(connection, made.clinic, made.user);
    } catch (thrown) {
      await made.undo();
      throw thrown;
    }
    return made;
  }

  const comeBack: ComeBack = async (connection, dir, input) => {
    await gate.ready();
    const way = wayOf(input);
    checkPassword(input.newPassword, input.userName, options.deviceKeys.place);
    if (gate.clinic()) {
      // First: a mistyped code must not take the open vault away from whoever works in it.
      (await openWay(dir, way)).fill(0);
      await gate.closeVault();
    }
    const vault = await recoverVault(options, dir, way, input.acceptKeyFile);
    // A folder that was copied here, or put back: how much of its log the server has, it cannot know.
    if (vault.deviceKeyIsNew || wasRefused(vault.db)) markCameBack(vault.db);
    const clinic = gate.adopt(vault);
    const person = personByName(vault.db, input.userName);
    if (!person) {
      await gate.closeVault();
      throw new AppError('sign-in-failed');
    }
    // Whoever lost their password often lost their phone too: the printed code stands for both.
    const by = 'escrowKey' in way ? 'by escrow key, ' : '';
    const reason = `${by}at ${isoTime(options.clock)}${factorIsOn(vault.db, person.id) ? ', second factor off' : ''}`;
    clinic.transactions.write({ action: 'E', procedure: 'session.recover', reason }, person, (tx) => {
      removeFactor(tx, person.id);
      tx.db.prepare('UPDATE user SET one_time_until = NULL WHERE id = ?').run(person.id);
    });
    openTries(vault.dir, options.clock).succeeded(whoHash(vault.id, person.userName));
    enter(connection, clinic, person.id);
    const newDeviceKey = vault.deviceKeyIsNew;
    // Last, and in one step: the old code is gone with it, so nothing may fail between it and the answer.
    const recoveryCode = await vault.renewAccess({ id: person.id, userName: person.userName, password: input.newPassword });
    return { recoveryCode, deviceKey: vault.deviceKey, newDeviceKey, othersToReset: cannotEnter(vault).length };
  };

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
      const right =
        asked.length > 0 && asked.every(([group, typed]) => pendingCode?.[Number(group) - 1] === typed.trim().toUpperCase());
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
      return {
        job: context.jobs.start({
          kind: 'sample',
          title: 'Making sample patients',
          unit: 'patients',
          run: (job) => fillSample(context, input.patients, job),
        }),
      };
    },
    'session.signIn': async (connection, input) => {
      // Whoever types a one-time code as a password is told what it is for. Many a password of twenty letters could be one, too.
      const code = readCode(input.password, ONE_TIME_GROUPS) ?? input.password;
      const spellings = code === input.password ? [code] : [input.password, code];
      const { clinic, userId, tries } = await checkedPassword(input.userName, ...spellings);
      const row = rowById(clinic.vault.db, userId);
      if (row && codeWaits(row, clinic.vault.userSlots())) throw new AppError('own-password-needed');
      const why = passed(connection, clinic, userId, input);
      const failed = tries.succeeded(whoHash(clinic.vault.id, input.userName));
      return enter(connection, clinic, userId, [...(failed > 0 ? [`after ${failed} failed tries`] : []), ...why]);
    },
    'session.redeem': async (connection, input) => {
      checkPassword(input.newPassword, input.userName, options.deviceKeys.place);
      const { clinic, userId, tries } = await checkedPassword(
        input.userName,
        readCode(input.oneTimeCode, ONE_TIME_GROUPS) ?? input.oneTimeCode,
      );
      const { db } = clinic.vault;
      const row = rowById(db, userId);
      if (!row?.one_time_until || !codeWaits(row, clinic.vault.userSlots())) return failedTry(clinic, tries, input.userName);
      const person = activePerson(db, userId);
      if (options.clock.now() > Date.parse(row.one_time_until)) throw new AppError('one-time-code-expired');
      const why = passed(connection, clinic, userId, input);
      await clinic.vault.addUserSlot({ id: userId, userName: person.userName, password: input.newPassword });
      clinic.transactions.write({ action: 'U', procedure: 'session.redeem' }, person, (tx) => {
        tx.db.prepare('UPDATE user SET one_time_until = NULL WHERE id = ?').run(userId);
        tx.touched({ type: 'Person', id: userId });
      });
      tries.succeeded(whoHash(clinic.vault.id, input.userName));
      return enter(connection, clinic, userId, ['own password set', ...why]);
    },
    'session.confirm': async (connection, { password }) => {
      const clinic = gate.clinic();
      const { person } = connection;
      if (!clinic || !person) throw new AppError('not-signed-in');
      try {
        await needPassword(clinic.contextOf(person), clinic.vault, clinic.tries, password);
      } catch (thrown) {
        // As at the door: each wrong one is logged under the hash of the name.
        const who = whoHash(clinic.vault.id, person.userName).slice(0, 16);
        if (thrown instanceof AppError && thrown.code === 'password-wrong')
          clinic.transactions.note({ action: 'E', procedure: 'session.confirm', reason: `who ${who}` }, person, 'denied');
        throw thrown;
      }
      // They may have left the screen while the password was looked at.
      const kept = connection.sessions.get(person.id);
      if (!kept || connection.person?.id !== person.id || connection.locked) throw new AppError('not-signed-in');
      clinic.transactions.note({ action: 'E', procedure: 'session.confirm' }, person, 'ok');
      kept.passwordMs = options.clock.now();
      return { ok: true };
    },
    'session.signOut': (connection) => {
      const clinic = gate.clinic();
      const { person } = connection;
      connection.person = null;
      if (person) connection.sessions.delete(person.id);
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
    'session.recover': (connection, input) => comeBack(connection, gate.currentDir(), input),
    ...vaultGateHandlers(gate, comeBack),
  };
  // Core calls each with the parsed input of its own procedure.
  return handlers as Partial<Record<ProcedureName, (connection: Connection, input: unknown) => unknown>>;
}
