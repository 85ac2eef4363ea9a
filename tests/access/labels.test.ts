/** Labels narrow who sees an entry: nothing that the core answers to somebody they keep it from tells of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { activePerson } from '../../src-main/core/people/index.ts';
import { importFiles } from '../../src-main/core/records/index.ts';
import type { Role } from '../../src-shared/access/permissions.ts';
import { type Call, contract, type ProcedureName } from '../../src-shared/contract/index.ts';
import { lists } from '../../src-shared/contract/patients.ts';
import type { PatientId } from '../../src-shared/contract/types.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { type TestCore, testCore } from '../fixtures/core.ts';
import { somebody } from './as.ts';
import { exampleOf } from './examples.ts';

/** Stands in every text of every labelled entry, and nowhere else. */
const SECRET = 'Quoxolimab';
const OPEN = 'Hayfever';
const ROLES = [
  'clinician',
  'radiologist',
  'nurse',
  'trainee',
  'reception',
  'compliance',
  'it-admin',
] as const satisfies readonly Role[];
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

let made: TestCore;
let patient: PatientId;
type Client = { call: Call };
let admin: Client;
const as = new Map<Role, Client>();
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`),
  );
const of = (role: Role) => as.get(role) ?? admin;

const labelled = (code: string, system: string) => ({ meta: { security: [{ system, code }] } });
const subject = { reference: 'Patient/p' };
/** A labelled entry of each kind, and what tells of one without a label of its own. */
const resources = [
  { resourceType: 'Patient', id: 'p', name: [{ family: 'Otieno', given: ['Amina'] }], birthDate: '1984-03-17', gender: 'female' },
  { resourceType: 'Condition', id: 'open', subject, code: { text: OPEN } },
  { resourceType: 'Condition', id: 'hiv', ...labelled('HIV', ACT_CODE), subject, code: { text: `${SECRET} problem` } },
  {
    resourceType: 'MedicationRequest',
    id: 'med',
    subject,
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { text: `${SECRET} 10 mg` },
    reasonReference: [{ reference: 'Condition/hiv' }],
  },
  {
    resourceType: 'MedicationStatement',
    id: 'med2',
    ...labelled('R', CONFIDENTIALITY),
    subject,
    status: 'active',
    medicationCodeableConcept: { text: `${SECRET} syrup` },
  },
  {
    resourceType: 'AllergyIntolerance',
    id: 'allergy',
    ...labelled('V', CONFIDENTIALITY),
    patient: subject,
    code: { text: `${SECRET} allergy` },
    criticality: 'high',
  },
  {
    resourceType: 'Flag',
    id: 'flag',
    ...labelled('SDV', ACT_CODE),
    status: 'active',
    subject,
    code: { text: `${SECRET} alert` },
  },
  {
    resourceType: 'Encounter',
    id: 'visit',
    ...labelled('PSY', ACT_CODE),
    status: 'finished',
    class: { code: 'AMB' },
    subject,
    type: [{ text: `${SECRET} visit` }],
    period: { start: '2026-01-02T10:00:00Z' },
  },
  {
    resourceType: 'Observation',
    id: 'lab',
    ...labelled('STD', ACT_CODE),
    status: 'final',
    subject,
    code: { text: `${SECRET} test` },
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    valueString: `${SECRET} found`,
    effectiveDateTime: '2026-01-03',
  },
  {
    resourceType: 'Observation',
    id: 'vital',
    ...labelled('R', CONFIDENTIALITY),
    status: 'final',
    subject,
    code: { text: `${SECRET} score` },
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
    valueQuantity: { value: 7, unit: SECRET },
    effectiveDateTime: '2026-01-03T09:00:00Z',
  },
  {
    resourceType: 'DiagnosticReport',
    id: 'report',
    status: 'final',
    subject,
    code: { text: `${SECRET} report` },
    result: [{ reference: 'Observation/lab' }],
    effectiveDateTime: '2026-01-03',
  },
  {
    resourceType: 'Procedure',
    id: 'proc',
    ...labelled('SEX', ACT_CODE),
    status: 'completed',
    subject,
    code: { text: `${SECRET} procedure` },
    performedDateTime: '2026-01-04',
  },
  {
    resourceType: 'Immunization',
    id: 'imm',
    ...labelled('R', CONFIDENTIALITY),
    status: 'completed',
    patient: subject,
    vaccineCode: { text: `${SECRET} vaccine` },
    occurrenceDateTime: '2026-01-05',
  },
  {
    resourceType: 'DocumentReference',
    id: 'letter',
    status: 'current',
    subject,
    securityLabel: [{ coding: [{ system: CONFIDENTIALITY, code: 'R' }] }],
    description: `${SECRET} letter`,
    date: '2026-01-06T10:00:00Z',
    content: [
      { attachment: { contentType: 'text/plain', data: Buffer.from(SECRET).toString('base64'), title: `${SECRET} text` } },
    ],
  },
  {
    resourceType: 'Composition',
    id: 'compo',
    status: 'final',
    confidentiality: 'V',
    subject,
    type: { text: `${SECRET} summary` },
    date: '2026-01-07',
    author: [{ display: 'somebody' }],
    title: `${SECRET} composition`,
  },
  {
    resourceType: 'CarePlan',
    id: 'plan',
    ...labelled('ETH', ACT_CODE),
    status: 'active',
    intent: 'plan',
    subject,
    title: `${SECRET} plan`,
  },
];

beforeAll(async () => {
  made = await testCore();
  admin = await made.create();
  const clinic = made.core.clinic();
  // This test is about what is said, not about power cuts.
  clinic?.vault.db.pragma('synchronous = OFF');
  if (!clinic) throw new Error('the vault is closed');
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: resources.map((resource) => ({ fullUrl: `urn:test:${resource.resourceType}/${resource.id}`, resource })),
  };
  const me = (await admin.call('session.status', {})).session?.person.id ?? '';
  const { results } = await importFiles(clinic.contextOf(activePerson(clinic.vault.db, me)), [
    { name: 'labelled.json', bytes: new TextEncoder().encode(JSON.stringify(bundle)) },
  ]);
  expect(results).toMatchObject([{ status: 'imported', resources: resources.length }]);
  [patient] = (await admin.call('patients.search', { text: 'otieno' })).results.map((row) => row.id) as [PatientId];
  for (const role of ROLES) {
    const client = somebody(made, role);
    clinic.vault.db.prepare("INSERT INTO care_team (patient, person, since) VALUES (?, ?, '2026-01-01')").run(patient, client.id);
    as.set(role, client);
  }
});
afterAll(async () => {
  await made.remove();
});

/** Everything that the queries of the contract answer to this role, asked with every id that there is. */
async function allAnswers(role: Role): Promise<{ texts: string[]; codes: Set<string> }> {
  const ids =
    made.core
      .clinic()
      ?.vault.db.prepare<[string], { type: string; id: string }>('SELECT type, id FROM resource WHERE patient = ?')
      .all(patient) ?? [];
  const texts: string[] = [];
  const codes = new Set<string>();
  // Names of one object.
  const names = (Object.keys(contract) as ProcedureName[]).filter(
    (name) => contract[name].kind === 'query' && !NOT_ASKED.some((not) => name.startsWith(not)),
  );
  const ask = async (name: ProcedureName, input: unknown) => {
    const answer = await of(role)
      .call(name as 'chart.summary', input as { patient: PatientId })
      .then(
        (output) => JSON.stringify(output),
        (thrown: unknown) => {
          codes.add(thrown instanceof AppError ? thrown.code : 'bug');
          return '';
        },
      );
    if (answer.includes(SECRET) || answer.includes(Buffer.from(SECRET).toString('base64')))
      texts.push(
        `${name} ${JSON.stringify(input)}: ${answer.slice(Math.max(0, answer.indexOf(SECRET) - 60), answer.indexOf(SECRET) + 40)}`,
      );
  };
  for (const name of names) {
    const example = exampleOf(name, patient);
    const given = typeof example === 'object' && example !== null ? example : {};
    await ask(name, given);
    if (name === 'chart.list') for (const list of lists) await ask(name, { ...given, list });
    for (const field of ['id', 'image', 'study', 'note', 'document', 'file'] as const)
      if (field in given)
        for (const { type, id } of ids) await ask(name, { ...given, ...('type' in given ? { type } : {}), [field]: id });
  }
  for (const text of [SECRET, 'quoxo']) await ask('documents.find', { text });
  return { texts, codes };
}

/** They end the session, go out, or take long. */
const NOT_ASKED = ['session.', 'setup.', 'sync.now', 'coaching.ask', 'audit.verify'];

test.each(['nurse', 'trainee', 'reception', 'compliance', 'it-admin'] as const)(
  'no answer to a %s tells of a labelled entry',
  async (role) => {
    const { texts, codes } = await allAnswers(role);
    expect(texts).toEqual([]);
    expect(codes.has('bug')).toBe(false);
    expect(made.bugs).toEqual([]);
  },
);

test('a clinician of the care team sees all of it, a nurse the rest and how much is hidden', async () => {
  expect((await allAnswers('clinician')).texts.length).toBeGreaterThan(20);
  const problems = await of('nurse').call('chart.list', { patient, list: 'problems' });
  expect(problems).toMatchObject({ hidden: 1, total: 1, items: [{ title: OPEN }] });
  const { hidden, allergies, noKnownAllergies } = await of('nurse').call('patients.banner', { patient });
  expect(hidden.entries).toBeGreaterThan(9);
  expect({ allergies, noKnownAllergies, hidden: hidden.allergies }).toEqual({
    allergies: [],
    noKnownAllergies: false,
    hidden: 1,
  });
  expect((await of('clinician').call('patients.banner', { patient })).hidden).toEqual({ entries: 0, allergies: 0 });
  expect((await of('reception').call('patients.banner', { patient })).hidden).toEqual({ entries: 0, allergies: 0 });
});

test('a radiologist sees what treating asks for, not what is very restricted', async () => {
  const problems = await of('radiologist').call('chart.list', { patient, list: 'problems' });
  expect(problems.items.map((item) => item.title)).toContain(`${SECRET} problem`);
  expect((await of('radiologist').call('patients.banner', { patient })).hidden.allergies).toBe(1);
});

test('breaking the glass shows it for an hour, ended early at once hides it again, and the log says why', async () => {
  const nurse = of('nurse');
  await nurse.call('patients.breakGlass', { patient, code: 'emergency', reason: 'unconscious in the corridor' });
  expect((await nurse.call('patients.banner', { patient })).allergies.map((one) => one.substance)).toEqual([`${SECRET} allergy`]);
  await nurse.call('patients.endGlass', { patient });
  expect((await nurse.call('patients.banner', { patient })).allergies).toEqual([]);
  await of('trainee').call('patients.breakGlass', { patient, code: 'covering', reason: 'alone on the ward' });
  expect((await of('trainee').call('chart.list', { patient, list: 'problems' })).total).toBe(2);
  made.clock.ms += 61 * 60_000;
  for (const role of ROLES) await of(role).call('session.touch', {});
  expect((await of('trainee').call('chart.list', { patient, list: 'problems' })).total).toBe(1);
  const { entries } = await of('compliance').call('audit.list', { patient, procedure: 'patients.breakGlass' });
  expect(entries.map((entry) => entry.reason)).toEqual(['covering: alone on the ward', 'emergency: unconscious in the corridor']);
});

test('a clinician labels a problem and takes the label away; a nurse may not, and other labels stay', async () => {
  const { id } = await admin.call('chart.add', { patient, entry: { kind: 'problem', text: 'Anxiety' } });
  const set = { patient, type: 'Condition', id, codes: ['PSY' as const, 'R' as const], reason: 'asked for by the patient' };
  const titles = async (role: Role) =>
    (await of(role).call('chart.list', { patient, list: 'problems' })).items.map((item) => item.title);
  expect(await titles('nurse')).toContain('Anxiety');
  expect(await codeOf(of('nurse').call('labels.set', set))).toBe('forbidden');
  await of('clinician').call('labels.set', set);
  expect(await titles('nurse')).not.toContain('Anxiety');
  expect(await codeOf(of('nurse').call('chart.stop', { patient, type: 'Condition', id, reason: 'no longer' }))).toBe(
    'hidden-for-sensitivity',
  );
  const shown = (await of('clinician').call('chart.list', { patient, list: 'problems' })).items.find((item) => item.id === id);
  expect(shown?.labels?.sort()).toEqual(['PSY', 'R']);
  await of('clinician').call('labels.set', { ...set, codes: [], reason: 'the patient told everybody' });
  expect(await titles('nurse')).toContain('Anxiety');
  const { resource } = await of('clinician').call('chart.resource', { patient, type: 'Condition', id });
  expect(JSON.stringify(resource)).not.toContain('security');
});

test('a labelled entry that was removed is listed and brought back only by whom its label admits', async () => {
  const { id } = await admin.call('chart.add', { patient, entry: { kind: 'problem', text: 'Panic attacks' } });
  await of('clinician').call('labels.set', {
    patient,
    type: 'Condition',
    id,
    codes: ['PSY'],
    reason: 'asked for by the patient',
  });
  const { removal } = await of('clinician').call('records.remove', {
    patient,
    type: 'Condition',
    id,
    reason: 'Panic of another patient',
  });
  const listed = async (role: Role) => JSON.stringify(await of(role).call('records.removed', { patient }));
  expect(await listed('clinician')).toContain('Panic attacks');
  expect(await listed('nurse')).not.toContain('Panic');
  for (const name of [removal, `Condition/${id}`])
    expect(await codeOf(of('nurse').call('records.restore', { patient, removal: name }))).toBe('hidden-for-sensitivity');
  expect(await of('clinician').call('records.restore', { patient, removal })).toEqual({ restored: 1 });
});

test('what is accepted from a labelled letter carries its label', async () => {
  const clinic = made.core.clinic();
  const letter =
    clinic?.vault.db
      .prepare<[string], { id: string }>("SELECT id FROM resource WHERE type = 'DocumentReference' AND patient = ?")
      .get(patient)?.id ?? '';
  const read = {
    kind: 'diagnosis',
    text: 'Gonorrhoea',
    page: 1,
    box: [0, 0, 1, 1],
    confidence: 1,
    doubtful: false,
    value: { text: 'Gonorrhoea' },
  };
  clinic?.vault.db
    .prepare("INSERT INTO document (id, patient, title, added_at, state) VALUES (?, ?, 'Letter', '2026-01-06T10:00:00Z', 'read')")
    .run(letter, patient);
  clinic?.vault.db
    .prepare("INSERT INTO document_proposal (id, document, n, entity, state) VALUES ('offered', ?, 0, ?, 'offered')")
    .run(letter, JSON.stringify(read));
  const { type, id } = await of('clinician').call('documents.accept', { patient, id: letter, proposal: 'offered' });
  const { resource } = await of('clinician').call('chart.resource', { patient, type, id });
  expect(resource).toMatchObject({ meta: { security: [{ system: CONFIDENTIALITY, code: 'R' }] } });
  expect(JSON.stringify(await of('nurse').call('chart.list', { patient, list: 'problems' }))).not.toContain('Gonorrhoea');
  expect(JSON.stringify(await of('radiologist').call('chart.list', { patient, list: 'problems' }))).toContain('Gonorrhoea');
});

test('the care team is changed by its members with a reason, never by oneself', async () => {
  const nurse = of('nurse');
  const before = await nurse.call('careTeam.list', { patient });
  expect(before.members.map((member) => member.userName)).toContain('of-trainee');
  await nurse.call('careTeam.remove', { patient, userName: 'of-trainee', reason: 'end of the rotation' });
  expect(await codeOf(of('trainee').call('chart.summary', { patient }))).toBe('not-in-care-team');
  expect(await codeOf(of('trainee').call('careTeam.add', { patient, userName: 'of-trainee', reason: 'me again' }))).toBe(
    'forbidden',
  );
  await nurse.call('careTeam.add', { patient, userName: 'of-trainee', reason: 'back on the ward' });
  expect(await codeOf(of('trainee').call('chart.summary', { patient }))).toBe('ok');
  const added = (await nurse.call('careTeam.list', { patient })).members.find((member) => member.userName === 'of-trainee');
  expect(added).toMatchObject({ addedBy: 'of-nurse', reason: 'back on the ward' });
  await of('it-admin').call('careTeam.remove', { patient, userName: 'of-clinician', reason: 'moved away' });
  await of('clinician').call('patients.breakGlass', { patient, code: 'emergency', reason: 'needed at night' });
  expect(await codeOf(of('clinician').call('careTeam.add', { patient, userName: 'of-clinician', reason: 'me for good' }))).toBe(
    'not-in-care-team',
  );
  expect(await codeOf(of('it-admin').call('careTeam.add', { patient, userName: 'of-it-admin', reason: 'curious' }))).toBe(
    'invalid-input',
  );
  expect(
    (await of('compliance').call('audit.list', { patient, procedure: 'careTeam.remove' })).entries.map((entry) => entry.reason),
  ).toContain('end of the rotation');
});

test('what was removed tells no more than before: neither the entry, nor what referred to it, nor who removed it and why', async () => {
  const rows = made.core
    .clinic()
    ?.vault.db.prepare<[string], { type: string; id: string }>(
      "SELECT type, id FROM resource WHERE patient = ? AND type IN ('MedicationRequest', 'Condition', 'DocumentReference', 'Observation', 'DiagnosticReport') AND deleted = 0",
    )
    .all(patient);
  // What only refers to a labelled entry goes first, while that one is still there.
  const order = ['MedicationRequest', 'DiagnosticReport', 'Condition', 'DocumentReference', 'Observation'];
  const secret = [...(rows ?? [])].sort((one, other) => order.indexOf(one.type) - order.indexOf(other.type));
  const nurse = of('nurse');
  for (const { type, id } of secret) {
    const { resource } = await of('clinician').call('chart.resource', { patient, type, id });
    if (!JSON.stringify(resource).includes(SECRET)) continue;
    const { removal } = await of('clinician').call('records.remove', {
      patient,
      type,
      id,
      reason: `${SECRET} of another patient`,
    });
    const provenance = { patient, type: 'Provenance', id: removal };
    expect([type, await codeOf(nurse.call('chart.resource', provenance))]).toEqual([type, 'hidden-for-sensitivity']);
    expect(await codeOf(of('clinician').call('chart.resource', provenance))).toBe('ok');
  }
  for (const role of ['nurse', 'trainee', 'radiologist'] as const) {
    const { texts } = await allAnswers(role);
    // A radiologist treats, and sees what is restricted for that; a nurse and a trainee see none of it.
    if (role !== 'radiologist') expect([role, texts]).toEqual([role, []]);
  }
  expect(made.bugs).toEqual([]);
});
