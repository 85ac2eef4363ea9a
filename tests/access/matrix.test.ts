/**
 * Every procedure of the contract, every role, with and without a part in the patient's care, against the real core. What is expected comes from the table of
 * src-shared/access alone; a new procedure is in it without a line here.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../src-main/core/core.ts';
import { authorise } from '../../src-main/core/dispatch.ts';
import { type Condition, type Permission, permissions, type Role, roles } from '../../src-shared/access/permissions.ts';
import { contract, type ProcedureName } from '../../src-shared/contract/index.ts';
import type { Procedure } from '../../src-shared/contract/procedure.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { type TestCore, testCore } from '../fixtures/core.ts';
import { somebody } from './as.ts';
import { exampleOf } from './examples.ts';

/** In the care team; in an emergency, with a broken glass; when that was ended; never. */
const relations = ['team', 'glass', 'glass-ended', 'none'] as const;
type Relation = (typeof relations)[number];

/** Each procedure by its name; the contract's own type knows too much to be walked over. */
// Names and procedures of one object.
const procedures = Object.entries(contract) as [ProcedureName, Procedure][];
const DENIED = ['forbidden', 'not-in-care-team'];

/** Procedures that concern nobody but the caller, or come before anybody is signed in. Whatever else needs no permission is a hole. */
const OPEN_TO_ALL = [
  'session.',
  'setup.',
  'drafts.',
  'secondFactor.',
  'uploads.',
  'jobs.',
  'settings.get',
  'handouts.',
  'models.list',
  'models.providers',
  'radiology.preferences',
  'radiology.setPreferences',
  'vault.changePassword',
];
/** Permissions that are asked for inside a handler, or by the page alone. */
const ASKED_WITHIN: Partial<Record<Permission, string>> = {
  'note.write': 'the page offers an editor; what is typed is a draft of its author until somebody who may signs it',
  'coaching.ask-on-patient': 'by coaching.ask where a patient is named',
  'incident.patients': 'by what shows incidents: others see how many patients, not who',
};
/** Where a patient in the input narrows what is answered, and the answer is confined by other means. */
const PATIENT_IS_A_FILTER: Partial<Record<ProcedureName, string>> = {
  'drafts.save': 'an own draft',
  'uploads.begin': 'an own file; the command that takes it asks',
  'audit.list': 'whoever reads the log reads all of it',
  'documents.find': 'letters of own patients alone',
  'holds.list': 'whoever reads what is kept reads all of it',
};

let made: TestCore;
/** Signed in as each role alone. */
const as = new Map<Role, Connection>();
const patients = new Map<Relation, string>();

beforeAll(async () => {
  made = await testCore();
  const admin = await made.create();
  // Two thousand denials, each logged durably: this test is about what they say, not about power cuts.
  made.core.clinic()?.vault.db.pragma('synchronous = OFF');
  for (const relation of relations) {
    const { id } = await admin.call('patients.register', {
      family: relation,
      given: 'Amina',
      birthDate: '1984-03-17',
      sex: 'female',
      notThese: [...patients.values()],
    });
    patients.set(relation, id);
  }
  for (const role of roles) {
    const { id, connection } = somebody(made, role);
    as.set(role, connection);
    const db = made.core.clinic()?.vault.db;
    db?.prepare("INSERT INTO care_team (patient, person, since) VALUES (?, ?, '2026-01-01')").run(patients.get('team'), id);
    const glass = db?.prepare(
      "INSERT INTO glass_broken (patient, person, code, reason, at, until) VALUES (?, ?, 'emergency', 'test', '2026-01-01', ?)",
    );
    glass?.run(patients.get('glass'), id, new Date(made.clock.ms + 60_000).toISOString());
    glass?.run(patients.get('glass-ended'), id, new Date(made.clock.ms).toISOString());
  }
});
afterAll(async () => {
  await made.remove();
});

/** What the table says. */
function expected(procedure: Procedure, role: Role, relation: Relation): string {
  const cares = relation === 'team' || relation === 'glass';
  const concerned = aboutPatient.has(procedure);
  if (procedure.permission === 'public' || procedure.permission === 'signed-in')
    return concerned && !cares ? 'not-in-care-team' : 'allowed';
  const condition: Condition | undefined = permissions[procedure.permission][role];
  if (condition === undefined) return 'forbidden';
  return condition === 'care-team' && concerned && !cares ? 'not-in-care-team' : 'allowed';
}

