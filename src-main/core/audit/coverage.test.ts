/** Nobody touches a patient or the configuration without an entry: over the whole contract, as dispatch runs it. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { permissions, type Role, roles } from '../../../src-shared/access/permissions.ts';
import { unlogged } from '../../../src-shared/audit/unlogged.ts';
import { contract } from '../../../src-shared/contract/index.ts';
import type { Procedure } from '../../../src-shared/contract/procedure.ts';
import { amina, openTestVault } from '../../../tests/fixtures/vault.ts';
import type { Handler } from '../bind.ts';
import { dispatch } from '../dispatch.ts';

const procedures = Object.entries(contract as Record<string, Procedure>);
const PATIENT = 'patient-of-the-test';

test('every procedure has an audit verb or a reason why not, and no reason is left over', () => {
  const silent = procedures.filter(([, { audit }]) => audit === null).map(([name]) => name);
  expect(silent.filter((name) => !unlogged[name])).toEqual([]);
  expect(Object.keys(unlogged).filter((name) => !silent.includes(name))).toEqual([]);
});

test('whatever writes on a patient is logged', () => {
  const silent = procedures.filter(
    ([name, { kind, patient, audit }]) => kind === 'command' && patient && audit === null && !unlogged[name],
  );
  expect(silent.map(([name]) => name)).toEqual([]);
});

/** The procedure with any input, on one patient where it is on patients, and with a handler that does nothing. */
function call([name, procedure]: [string, Procedure]) {
  const loose: Procedure = {
    ...procedure,
    input: z.unknown(),
    output: z.unknown(),
    reason: undefined,
    patient: procedure.patient && (() => PATIENT),
  };
  const handlers: Record<Procedure['kind'], Handler<unknown, unknown>> = {
    query: { query: () => null },
    command: { prepare: async () => null, commit: () => null },
    job: { start: async () => null },
  };
  return { name, procedure: loose, handler: handlers[procedure.kind], input: {}, fresh: true };
}

function vaultWith(held: readonly Role[]) {
  const vault = openTestVault();
  const context = vault.as({ ...amina, roles: [...held] });
  const { db } = context.vault;
  db.prepare('INSERT INTO care_team (patient, person, since) VALUES (?, ?, ?)').run(PATIENT, amina.id, '2026-01-01');
  const entries = () =>
    db
      .prepare<[], { procedure: string; outcome: string; patient: string | null }>(
        'SELECT procedure, outcome, patient FROM audit',
      )
      .all();
  return { vault, context, db, entries };
}

const guarded = procedures.filter(([, { permission }]) => permission !== 'public' && permission !== 'signed-in');

describe('a call', () => {
  test('that is denied leaves exactly one entry, whichever it is', async () => {
    const { vault, context, db, entries } = vaultWith([]);
    for (const one of guarded) {
      db.exec('DELETE FROM audit');
      await expect(dispatch(call(one), context, vault.transactions), one[0]).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:forbidden|not-in-care-team)$/),
      });
      expect(entries(), one[0]).toEqual([{ procedure: one[0], outcome: 'denied', patient: one[1].patient ? PATIENT : null }]);
    }
  });

  test('that is allowed leaves exactly one entry, or none where the reason says so', async () => {
    const vaults = new Map<Role, ReturnType<typeof vaultWith>>();
    for (const one of guarded) {
      const [name, { permission, audit, patient }] = one;
      const role = roles.find((held) => permissions[permission as keyof typeof permissions][held]);
      if (!role) throw new Error(`nobody may ${name}`);
      const { vault, context, db, entries } = vaults.get(role) ?? vaultWith([role]);
      vaults.set(role, { vault, context, db, entries });
      db.exec('DELETE FROM audit');
      await dispatch(call(one), context, vault.transactions);
      expect(entries(), name).toEqual(
        audit === null ? [] : [{ procedure: name, outcome: 'ok', patient: patient ? PATIENT : null }],
      );
    }
  });

  test('that fails leaves one entry that says so', async () => {
    const { vault, context, entries } = vaultWith(['clinician']);
    const failing = {
      ...call(['chart.summary', contract['chart.summary'] as Procedure]),
      handler: { query: () => Promise.reject(new Error('broken')) },
    };
    await expect(dispatch(failing, context, vault.transactions)).rejects.toThrow('broken');
    expect(entries()).toEqual([{ procedure: 'chart.summary', outcome: 'failed', patient: PATIENT }]);
  });
});
