/** Somebody with given roles at a screen of the real core, as after their sign-in; passwords are proved elsewhere, and stretching one for each role takes long. */

import type { Connection } from '../../src-main/core/core.ts';
import { activePerson } from '../../src-main/core/people/index.ts';
import type { Role } from '../../src-shared/access/permissions.ts';
import type { Call } from '../../src-shared/contract/index.ts';
import type { TestCore } from '../fixtures/core.ts';

export interface Somebody {
  id: string;
  connection: Connection;
  call: Call;
}

/** User name `of-ROLE`. The vault must be open. */
export function somebody(made: TestCore, role: Role): Somebody {
  const clinic = made.core.clinic();
  if (!clinic) throw new Error('the vault is closed');
  const id = `person-${role}`;
  clinic.vault.db
    .prepare(
      "INSERT INTO user (id, user_name, display_name, roles, state, created_at) VALUES (?, ?, ?, ?, 'active', '2026-01-01')",
    )
    .run(id, `of-${role}`, `of-${role}`, JSON.stringify([role]));
  const connection = made.core.connect({ post: () => undefined, onMessage: () => undefined, onClose: () => undefined });
  connection.person = activePerson(clinic.vault.db, id);
  connection.sessions.set(id, { factorMs: made.clock.ms, passwordMs: made.clock.ms });
  // The core checks input and output against the contract.
  return { id, connection, call: ((name, input) => made.core.call(connection, name, input)) as Call };
}