/** Those whose example is about a patient. */
const aboutPatient = new Set(
  procedures.flatMap(([name, procedure]) => {
    const parsed = procedure.input.safeParse(exampleOf(name, 'somebody'));
    return parsed.success && procedure.patient?.(parsed.data) === 'somebody' ? [procedure] : [];
  }),
);
const inDomain = procedures.filter(([name, { permission }]) => !/^(session|setup)\./.test(name) && permission !== 'public');
/** Whether somebody cares for a patient says nothing about a call that concerns none: once is enough. */
const askedOf = (relation: Relation) => inDomain.filter(([, procedure]) => relation === 'team' || aboutPatient.has(procedure));

test('every procedure has an example that its schema takes', () => {
  expect(procedures.filter(([name]) => exampleOf(name, 'somebody') === undefined).map(([name]) => name)).toEqual([]);
});

test('every procedure asks for a permission of the table; without one is only what concerns the caller alone', () => {
  const open = procedures
    .filter(([, { permission }]) => permission === 'public' || permission === 'signed-in')
    .map(([name]) => name);
  const decided = procedures.filter(([, { permission }]) => permission in permissions);
  expect(open.length + decided.length).toBe(procedures.length);
  expect(open.filter((name) => !OPEN_TO_ALL.some((allowed) => name.startsWith(allowed)))).toEqual([]);
  const used = new Set<string>([...decided.map(([, { permission }]) => permission), ...Object.keys(ASKED_WITHIN)]);
  expect(Object.keys(permissions).filter((permission) => !used.has(permission))).toEqual([]);
});

test('what concerns a patient says whom, so that the care team is asked', () => {
  const silent = procedures.filter(([name, { input, patient }]) => {
    const parsed = input.safeParse(exampleOf(name, 'somebody'));
    const mentions = parsed.success && typeof parsed.data === 'object' && parsed.data !== null && 'patient' in parsed.data;
    return mentions && patient === undefined;
  });
  expect(silent.map(([name]) => name).filter((name) => !(name in PATIENT_IS_A_FILTER))).toEqual([]);
});

describe.each(roles)('%s', (role) => {
  test.each(relations)('care of the patient: %s', async (relation) => {
    const connection = as.get(role);
    const clinic = made.core.clinic();
    if (!connection?.person || !clinic) throw new Error('nobody is signed in');
    const context = clinic.contextOf(connection.person);
    const wrong: string[] = [];
    for (const [name, procedure] of askedOf(relation)) {
      const patient = patients.get(relation) ?? '';
      const input = exampleOf(name, patient);
      const want = expected(procedure, role, relation);
      // What is denied goes the whole way through the core. What is allowed and writes would change what the next one finds, so the choke point alone is asked.
      const harmless = want !== 'allowed' || (procedure.kind === 'query' && !SLOW.includes(name));
      const got = harmless
        ? await codeOf(made.core.call(connection, name, input))
        : decided(() => authorise(procedure.permission, context, procedure.patient?.(procedure.input.parse(input))));
      if ((DENIED.includes(got) ? got : 'allowed') !== want) wrong.push(`${name}: ${got}, expected ${want}`);
    }
    expect(wrong).toEqual([]);
  });
});

/** Reads that take long or go out; the choke point is asked for them as for what writes. */
const SLOW: ProcedureName[] = ['sync.now', 'coaching.ask', 'audit.verify'];

test('each denial is in the log with its reason', () => {
  const db = made.core.clinic()?.vault.db;
  const logged = db?.prepare<[], { n: number }>("SELECT count(*) AS n FROM audit WHERE outcome = 'denied'").get()?.n ?? 0;
  const denied = roles.flatMap((role) =>
    relations.flatMap((relation) =>
      askedOf(relation).filter(([, procedure]) => expected(procedure, role, relation) !== 'allowed'),
    ),
  );
  expect(denied.length).toBeGreaterThan(500);
  expect(logged).toBeGreaterThanOrEqual(denied.length);
});

function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'ok',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`),
  );
}

function decided(ask: () => void): string {
  try {
    ask();
    return 'ok';
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`;
  }
}
