/** What others make of the log: an audit repository that knows IHE BALP, and a spreadsheet. */
import { expect, test } from 'vitest';
import type { ChainEntry } from '../../../src-shared/audit/entry.ts';
import { auditEvent } from './audit-event.ts';
import { tableHead, tableRow } from './table.ts';

const entry = (part: Partial<ChainEntry> = {}): ChainEntry => ({
  n: 7,
  at: '2026-11-22T08:00:00.000Z',
  person: 'p1',
  roles: ['clinician'],
  device: '01a202e1-1ad1-70b5-b67c-cc5a77073469',
  action: 'R',
  procedure: 'chart.resource',
  patient: 'ex-patient',
  resources: [{ type: 'List', id: 'ex-list', after: 2 }],
  outcome: 'ok',
  ...part,
});
const naming = { nameOf: (person: string) => (person === 'p1' ? 'John Smith' : undefined), site: 'Kisumu clinic' };
const event = (part?: Partial<ChainEntry>) => auditEvent(entry(part), naming);

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const profile = (name: string) => `https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.${name}`;

interface Coded {
  system: string;
  code: string;
}
interface Event {
  meta?: { profile: string[] };
  type: Coded;
  subtype: Coded[];
  action: string;
  recorded: string;
  outcome: string;
  agent: {
    type: { coding: Coded[] };
    who?: { identifier?: { value: string } };
    requestor: boolean;
    network?: { address: string; type: string };
  }[];
  source: { observer: object; site?: string };
  entity: {
    type: Coded;
    role: Coded;
    what?: { reference?: string; identifier?: { value: string } };
    detail?: { type: string; valueString: string }[];
  }[];
}
// The shape is what these tests look at.
const as = (made: Record<string, unknown>) => made as unknown as Event;

