/** A new vault with its first administrator, from the window and from the terminal. */
import type { Role } from '../../src-shared/access/permissions.ts';
import { newPassword, newUserName } from '../../src-shared/contract/people.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { OpenClinic } from './context-of.ts';
import { activePerson } from './people/index.ts';
import { createVault, type OpenVault, type VaultPorts } from './vault/index.ts';

export interface WantedVault {
  dir: string;
  sample: boolean;
  clinic: string;
  user: { userName: string; displayName: string; password: string; roles: readonly Role[] };
}

/** Opens what hangs on a new vault and closes it again: the core keeps it open, the terminal for one command. */
export interface Holder {
  adopt(vault: OpenVault): OpenClinic;
  close(): Promise<void>;
}

/** Nothing is left behind when it fails. @returns `undo` removes the vault again: nobody has seen its recovery code yet */
export async function setUpVault(
  ports: VaultPorts,
  wanted: WantedVault,
  { adopt, close }: Holder,
): Promise<{ clinic: OpenClinic; recoveryCode: string; user: string; undo: () => Promise<void> }> {
  const { vault, recoveryCode, user, undo: remove } = await createVault(ports, { ...wanted, user: enterable(wanted.user) });
  const undo = async () => {
    await close();
    await remove();
  };
  try {
    const clinic = adopt(vault);
    clinic.transactions.write({ action: 'C', procedure: 'setup.create' }, activePerson(vault.db, user), (tx) => {
      tx.db.prepare("INSERT INTO setting (key, value) VALUES ('clinic', ?)").run(JSON.stringify(wanted.clinic));
      // Name and password of a sample clinic are known to everybody: a second factor would guard nothing.
      if (wanted.sample)
        tx.db
          .prepare("INSERT INTO setting (key, value) VALUES ('secondFactor', ?)")
          .run(JSON.stringify({ required: 'nobody', graceDays: 14 }));
      tx.touched({ type: 'Person', id: user });
    });
    return { clinic, recoveryCode, user, undo };
  } catch (thrown) {
    await undo();
    throw thrown;
  }
}

/** The terminal passes no contract here: a name or password that sign-in would not take locks the first person out of their own vault. Throws `invalid-input`. */
function enterable(user: WantedVault['user']): WantedVault['user'] {
  const name = newUserName.safeParse(user.userName);
  const refused = name.error?.issues[0]?.message ?? newPassword.safeParse(user.password).error?.issues[0]?.message;
  if (refused !== undefined)
    throw new AppError('invalid-input', { what: `${name.success ? 'password' : 'user name'}: ${refused}` });
  return { ...user, userName: name.data ?? user.userName };
}
