import { describe, expect, test } from 'vitest';
import { type Part, parts } from '../../../src-shared/fhir/read.ts';
import { ADA, coded, LOINC, measured, problem, SCT, subject, vaultWith } from '../../../tests/fixtures/ada.ts';
import { brokenRules } from '../../../tests/fixtures/ips-rules.ts';
import { readPdf } from '../../../tests/fixtures/read-pdf.ts';
import { amina } from '../../../tests/fixtures/vault.ts';
import type { Context } from '../context.ts';
import { deleteResource, importFiles } from '../records/index.ts';
import { documentOf, documentText } from './document.ts';
import { summariesPdf } from './paper.ts';
import { summaryOf } from './summary.ts';

function documentIn(context: Context, patient = ADA) {
  const summary = summaryOf(context, patient);
  const text = documentText(summary, context.chance);
  expect(brokenRules(text)).toEqual([]);
  const resources = documentOf(summary, context.chance).entry.map(({ resource }) => resource);
  const section = (code: string): Part | undefined =>
    parts(resources[0]?.section).find((one) => parts((one.code as Part).coding)[0]?.code === code);
  const words = (code: string) => String((section(code)?.text as Part | undefined)?.div ?? '');
  return { text, resources, section, words, find: (id: string) => resources.find((one) => one.id === id) };
}

test('of somebody of whom nothing is known each section that must be there says so', async () => {
  const { section, resources } = documentIn((await vaultWith()).context);
  for (const code of ['11450-4', '48765-2', '10160-0']) {
    expect(section(code)).not.toHaveProperty('entry');
    expect(section(code)?.emptyReason).toMatchObject({ coding: [{ code: 'unavailable' }] });
  }
  expect(parts(resources[0]?.section)).toHaveLength(3);
  expect(resources.map(({ resourceType }) => resourceType)).toEqual(['Composition', 'Patient', 'Practitioner', 'Organization']);
  // Whom the record is linked to is another person.
  expect(resources[1]).not.toHaveProperty('link');
});

