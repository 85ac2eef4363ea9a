/** A merge that is wrong changes a chart in silence: each rule of the merge is held by an example from a chart. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../tests/fixtures/runs.ts';
import { canonicalText, type JsonObject, parseJson } from '../fhir/json.ts';
import { mergeResources } from './merge.ts';
import { settled } from './settle.ts';

const merge = (type: string, base: JsonObject | null, mine: JsonObject, theirs: JsonObject) =>
  mergeResources(type, base, mine, theirs);
const paths = (merged: { conflicts: { path: string }[] }) => merged.conflicts.map(({ path }) => path);

describe('a patient', () => {
  const base: JsonObject = {
    resourceType: 'Patient',
    id: 'p',
    gender: 'female',
    name: [{ use: 'official', family: 'Otieno', given: ['Amina'] }],
    identifier: [{ system: 'urn:mrn', value: '1', period: { start: '2020' } }],
    telecom: [{ system: 'phone', value: '111', use: 'home' }],
  };

  test('what only one side changed is taken, wherever it is', () => {
    const mine = { ...base, gender: 'other', name: [{ use: 'official', family: 'Otieno-Weiss', given: ['Amina'] }] };
    const theirs = { ...base, birthDate: '1984', name: [{ use: 'official', family: 'Otieno', given: ['Amina', 'Grace'] }] };
    expect(merge('Patient', base, mine, theirs)).toEqual({
      resource: {
        ...base,
        gender: 'other',
        birthDate: '1984',
        name: [{ use: 'official', family: 'Otieno-Weiss', given: ['Amina', 'Grace'] }],
      },
      conflicts: [],
    });
  });

  test('what both changed differently keeps the value of the server, and both are listed', () => {
    const merged = merge('Patient', base, { ...base, gender: 'other' }, { ...base, gender: 'unknown' });
    expect(merged.resource.gender).toBe('unknown');
    expect(merged.conflicts).toEqual([{ path: '/gender', base: 'female', mine: 'other', theirs: 'unknown' }]);
  });

  test('items added on both sides are all there; items are the same by identity, not by place', () => {
    const mine: JsonObject = { ...base, identifier: [{ system: 'urn:a', value: '2' }, ...(base.identifier as JsonObject[])] };
    const theirs: JsonObject = {
      ...base,
      identifier: [
        { system: 'urn:mrn', value: '1', period: { start: '2021' } },
        { system: 'urn:b', value: '3' },
      ],
    };
    const { resource, conflicts } = merge('Patient', base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(new Set((resource.identifier as JsonObject[]).map((one) => canonicalText(one)))).toEqual(
      new Set(
        [
          { system: 'urn:a', value: '2' },
          { system: 'urn:mrn', value: '1', period: { start: '2021' } },
          { system: 'urn:b', value: '3' },
        ].map((one) => canonicalText(one)),
      ),
    );
  });

  test('two answers to one question are a conflict, not two answers', () => {
    const phone = (value: string) => ({ ...base, telecom: [{ system: 'phone', value, use: 'home' }] });
    const merged = merge('Patient', base, phone('222'), phone('333'));
    expect(merged.resource.telecom).toEqual([{ system: 'phone', value: '333', use: 'home' }]);
    expect(paths(merged)).toEqual(['/telecom']);
  });

  test('an edit stays against a removal, and the removal is listed', () => {
    const mine = { ...base, identifier: [] };
    const theirs = { ...base, identifier: [{ system: 'urn:mrn', value: '1', period: { start: '2021' } }] };
    for (const merged of [merge('Patient', base, mine, theirs), merge('Patient', base, theirs, mine)]) {
      expect(merged.resource.identifier).toEqual(theirs.identifier);
      expect(paths(merged)).toEqual(['/identifier/[identifier=urn:mrn|1]']);
    }
  });

  test('given names are one value by their order', () => {
    const named = (...given: string[]) => ({ ...base, name: [{ use: 'official', family: 'Otieno', given }] });
    expect(paths(merge('Patient', base, named('Amina', 'G.'), named('Amina', 'Grace')))).toEqual([
      '/name/[kind=|official|]/given',
    ]);
  });
});

describe('what warns', () => {
  const coded = (code: string) => ({ coding: [{ system: 'urn:status', code }] });
  const allergy = (clinical: string, criticality: string): JsonObject => ({
    resourceType: 'AllergyIntolerance',
    id: 'a',
    clinicalStatus: coded(clinical),
    criticality,
  });

  test('an allergy stays active and of high criticality, whichever side says so, and somebody is asked', () => {
    const base = allergy('active', 'low');
    for (const [mine, theirs] of [
      [allergy('resolved', 'high'), allergy('inactive', 'low')],
      [allergy('inactive', 'low'), allergy('resolved', 'high')],
    ] as const) {
      const merged = merge('AllergyIntolerance', base, mine, theirs);
      expect(merged.resource).toMatchObject({ clinicalStatus: coded('inactive'), criticality: 'high' });
      expect(paths(merged)).toContain('/clinicalStatus');
    }
  });

  test('a stopped medicine is not started again by a colleague who changed it to something else', () => {
    const order = (status: string): JsonObject => ({ resourceType: 'MedicationRequest', id: 'm', status });
    expect(merge('MedicationRequest', order('active'), order('stopped'), order('completed')).resource.status).toBe('stopped');
  });

  test('a reaction that one side took off the list stays while the other side changes the list', () => {
    const list = (...codes: string[]): JsonObject => ({
      resourceType: 'AllergyIntolerance',
      id: 'a',
      reaction: codes.map((code) => ({ id: code, description: code })),
    });
    const merged = merge('AllergyIntolerance', list('rash', 'wheeze'), list('rash'), list('rash', 'wheeze', 'shock'));
    expect((merged.resource.reaction as JsonObject[]).map(({ id }) => id)).toEqual(
      expect.arrayContaining(['rash', 'wheeze', 'shock']),
    );
    expect(paths(merged)).toEqual(['/reaction/[id=wheeze]']);
  });
});

test('a quantity is not put together from two', () => {
  const weight = (value: number, unit: string): JsonObject => ({
    resourceType: 'Observation',
    id: 'o',
    valueQuantity: { value, unit },
  });
  const merged = merge('Observation', weight(80, 'kg'), weight(81, 'kg'), weight(80, 'lb'));
  expect(merged.resource.valueQuantity).toEqual({ value: 80, unit: 'lb' });
  expect(paths(merged)).toEqual(['/valueQuantity']);
});

test('a number keeps the digits it came with', () => {
  const read = (text: string) => parseJson(text).value as JsonObject;
  const merged = merge('Observation', read('{"a":1.0,"b":1}'), read('{"a":1.0,"b":2.50}'), read('{"a":1.00,"b":1}'));
  expect(canonicalText(merged.resource)).toBe('{"a":1.00,"b":2.50}');
});

const content = fc.letrec<{ value: JsonObject[string]; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<JsonObject[string]>('x', 'y', 1, true),
    tie('object'),
    fc.array(tie('object'), { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.constantFrom('id', 'system', 'value', 'use', 'a', 'b'), tie('value'), { maxKeys: 4 }),
})).object;

test('for anything: one side alone is taken whole, equal sides agree, and every loss of a value is listed', () => {
  fc.assert(
    fc.property(content, content, content, (base, mine, theirs) => {
      expect(merge('Basic', base, base, theirs)).toEqual({ resource: theirs, conflicts: [] });
      expect(merge('Basic', base, mine, base)).toEqual({ resource: mine, conflicts: [] });
      expect(merge('Basic', base, mine, mine)).toEqual({ resource: mine, conflicts: [] });
      const merged = merge('Basic', base, mine, theirs);
      if (merged.conflicts.length === 0) expect(merge('Basic', base, theirs, mine).conflicts).toEqual([]);
    }),
    { numRuns: runs(500) },
  );
});

test('a choice is written where the conflict was', () => {
  const base: JsonObject = { resourceType: 'Patient', id: 'p', contact: [{ id: 'c/1', name: 'old' }] };
  const named = (name: string): JsonObject => ({ ...base, contact: [{ id: 'c/1', name }] });
  const { resource, conflicts } = merge('Patient', base, named('mine'), named('theirs'));
  const [field] = conflicts;
  expect(settled(resource, field?.path ?? '', field?.mine)).toEqual(named('mine'));
  expect(settled(resource, '/contact/[id=c~11]', undefined)).toEqual({ ...base, contact: [] });
  expect(settled({ ...base, contact: [] }, field?.path ?? '', 'mine')).toEqual({ ...base, contact: [] });
});
