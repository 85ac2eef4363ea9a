import { describe, expect, it } from 'vitest';
import { extractEntities, toResourceDraft } from './index.ts';
import { typed } from './monospace.fixture.ts';

describe('drafts for the chart', () => {
  const of = (text: string) => extractEntities(typed(text), { language: 'en' }).map((e) => toResourceDraft(e, 'p1', 'd1'));
  it('makes a preliminary observation with codes and its place on the page', () => {
    const [draft] = of('Potassium 5.4 mmol/L');
    expect(draft).toMatchObject({
      resourceType: 'Observation',
      status: 'preliminary',
      subject: { reference: 'Patient/p1' },
      derivedFrom: [{ reference: 'DocumentReference/d1' }],
      code: { coding: [{ code: '2823-3' }] },
      valueQuantity: { value: 5.4, code: 'mmol/L' },
    });
    expect(JSON.stringify(draft?.extension)).toContain('"page"');
  });
  it('gives both pressures as components', () => {
    expect(of('Blood pressure 148/92 mmHg')[0]).toMatchObject({
      category: [{ coding: [{ code: 'vital-signs' }] }],
      component: [{ valueQuantity: { value: 148 } }, { valueQuantity: { value: 92, code: 'mm[Hg]' } }],
    });
  });
  it('keeps a stopped medicine stopped and an allergy unconfirmed', () => {
    expect(of('Medication\nRamipril 10 mg once daily STOPPED')[0]).toMatchObject({
      resourceType: 'MedicationStatement',
      status: 'stopped',
      dosage: [{ doseAndRate: [{ doseQuantity: { value: 10, code: 'mg' } }] }],
    });
    expect(of('Allergies: latex (rash)')[0]).toMatchObject({
      resourceType: 'AllergyIntolerance',
      verificationStatus: { coding: [{ code: 'unconfirmed' }] },
      reaction: [{ manifestation: [{ text: 'rash' }] }],
    });
  });
});