test('entries go into their sections with their codes and digits; what is over, disproved, wrong or only proposed does not pass for known', async () => {
  const { context } = await vaultWith(
    problem('p1', 'Diabetes'),
    problem('p2', 'Pneumonia', {
      clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/condition-clinical', 'resolved', ''),
    }),
    problem('p3', 'Disproved', {
      verificationStatus: coded('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'refuted', ''),
    }),
    problem('p4', 'Slip', {
      verificationStatus: coded('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'entered-in-error', ''),
    }),
    problem('p5', 'Guess of a machine', { meta: { tag: [{ system: 'urn:lamplight:tag', code: 'machine' }] } }),
    { resourceType: 'Medication', id: 'drug', code: coded(SCT, '372567009', 'Metformin') },
    {
      resourceType: 'MedicationStatement',
      id: 'm1',
      status: 'active',
      medicationReference: { reference: 'Medication/drug' },
      subject,
    },
    {
      resourceType: 'MedicationRequest',
      id: 'm2',
      status: 'stopped',
      intent: 'order',
      medicationCodeableConcept: { text: 'Amoxicillin' },
      subject,
    },
    {
      resourceType: 'MedicationRequest',
      id: 'm3',
      status: 'active',
      intent: 'order',
      doNotPerform: true,
      medicationCodeableConcept: { text: 'Never this' },
      subject,
    },
    {
      resourceType: 'AllergyIntolerance',
      id: 'a1',
      criticality: 'low',
      code: { text: 'Grass' },
      patient: subject,
      onsetDateTime: '2020',
    },
    {
      resourceType: 'AllergyIntolerance',
      id: 'a2',
      criticality: 'high',
      code: { text: 'Penicillin' },
      patient: subject,
      onsetDateTime: '2010',
    },
    measured('o1', '2823-3', 'Potassium', { valueQuantity: { value: 5.1, unit: 'mmol/L' } }, '2025-01-01'),
    measured(
      'o3',
      '72166-2',
      'Tobacco smoking status',
      { valueCodeableConcept: { text: 'Never smoker' } },
      '2025-02-01',
      'survey',
    ),
    measured('o4', '82810-3', 'Pregnancy status', { valueCodeableConcept: coded(SCT, '77386006', 'Pregnant') }, '2025-02-01'),
    measured(
      'o5',
      '8867-4',
      'Heart rate',
      { valueQuantity: { value: 71, unit: '/min', code: '/min' } },
      '2025-02-01',
      'vital-signs',
    ),
    {
      resourceType: 'Immunization',
      id: 'i1',
      status: 'completed',
      vaccineCode: { text: 'Tdap' },
      patient: subject,
      occurrenceString: 'as a child',
    },
    {
      resourceType: 'Immunization',
      id: 'i2',
      status: 'not-done',
      vaccineCode: { text: 'Refused' },
      patient: subject,
      occurrenceDateTime: '2020',
    },
    { resourceType: 'Procedure', id: 'x1', status: 'completed', code: { text: 'Appendectomy' }, subject },
    {
      resourceType: 'Device',
      id: 'd1',
      status: 'active',
      deviceName: [{ name: 'Pacemaker', type: 'user-friendly-name' }],
      patient: subject,
    },
    { resourceType: 'Flag', id: 'f1', status: 'active', code: { text: 'Falls' }, subject },
    {
      resourceType: 'CarePlan',
      id: 'c1',
      status: 'active',
      intent: 'plan',
      title: 'Feet',
      subject,
      activity: [
        { detail: { status: 'in-progress', code: { text: 'Look at the feet' } } },
        { reference: { reference: 'ServiceRequest/gone' } },
      ],
    },
  );
  // Imported apart: its digits say more than their value.
  const precise = `{"resourceType":"Observation","id":"o2","status":"final","code":{"coding":[{"system":"${LOINC}","code":"2823-3","display":"Potassium"}]},"subject":{"reference":"Patient/${ADA}"},
    "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"effectiveDateTime":"2026-01-01","valueQuantity":{"value":5.60,"unit":"mmol/L"}}`;
  await importFiles(context, [{ name: 'o2.json', bytes: new TextEncoder().encode(precise) }]);

  const { text, words, find, section } = documentIn(context);
  expect(words('11450-4')).toContain('Diabetes');
  expect(words('11348-0')).toContain('Pneumonia');
  for (const absent of ['Disproved', 'Slip', 'Guess of a machine', 'Amoxicillin', 'Never this', 'Refused'])
    expect(text).not.toContain(absent);
  expect(text).toContain('"code":"44054006"');
  expect(words('10160-0')).toContain('Metformin');
  expect(find('drug')).toMatchObject({ resourceType: 'Medication' });
  // The date that the profile asks for is said to be unknown.
  expect(find('m1')).toMatchObject({ _effectiveDateTime: { extension: [{ valueCode: 'unknown' }] } });
  expect(words('48765-2')).toMatch(/Penicillin.*Grass/);
  // The newest of each, with the digits as they were printed.
  expect(words('30954-2')).toContain('5.60 mmol/L');
  expect(text).toContain('"value":5.60');
  expect(find('o1')).toBeUndefined();
  for (const [code, expected] of [
    ['29762-2', 'Never smoker'],
    ['10162-6', 'Pregnant'],
    ['8716-3', '71 /min'],
    ['11369-6', 'Tdap'],
    ['47519-4', 'Appendectomy'],
    ['46264-8', 'Pacemaker'],
    ['104605-1', 'Falls'],
    ['18776-5', 'Look at the feet'],
  ] as const)
    expect([code, words(code)]).toEqual([code, expect.stringContaining(expected)]);
  expect(section('42348-3')).toBeUndefined();
});

test('what entries point to goes along or is taken out, and its words stay', async () => {
  const { context } = await vaultWith(
    { resourceType: 'Practitioner', id: 'doc', name: [{ family: 'Wekesa' }] },
    { resourceType: 'Encounter', id: 'visit', status: 'finished', class: { code: 'AMB' }, subject },
    problem('p1', 'Diabetes', {
      encounter: { reference: 'Encounter/visit' },
      recorder: { reference: 'Practitioner/doc' },
      asserter: { reference: 'https://elsewhere.example/Practitioner/9', display: 'Dr. Far' },
      text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="x()">Hi</p></div>' },
      meta: { profile: ['http://example.org/of-the-sender'] },
    }),
    {
      resourceType: 'Immunization',
      id: 'i1',
      status: 'completed',
      vaccineCode: { text: 'Tdap' },
      patient: subject,
      occurrenceDateTime: '2020',
      performer: [{ function: { text: 'gave it' }, actor: { reference: 'Practitioner/lost' } }],
    },
    {
      resourceType: 'DiagnosticReport',
      id: 'r1',
      status: 'final',
      code: { text: 'Panel' },
      subject,
      effectiveDateTime: '2024',
      category: [coded('http://terminology.hl7.org/CodeSystem/v2-0074', 'LAB', 'Laboratory')],
      result: [{ reference: 'Observation/old' }],
      presentedForm: [{ contentType: 'application/pdf', url: 'Binary/1', title: 'As printed' }],
    },
    measured('old', '2823-3', 'Potassium', { valueQuantity: { value: 5.1, unit: 'mmol/L' } }, '2024-01-01'),
    measured('new', '2823-3', 'Potassium', { valueQuantity: { value: 4.1, unit: 'mmol/L' } }, '2025-01-01'),
  );
  const { find, text } = documentIn(context);
  const condition = find('p1');
  expect(condition).not.toHaveProperty('encounter');
  expect(condition).toMatchObject({
    recorder: { reference: expect.stringMatching(/^urn:uuid:/) },
    asserter: { display: 'Dr. Far' },
  });
  expect(condition?.asserter).not.toHaveProperty('reference');
  expect(condition).not.toHaveProperty('text');
  expect(condition?.meta).toEqual({ profile: ['http://hl7.org/fhir/uv/ips/StructureDefinition/Condition-uv-ips'] });
  expect(find('doc')).toBeDefined();
  expect(find('i1')).toMatchObject({ performer: [{ actor: { display: expect.any(String) } }] });
  // A report keeps the values that it was written from.
  expect(find('old')).toBeDefined();
  expect(find('r1')).toMatchObject({ presentedForm: [{ title: 'As printed' }] });
  expect(text).not.toMatch(/Binary\/1|onclick|Encounter/);
});

test('of what was done again and again the newest stands there, with how often; each side of the body counts by itself', async () => {
  const done = (id: string, on: string, more: object = {}) => ({
    resourceType: 'Procedure',
    id,
    status: 'completed',
    code: { text: 'Listening to the heart' },
    subject,
    performedDateTime: on,
    ...more,
  });
  const { context } = await vaultWith(
    done('x1', '2020-01-01'),
    done('x2', '2022-01-01'),
    done('x3', '2021-01-01'),
    done('l', '2019-01-01', { code: { text: 'New hip' }, bodySite: [{ text: 'left' }] }),
    done('r', '2018-01-01', { code: { text: 'New hip' }, bodySite: [{ text: 'right' }] }),
  );
  const { section, words } = documentIn(context);
  expect(parts(section('47519-4')?.entry)).toHaveLength(3);
  expect(words('47519-4')).toMatch(/Listening to the heart<\/td><td>2022-01-01<\/td><td>3 times since 2020-01-01/);
  expect(words('47519-4')).not.toContain('2 times');
});

test('what was removed is gone from it, and another patient never gets in', async () => {
  const vault = await vaultWith(problem('p1', 'Diabetes'), problem('p2', 'Removed one'), {
    ...problem('p3', 'Of Bo'),
    subject: { reference: 'Patient/bo' },
  });
  vault.write((tx) => void deleteResource(tx, 'Condition', 'p2'));
  const { text } = documentIn(vault.context);
  expect(text).toContain('Diabetes');
  expect(text).not.toMatch(/Removed one|Of Bo/);
  expect(() => summaryOf(vault.context, 'nobody')).toThrow(expect.objectContaining({ code: 'not-found' }));
});

test('the same record gives the same document, whatever the order in which it came', async () => {
  const all = [problem('p1', 'One'), problem('p2', 'Two'), problem('p3', 'Three', { onsetDateTime: '2024' })];
  const made = async (resources: object[]) => {
    const { context, clock } = await vaultWith(...resources);
    clock.ms = Date.UTC(2026, 4, 1);
    let n = 0;
    return documentText(summaryOf(context, ADA), { id: () => `01900000-0000-7000-8000-${String(n++).padStart(12, '0')}` });
  };
  expect(await made(all.toReversed())).toBe(await made(all));
});

describe('labels', () => {
  const label = (code: string) => ({
    meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code }] },
  });
  const labelledVault = () =>
    vaultWith(
      problem('p1', 'Depression', label('PSY')),
      problem('p2', 'Diabetes'),
      { resourceType: 'AllergyIntolerance', id: 'a1', ...label('PSY'), code: { text: 'Lithium' }, patient: subject },
      {
        resourceType: 'Device',
        id: 'd1',
        ...label('PSY'),
        deviceName: [{ name: 'Stimulator', type: 'other' }],
        patient: subject,
      },
    );

  test('what they keep from whoever asks stays here, and the document says that it is not whole', async () => {
    const vault = await labelledVault();
    const { text, section, words } = documentIn(vault.as({ ...amina, roles: ['radiologist'] }));
    expect(text).not.toMatch(/Depression|Lithium|Stimulator|PSY/);
    expect(words('11450-4')).toMatch(/Diabetes.*1 more entry is kept back/);
    expect(section('48765-2')?.emptyReason).toMatchObject({ coding: [{ code: 'withheld' }] });
    expect(words('48765-2')).not.toContain('holds no information');
    expect(section('46264-8')?.emptyReason).toMatchObject({ coding: [{ code: 'withheld' }] });
  });

  test('a labelled medicine that an order only points to labels the whole too', async () => {
    const { context } = await vaultWith(
      { resourceType: 'Medication', id: 'm', ...label('PSY'), code: { text: 'Lithium' } },
      {
        resourceType: 'MedicationRequest',
        id: 'r',
        status: 'active',
        intent: 'order',
        medicationReference: { reference: 'Medication/m' },
        subject,
      },
    );
    expect(documentIn(context).resources[0]).toMatchObject({
      confidentiality: 'R',
      meta: { security: [{ code: 'R' }, { code: 'PSY' }] },
    });
  });

  test('what goes out keeps its labels, and the whole carries the strictest', async () => {
    const { context } = await labelledVault();
    const { resources, find } = documentIn(context);
    expect(resources[0]).toMatchObject({ confidentiality: 'R', meta: { security: [{ code: 'R' }, { code: 'PSY' }] } });
    expect(find('p1')).toMatchObject(label('PSY'));
    const { text } = await readPdf(await summariesPdf(summaryOf(context, ADA), []));
    expect(text).toContain('CONFIDENTIAL');
    expect(text).toContain('Psychiatry');
  });
});
