/** The keys of the open vault: what there is, own password, recovery code and escrow. Rotation closes the vault and is at the gate (vault-gate.ts). */
import { AppError } from '../../src-shared/errors/index.ts';
import { type Handlers, preparedCommand, query } from './bind.ts';
import type { Db } from './context.ts';
import { factorIsOn, type Tries } from './people/index.ts';
import { checkPassword, copiesIn, type OpenVault, readPublicKey, schemaVersion, whoHash } from './vault/index.ts';

/** A hospital keeps one or two; each is a way in. */
const ESCROWS_MAX = 8;

export function vaultProcedures(vault: OpenVault, tries: Tries): Handlers {
  return {
    'vault.state': query(({ vault: { db, dir } }) => ({
      generation: vault.generation,
      keyMadeAt: keyMadeAt(db),
      deviceKey: vault.deviceKey,
      pageBytes: vault.pageBytes,
      schemaVersion,
      escrows: vault.escrows().map(({ id, name, publicKey, addedAt }) => ({ id, name, publicKey, addedAt })),
      cannotEnter: cannotEnter(vault),
      copies: copiesIn(dir),
    })),
    'vault.changePassword': preparedCommand(
      async ({ person }, input) => {
        checkPassword(input.next, person.userName, vault.deviceKey);
        const who = whoHash(vault.id, person.userName);
        tries.check(who);
        try {
          const put = await vault.changePassword(
            { id: person.id, userName: person.userName, password: input.next },
            input.present,
          );
          // Beside a second factor a right password must not forget the codes that were guessed.
          if (!factorIsOn(vault.db, person.id)) tries.succeeded(who);
          return put;
        } catch (thrown) {
          if (thrown instanceof AppError && thrown.code === 'password-wrong') tries.failed(who);
          throw thrown;
        }
      },
      ({ person }, tx, _input, put) => {
        put();
        tx.touched({ type: 'Person', id: person.id });
        return { ok: true as const };
      },
    ),
    'vault.newRecoveryCode': preparedCommand(
      () => vault.newRecoveryCode(),
      (_context, tx, _input, { code, put }) => {
        put();
        tx.touched({ type: 'RecoveryCode', id: vault.id });
        return { recoveryCode: code };
      },
    ),
    'vault.addEscrow': preparedCommand(
      async (_context, input) => {
        const publicKey = readPublicKey(input.publicKey);
        if (vault.escrows().length >= ESCROWS_MAX)
          throw new AppError('invalid-input', { what: `a vault takes ${ESCROWS_MAX} escrow keys` });
        return await vault.addEscrow({ name: input.name, publicKey });
      },
      (_context, tx, _input, put) => {
        const { id, name, publicKey, addedAt } = put();
        tx.touched({ type: 'EscrowKey', id });
        tx.changed(['settings']);
        return { id, name, publicKey, addedAt };
      },
    ),
    'vault.removeEscrow': preparedCommand(
      async () => undefined,
      (_context, tx, input) => {
        vault.removeEscrow(input.id);
        tx.touched({ type: 'EscrowKey', id: input.id });
        tx.changed(['settings']);
        return { ok: true as const };
      },
    ),
  };
}

/** People who are not switched off and whose password opens nothing here. */
export function cannotEnter(vault: OpenVault): { id: string; userName: string; displayName: string }[] {
  const here = new Set(vault.userSlots().flatMap((slot) => (slot.here ? [slot.user] : [])));
  return vault.db
    .prepare<[], { id: string; userName: string; displayName: string }>(
      "SELECT id, user_name AS userName, display_name AS displayName FROM user WHERE state = 'active' ORDER BY display_name",
    )
    .all()
    .filter((person) => !here.has(person.id));
}

function keyMadeAt(db: Db): string | undefined {
  const sql = "SELECT coalesce((SELECT value FROM meta WHERE key = 'key-made-at'), (SELECT min(created_at) FROM user))";
  return db.prepare<[], string | null>(sql).pluck().get() ?? undefined;
}
