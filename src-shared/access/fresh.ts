/**
 * What gives somebody lasting power over the vault, its people or its records. A signed-in session is not enough for it: the person must have typed the password a
 * short while ago, so that whoever passes an open screen can look at it, but cannot take it over (decision 0021).
 */
import type { ProcedureName } from '../contract/index.ts';
import type { Procedure } from '../contract/procedure.ts';
import type { Permission } from './permissions.ts';

/** How long a typed password holds. The setting `passwordHoldsMs` makes it shorter, never longer. */
export const PASSWORD_HOLDS_MS = 5 * 60_000;
export const PASSWORD_HOLDS_MS_MIN = 1000;

/** Whatever needs one of these, a new procedure too. */
export const powers: readonly Permission[] = ['users.write', 'vault.keys', 'settings.write', 'lifetime.rules', 'sync.pair'];

/** What needs another permission and is as lasting. */
export const powerful: readonly ProcedureName[] = [
  'backup.plan',
  'erasure.erase',
  'incidents.setRule',
  'models.trust',
  'retention.purge',
];

/** What needs a power and asks for no fresh password, each with the reason. */
export const spared: Partial<Record<ProcedureName, string>> = {
  'users.resetSecondFactor': 'takes the password itself, each time',
};

/** Settings that are a matter of taste. */
const tastes: readonly unknown[] = ['theme'];

/** Must the person have given their password a short while ago? */
export function needsFresh(name: string, { permission }: Pick<Procedure, 'permission'>, input: unknown): boolean {
  if (name in spared) return false;
  if (name === 'settings.set' && tastes.includes(keyOf(input))) return false;
  return powers.some((power) => power === permission) || powerful.some((one) => one === name);
}

function keyOf(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'key' in input ? input.key : undefined;
}
