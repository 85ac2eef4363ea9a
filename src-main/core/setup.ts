/** A new vault with its first administrator, from the window and from the terminal. */
import type { Role } from '../../src-shared/access/permissions.ts';
import type { OpenClinic } from './context-of.ts';
import { activePerson } from './people/index.ts';
import { type OpenVault, type VaultPorts, createVault } from './vault/index.ts';

export interface WantedVault {
  dir: string;
  sample: boolean;
  clinic: string;
  user: { userName: string; displayName: string; password: string; roles: readonly Role[] };
}

/** @param adopt opens what hangs on the vault (core keeps it; the terminal closes it again) */
export async function setUpVault(ports: VaultPorts, wanted: WantedVault, adopt: (vault: OpenVault) => OpenClinic): Promise<{ clinic: OpenClinic; recoveryCode: string; user: string }> {
  const { vault, recoveryCode, user } = await createVault(ports, wanted);
  const clinic = adopt(vault);
  clinic.transactions.write({ action: 'C', procedure: 'setup.create' }, activePerson(vault.db, user), (tx) => {
    tx.db.prepare("INSERT INTO setting (key, value) VALUES ('clinic', ?)").run(JSON.stringify(wanted.clinic));
    tx.touched({ type: 'Person', id: user });
  });
  return { clinic, recoveryCode, user };
}
