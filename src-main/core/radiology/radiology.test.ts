import { expect, test } from 'vitest';
import { patientId } from '../../../src-shared/contract/types.ts';
import { readPdf } from '../../../tests/fixtures/read-pdf.ts';
import { callerOf, openTestVault, type TestVault } from '../../../tests/fixtures/vault.ts';
import { openHandouts } from '../handouts/index.ts';
import { openPlaces } from '../places.ts';
import { putResource, readResource, resourcesOfPatient } from '../records/index.ts';
import { radiologyProcedures } from './index.ts';

const patient = patientId.parse('p');
const study = '1.2.3.4';
const chance = { bytes: (length: number) => new Uint8Array(length), id: () => 'handout' };
const handouts = openHandouts(chance, openPlaces({ now: () => 0 }, chance));
const procedures = radiologyProcedures(handouts);
const sections = {
  indication: 'Cough',
  technique: 'Two views',
  comparison: 'none',
  findings: 'Lungs clear.',
  impression: 'No pneumonia.',
};

const call = callerOf(procedures);

function withStudy(): TestVault {
  const vault = openTestVault();
  vault.write((tx) => {
    putResource(
      tx,
      { resourceType: 'Patient', id: patient, name: [{ family: 'Отиено', given: ['Amina'] }], birthDate: '1984-03-17' },
      { origin: 'person' },
    );
    putResource(
      tx,
      {
        resourceType: 'ImagingStudy',
        id: 's',
        status: 'available',
        subject: { reference: `Patient/${patient}` },
        identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:${study}` }],
        started: '2026-11-22T09:00:00Z',
        description: 'Chest',
        numberOfInstances: 2,
        series: [{ uid: '1.2.3.4.5', instance: [{ id: 'i', uid: '1.2.3.4.5.6' }] }],
      },
      { origin: 'imported' },
    );
    putResource(
      tx,
      {
        resourceType: 'Observation',
        id: 'o',
        status: 'final',
        code: { text: 'Length' },
        subject: { reference: `Patient/${patient}` },
      },
      { origin: 'person' },
    );
  });
  return vault;
}

test('a signed report reads as it was written, names study, measurements, key images and signer, and its draft is gone', async () => {
  const vault = withStudy();
  const { db } = vault.context.vault;
  db.prepare("INSERT INTO draft (person, key, title, body, saved_at) VALUES (?, 'report', '', 'x', '')").run(
    vault.context.person.id,
  );
  const { id } = await call(vault, 'radiology.sign', {
    patient,
    study,
    title: 'Chest',
    sections,
    keyImages: [{ instance: 'i', frame: 3 }],
    measurements: ['o', 'of-somebody-else'],
    draftKey: 'report',
  });
  const { reports } = await call(vault, 'radiology.reports', { patient, study });
  expect(reports).toHaveLength(1);
  expect(reports[0]).toMatchObject({
    id,
    study,
    title: 'Chest',
    sections,
    keyImages: [{ instance: 'i', frame: 3 }],
    author: vault.context.person.displayName,
    addenda: [],
  });
  const resource = readResource(db, 'DiagnosticReport', id)?.resource;
  expect(resource).toMatchObject({
    status: 'final',
    conclusion: 'No pneumonia.',
    imagingStudy: [{ reference: 'ImagingStudy/s' }],
    result: [{ reference: 'Observation/o' }],
  });
  expect(resourcesOfPatient(db, patient, 'Provenance')[0]?.resource.target).toEqual([{ reference: `DiagnosticReport/${id}` }]);
  expect(db.prepare('SELECT count(*) AS n FROM draft').get()).toEqual({ n: 0 });
});

test('what is left open is not signed', async () => {
  const vault = withStudy();
  const refused = (change: Partial<typeof sections>) =>
    call(vault, 'radiology.sign', { patient, study, title: 'Chest', sections: { ...sections, ...change } });
  await expect(refused({ findings: 'Lungs: [clear].' })).rejects.toThrow('placeholder');
  await expect(refused({ findings: ' ', impression: '' })).rejects.toThrow('empty');
  await expect(call(vault, 'radiology.sign', { patient, study: '1.2', title: 'Chest', sections })).rejects.toThrow('study');
});

test('an addendum leaves the report as it was signed and says who was told of a critical finding', async () => {
  const vault = withStudy();
  const { db } = vault.context.vault;
  const { id } = await call(vault, 'radiology.sign', { patient, study, title: 'Chest', sections });
  const critical = { whom: 'Dr Njoroge', how: 'phone' as const, at: '2026-11-22T10:00:00Z' };
  await call(vault, 'radiology.addend', { patient, report: id, text: 'Small pneumothorax at the left.', critical });
  const [report] = (await call(vault, 'radiology.reports', { patient })).reports;
  expect(report?.sections).toEqual(sections);
  expect(report?.addenda).toMatchObject([{ text: 'Small pneumothorax at the left.', critical }]);
  expect(report?.critical).toBeUndefined();
  expect(readResource(db, 'DiagnosticReport', id)?.version).toBe(1);
  await expect(
    call(vault, 'radiology.addend', { patient, report: report?.addenda[0]?.id ?? '', text: 'To an addendum' }),
  ).rejects.toThrow('report');
});

test('it prints with every page numbered, names in other scripts too', async () => {
  const vault = withStudy();
  const { id } = await call(vault, 'radiology.sign', {
    patient,
    study,
    title: 'Chest',
    sections: { ...sections, findings: 'Line.\n'.repeat(200) },
  });
  const { handout, name } = await call(vault, 'radiology.pdf', { patient, report: id });
  const pdf = Buffer.from(handouts.next(vault.context.person.id, handout).bytes);
  expect(name).toMatch(/^report-\d{4}-\d{2}-\d{2}\.pdf$/);
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  const { byPage } = await readPdf(pdf);
  expect(byPage.length).toBeGreaterThan(3);
  // Sheets are parted: each says whose it is by more than a name.
  for (const page of byPage) expect(page).toContain('Otieno, Amina, born 1984-03-17');
});

test('a template of the clinic takes the place of the one that came with Lamplight until it is removed', async () => {
  const vault = openTestVault();
  const named = async () => (await call(vault, 'radiology.templates', {})).templates.find(({ id }) => id === 'ct-head');
  const before = await named();
  const own = await call(vault, 'radiology.saveTemplate', { id: 'ct-head', name: 'Our CT head', modality: 'CT', sections });
  expect(await named()).toEqual(own);
  await expect(
    call(vault, 'radiology.saveTemplate', { id: 'ct-head', name: 'Theirs', sections, expectedVersion: 0 }),
  ).rejects.toThrow('Somebody changed');
  await call(vault, 'radiology.removeTemplate', { id: 'ct-head' });
  expect(await named()).toEqual(before);
  await expect(call(vault, 'radiology.removeTemplate', { id: 'ct-head' })).rejects.toThrow('template');
});

test('keys and macros are those of the person', async () => {
  const vault = openTestVault();
  expect(await call(vault, 'radiology.preferences', {})).toEqual({ keys: {}, macros: [] });
  const wanted = { keys: { invert: 'y' }, macros: [{ name: 'nad', text: 'Nothing abnormal.' }] };
  await call(vault, 'radiology.setPreferences', wanted);
  expect(await call(vault, 'radiology.preferences', {})).toEqual(wanted);
});

test('the worklist names studies of patients in care alone, and says which are reported', async () => {
  const vault = withStudy();
  const { db } = vault.context.vault;
  const listed = async () => (await call(vault, 'radiology.worklist', {})).studies;
  expect(await listed()).toEqual([]);
  db.prepare("INSERT INTO care_team (patient, person, since) VALUES ('p', ?, '')").run(vault.context.person.id);
  expect(await listed()).toMatchObject([{ patient, study, description: 'Chest', instances: 2, cover: 'i', reported: false }]);
  await call(vault, 'radiology.sign', { patient, study, title: 'Chest', sections });
  expect((await listed())[0]?.reported).toBe(true);
});
