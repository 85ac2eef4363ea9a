import { expect, test } from 'vitest';
import { part } from '../../../src-shared/fhir/read.ts';
import { validate } from '../../../src-shared/fhir/validate.ts';
import { openTestVault } from '../../../tests/fixtures/vault.ts';
import { describeDicom } from '../imaging/describe.ts';
import { generateClinic } from './generate.ts';
import { createSample } from './index.ts';
import { stories } from './stories.ts';

const nowMs = Date.UTC(2026, 2, 1, 9);

test('the same seed makes the same clinic, another seed another', () => {
  const names = (seed: number) => generateClinic({ patients: 12, seed }, nowMs);
  expect(names(7)).toEqual(names(7));
  expect(names(7).patients.map(({ person }) => person.id)).not.toEqual(names(8).patients.map(({ person }) => person.id));
});

test('every resource is valid and marked as sample, and nothing happens before birth or in the future', () => {
  const clinic = generateClinic({ patients: 3 * stories.length, seed: 3 }, nowMs);
  for (const { person, resources } of clinic.patients) {
    for (const resource of resources) {
      expect(validate(part(resource) ?? {}, nowMs)).toEqual([]);
      expect(JSON.stringify(resource.meta)).toContain('"sample"');
      for (const [date] of JSON.stringify(resource).matchAll(/"\d{4}-\d\d-\d\d/g)) {
        expect(Date.parse(date.slice(1))).toBeGreaterThanOrEqual(person.birthMs - 86_400_000);
        expect(Date.parse(date.slice(1))).toBeLessThanOrEqual(nowMs);
      }
    }
  }
});

test('a clinic is written, each patient with a chart, and the pictures go to people with diabetes', async () => {
  const { context } = openTestVault(nowMs);
  const { patients, pictures } = await createSample(context, { patients: stories.length, seed: 1 });
  const { db } = context.vault;
  expect(db.prepare('SELECT count(*) AS n FROM patient_row WHERE sample = 1').get()).toEqual({ n: stories.length });
  expect(db.prepare('SELECT count(DISTINCT patient) AS n FROM chart_row').get()).toEqual({ n: stories.length });
  expect(pictures.length).toBeGreaterThan(0);
  for (const { patient } of pictures) {
    expect(patients).toContain(patient);
    expect(
      db.prepare("SELECT count(*) AS n FROM chart_row WHERE patient = ? AND title LIKE 'Type 2 diabetes%'").get(patient),
    ).toEqual({ n: 1 });
  }
});

test('a CT that was drawn, with an earlier one, and two films of a child come as DICOM files that name their patients', async () => {
  const { context } = openTestVault(nowMs);
  const { studies } = await createSample(context, { patients: stories.length, seed: 1 });
  expect(studies).toHaveLength(4);
  const [early = [], late = [], ...films] = await Promise.all(studies.map(({ files }) => files()));
  expect([early.length, late.length, ...films.map(({ length }) => length)]).toEqual([24, 36, 1, 1]);
  const bytes = [early, late, ...films].flat().reduce((sum, file) => sum + file.bytes.byteLength, 0);
  expect(bytes).toBeLessThan(6_000_000);
  const described = [early[0], late[0], films[0]?.[0]].map((file) => describeDicom(file?.bytes ?? new Uint8Array()));
  const [before, after, film] = described;
  expect(before?.belonging.patient).toEqual(after?.belonging.patient);
  expect(after?.belonging.study.description).toContain('generated');
  expect(after?.facts.spacing).toEqual([1.8, 1.8]);
  expect(film?.belonging).toMatchObject({ series: { modality: 'DX', bodyPart: 'CHEST' } });
  const ill = Date.parse(film?.belonging.study.date ?? '');
  expect((ill - Date.parse(film?.belonging.patient.birthDate ?? '')) / 31_557_600_000).toBeLessThan(6);
});
