/** A signed-in session of the core for one command. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Call, Input, Output, ProcedureName } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { Context } from '../core/context.ts';
import { type Core, createCore } from '../core/core.ts';
import { systemChance, systemClock } from '../core/ports.ts';
import { type VaultPorts, openDeviceKeys } from '../core/vault/index.ts';
import { usage } from './arguments.ts';
import { note } from './output.ts';
import type { Secrets } from './secrets.ts';

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
    await session.call('session.signIn', {
      userName: await secrets.need('LAMPLIGHT_USER', 'User name'),
      password: await secrets.need('LAMPLIGHT_PASSWORD', 'Password'),
      code: secrets.given('LAMPLIGHT_TOTP'),
    });
    const result = await run(session);
    await session.call('session.signOut', {});
    return result;
  } finally {
    await core.close();
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
    call: <Name extends ProcedureName>(name: Name, input: Input<Name>) => core.call(connection, name, input) as Promise<Output<Name>>,
    place: (path) => core.places.offer(resolve(path)),
    callAny: (name, input) => core.call(connection, name, input),
    jobResult: (job) => clinic().open.jobs.wait(job),
    context: () => {
      const { open, person } = clinic();
      return open.contextOf(person);
    },
  };
}
