/** A signed-in session of the core for one command. */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Call, Input, Output, ProcedureName } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { Context } from '../core/context.ts';
import { type Core, createCore } from '../core/core.ts';
import { codeAt, FACTOR_GROUPS, readCode } from '../core/people/index.ts';
import { systemChance, systemClock } from '../core/ports.ts';
import { openDeviceKeys, type VaultPorts } from '../core/vault/index.ts';
import { usage } from './arguments.ts';
import { note } from './output.ts';
import type { Secrets } from './secrets.ts';

/** Six digits, perhaps with a blank between them: what is longer is a secret. */
const DIGITS_MAX = 7;

export interface Session {
  call: Call;
  /** Calls by a name that is only known at run time. */
  callAny(name: string, input: unknown): Promise<unknown>;
  /** A file or folder named at the terminal, as procedures take it. */
  place(path: string): string;
  /** Waits for a job that a call has started. */
  jobResult(job: string): Promise<unknown>;
  context(): Context;
}

export function vaultDir(program: Command): string {
  const dir: unknown = program.opts().vault;
  if (typeof dir !== 'string' || dir === '') throw usage('name the vault with --vault DIR or LAMPLIGHT_VAULT');
  return resolve(dir);
}

export async function ports(): Promise<VaultPorts> {
  return { clock: systemClock, chance: systemChance, deviceKeys: await openDeviceKeys(process.env) };
}

export async function coreFor(dir: string): Promise<Core> {
  return createCore({ root: dir, dir, ...(await ports()), background: false, report: note });
}

/** Signs in, runs, and closes the vault whatever happens. */
export async function withSession<T>(program: Command, secrets: Secrets, run: (session: Session) => Promise<T>): Promise<T> {
  const core = await coreFor(vaultDir(program));
  try {
    const session = attach(core);
    const userName = await secrets.need('LAMPLIGHT_USER', 'User name');
    const password = await secrets.need('LAMPLIGHT_PASSWORD', 'Password');
    await withFactor(secrets, (code) => session.call('session.signIn', { userName, password, code }));
    const result = await run(session);
    await session.call('session.signOut', {});
    return result;
  } finally {
    await core.close();
  }
}

/**
 * Signs in with the second factor where it is on: six digits or a single-use code as given, or the code of a base32 secret in the first step that was not
 * used yet, which is waited for.
 */
export async function withFactor<T>(secrets: Secrets, signIn: (code: string | undefined) => Promise<T>): Promise<T> {
  const given = secrets.given('LAMPLIGHT_TOTP')?.trim() || undefined;
  const secret = given !== undefined && given.length > DIGITS_MAX && readCode(given, FACTOR_GROUPS) === null ? given : undefined;
  const singleUse = readCode(secrets.given('LAMPLIGHT_RECOVERY_CODE') ?? '', FACTOR_GROUPS);
  try {
    return await signIn(secret === undefined ? (given ?? singleUse ?? undefined) : undefined);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'second-factor-required') throw thrown;
    if (secret === undefined) {
      if (!process.stdin.isTTY) throw thrown;
      return await signIn(await secrets.need('LAMPLIGHT_TOTP', 'Six digits of the authenticator'));
    }
    const waitMs = Number(thrown.details.unusedFromMs ?? 0) - systemClock.now();
    if (waitMs > 0) {
      note(`The code of these seconds was used; the next one begins in ${Math.ceil(waitMs / 1000)} s.`);
      await sleep(waitMs);
    }
    return await signIn(codeOf(secret));
  }
}

function codeOf(secret: string): string {
  try {
    return codeAt(secret, systemClock.now());
  } catch (cause) {
    throw usage('LAMPLIGHT_TOTP is neither six digits nor a secret in base32', cause);
  }
}

/** A connection without a transport: calls go straight in. */
export function attach(core: Core): Session {
  const connection = core.connect({ post: () => undefined, onMessage: () => undefined, onClose: () => undefined });
  const clinic = () => {
    const open = core.clinic();
    if (!open || !connection.person) throw new AppError('not-signed-in');
    return { open, person: connection.person };
  };
  return {
    // The core checks every output against the contract.
    call: <Name extends ProcedureName>(name: Name, input: Input<Name>) =>
      core.call(connection, name, input) as Promise<Output<Name>>,
    place: (path) => core.places.offer(resolve(path)),
    callAny: (name, input) => core.call(connection, name, input),
    jobResult: (job) => clinic().open.jobs.wait(job),
    context: () => {
      const { open, person } = clinic();
      return open.contextOf(person);
    },
  };
}