/** What the profiles of BALP 1.1 (input/fsh of IHE/ITI.BasicAudit) demand: cardinalities and fixed codes of their slices. */
const profiles = {
  C: { interaction: 'create', client: [DCM, '110153'], server: [DCM, '110152'], user: [PARTICIPATION, 'AUT'] },
  R: { interaction: 'read', client: [DCM, '110152'], server: [DCM, '110153'], user: [PARTICIPATION, 'IRCP'] },
  U: { interaction: 'update', client: [DCM, '110153'], server: [DCM, '110152'], user: [PARTICIPATION, 'AUT'] },
  D: {
    interaction: 'delete',
    client: [DCM, '110150'],
    server: ['http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'custodian'],
    user: [PARTICIPATION, 'AUT'],
  },
} as const;
const names = { C: 'Create', R: 'Read', U: 'Update', D: 'Delete' } as const;

test.each(['C', 'R', 'U', 'D'] as const)('a successful act %s of a patient fulfils its profile', (action) => {
  const made = as(event({ action }));
  const wanted = profiles[action];
  const agents = ([system, code]: readonly [string, string]) =>
    made.agent.filter((agent) => agent.type.coding.some((one) => one.system === system && one.code === code));
  expect(made.meta?.profile).toEqual([profile(`Patient${names[action]}`)]);
  expect(made.type).toMatchObject({ system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' });
  expect(
    made.subtype.filter((one) => one.system === 'http://hl7.org/fhir/restful-interaction' && one.code === wanted.interaction),
  ).toHaveLength(1);
  if (action === 'D') expect(made.subtype).toHaveLength(1);
  expect(made).toMatchObject({ action, recorded: '2026-11-22T08:00:00.000Z', outcome: '0' });
  for (const role of [wanted.client, wanted.server]) {
    expect(agents(role)).toHaveLength(1);
    expect(agents(role)[0]).toMatchObject({
      who: expect.anything(),
      requestor: false,
      network: { address: expect.any(String), type: '5' },
    });
  }
  const [user, ...more] = agents(wanted.user);
  expect(more).toEqual([]);
  expect(user).toMatchObject({ who: { identifier: { value: 'p1' } }, requestor: true });
  expect(user?.network).toBeUndefined();
  expect(made.source.observer).toBeTruthy();
  const patients = made.entity.filter((one) => one.type.code === '1');
  const data = made.entity.filter((one) => one.type.code === '2');
  expect(patients).toMatchObject([{ role: { code: '1' }, what: { reference: 'Patient/ex-patient' } }]);
  expect(data).toMatchObject([{ role: { code: '4' }, what: { reference: 'List/ex-list/_history/2' } }]);
});

test('without a patient it is the basic profile, and many resources are one entity with details', () => {
  const made = as(
    event({
      patient: undefined,
      resources: [
        { type: 'Patient', id: 'a' },
        { type: 'Patient', id: 'b' },
      ],
    }),
  );
  expect(made.meta?.profile).toEqual([profile('Read')]);
  expect(made.entity).toHaveLength(1);
  expect(made.entity[0]).toMatchObject({
    role: { code: '20' },
    what: { identifier: { value: 'chart.resource' } },
    detail: [{ valueString: 'Patient/a' }, { valueString: 'Patient/b' }],
  });
});

test('what was refused or failed claims no profile of success', () => {
  expect(as(event({ outcome: 'denied', reason: 'not-in-care-team' }))).toMatchObject({
    outcome: '4',
    outcomeDesc: 'not-in-care-team',
  });
  expect(as(event({ outcome: 'denied' })).meta).toBeUndefined();
  expect(as(event({ outcome: 'failed' }))).toMatchObject({ outcome: '8' });
});

test('sign-ins and broken glasses carry the codes of DICOM', () => {
  expect(as(event({ procedure: 'session.signIn', action: 'E' }))).toMatchObject({
    type: { code: '110114' },
    subtype: [{ code: '110122' }, { code: 'session.signIn' }],
  });
  expect(as(event({ procedure: 'patients.breakGlass', action: 'E' }))).toMatchObject({
    type: { code: '110113' },
    subtype: [{ code: '110127' }, {}],
  });
});

test('a model is an agent of its own, and what it said stands with the data', () => {
  const made = as(event({ action: 'C', ai: { model: 'fundus', version: '2.1', outcome: 'grade 2, referable' } }));
  expect(made.agent.find((agent) => agent.type.coding[0]?.code === 'assembler')).toMatchObject({
    who: { identifier: { value: 'fundus 2.1' } },
    requestor: false,
  });
  expect(made.entity.at(-1)?.detail).toEqual([{ type: 'ai-outcome', valueString: 'grade 2, referable' }]);
});

test('what is no resource of FHIR is named by an identifier', () => {
  expect(as(event({ patient: undefined, resources: [{ type: 'Setting', id: 'idleLockMs' }] })).entity[0]?.what).toEqual({
    identifier: { system: 'urn:lamplight:setting', value: 'idleLockMs' },
  });
});

test('a table holds one line an entry, quoted as RFC 4180 says, and runs nothing', () => {
  const row = (reason: string) => tableRow(entry({ reason }), naming.nameOf);
  expect(tableHead()).toMatch(
    /^n,at,person,personName,roles,device,action,procedure,patient,resources,outcome,reason,model,modelVersion,modelOutcome\r\n$/,
  );
  expect(row('plain')).toBe(
    '7,2026-11-22T08:00:00.000Z,p1,John Smith,clinician,01a202e1-1ad1-70b5-b67c-cc5a77073469,R,chart.resource,ex-patient,List/ex-list/_history/2,ok,plain,,,\r\n',
  );
  expect(row('said "no", then\nleft')).toContain(',"said ""no"", then\nleft",');
  for (const formula of ['=HYPERLINK("x")', '+1', '-1', '@SUM(1)', '\t=1', '\r=1', ' =1', '＝1'])
    expect(row(formula)).toMatch(/,"'/);
});
