/** People who come, lose their passwords, go and come back, in the whole core; and who gets in afterwards. */
import { createCore } from '../../src-main/core/core.ts';
import type { VaultPorts } from '../../src-main/core/vault/index.ts';
import type { Input, Output, ProcedureName } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { Fact } from './log.ts';

type Entry = Extract<Fact, { kind: 'enters' | 'kept-out' }>;
interface At {
  /** Of the vault. */
  dir: string;
  ports: VaultPorts;
}

const ADMIN = { userName: 'amina', displayName: 'Amina', password: 'correct horse battery' };

/** An administrator adds people, resets their passwords, switches them off and on; they set their own. */
export async function peopleWork(at: At, acknowledge: (fact: Fact) => void): Promise<void> {
  const { core, screen } = coreOf(at);
  const admin = screen();
  const { recoveryCode } = await admin('setup.create', { clinic: 'Kisumu clinic', ...ADMIN });
  acknowledge({ kind: 'slot', who: ADMIN.userName, secret: ADMIN.password });
  acknowledge({ kind: 'slot', who: 'recovery', secret: recoveryCode });
  const userName = 'peter';
  const enters = (who: string, secret: string, by: 'password' | 'code') => acknowledge({ kind: 'enters', who, secret, by });
  const redeem = async (oneTimeCode: string, newPassword: string) => {
    await screen()('session.redeem', { userName, oneTimeCode, newPassword });
    enters(userName, newPassword, 'password');
  };
  await admin('users.add', { userName, password: 'a phrase given to him', roles: ['nurse'] });
  enters(userName, 'a phrase given to him', 'password');
  const first = await admin('users.reset', { userName });
  enters(userName, first.code, 'code');
  await redeem(first.code, 'my very own phrase');
  const ruth = await admin('users.add', { userName: 'ruth', roles: ['clinician'] });
  enters('ruth', ruth.oneTime?.code ?? '', 'code');
  await admin('users.disable', { userName });
  acknowledge({ kind: 'kept-out', who: userName, secret: 'my very own phrase' });
  const back = await admin('users.enable', { userName });
  enters(userName, back.oneTime?.code ?? '', 'code');
  await redeem(back.oneTime?.code ?? '', 'another phrase of mine');
  const last = await admin('users.reset', { userName });
  enters(userName, last.code, 'code');
  await core.close();
}

/** Whoever cannot sign in by what was acknowledged last, nor by what was under way, and slots that belong to nobody. */
export async function peopleLost(at: At, acknowledged: readonly Fact[], coming: readonly Fact[]): Promise<string[]> {
  const known = acknowledged.filter(isEntry);
  const next = coming.find(isEntry);
  if (known.length === 0 && !next) return [];
  const { core, screen } = coreOf(at);
  try {
    await screen()('session.signIn', ADMIN);
    const lost: string[] = [];
    for (const who of new Set(known.map((fact) => fact.who))) {
      const possible = [known.findLast((fact) => fact.who === who), next].flatMap((fact) => (fact?.who === who ? [fact] : []));
      const found: boolean[] = [];
      for (const fact of possible) found.push(await isSo(screen(), fact));
      if (!found.includes(true)) lost.push(`${who} is kept out, or comes in by what was taken away`);
    }
    const vault = core.clinic()?.vault;
    const active = vault?.db.prepare<[], string>("SELECT id FROM user WHERE state = 'active'").pluck().all() ?? [];
    if (vault?.userSlots().some(({ user }) => !active.includes(user))) lost.push('a slot lets in somebody who is not there');
    return lost;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return [`the administrator does not come in: ${thrown.code}`];
  } finally {
    await core.close();
  }
}

const isEntry = (fact: Fact): fact is Entry => fact.kind === 'enters' || fact.kind === 'kept-out';

async function isSo(call: ReturnType<ReturnType<typeof coreOf>['screen']>, fact: Entry): Promise<boolean> {
  const how = await call('session.signIn', { userName: fact.who, password: fact.secret }).then(
    () => 'password',
    (thrown: unknown) => (thrown instanceof AppError && thrown.code === 'own-password-needed' ? 'code' : 'not'),
  );
  return how === (fact.kind === 'enters' ? fact.by : 'not');
}

/** The whole core over a vault, and screens at it. */
function coreOf({ dir, ports }: At) {
  const report = (line: string) => {
    throw new Error(line);
  };
  const core = createCore({ root: dir, dir, ...ports, background: false, report });
  const screen = () => {
    const connection = core.connect({ post: () => undefined, onMessage: () => undefined, onClose: () => undefined });
    // The core checks every output against the contract.
    return <Name extends ProcedureName>(name: Name, input: Input<Name>) =>
      core.call(connection, name, input) as Promise<Output<Name>>;
  };
  return { core, screen };
}
