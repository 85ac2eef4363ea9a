import { describe, expect, test } from 'vitest';
import type { ImagingImportResult } from '../../../src-shared/contract/imaging.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import { type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { madePicture } from '../../../tests/fixtures/dicom.ts';

type Client = Awaited<ReturnType<TestCore['create']>>;

async function withClinic(body: (client: Client, core: TestCore) => Promise<void>): Promise<void> {
  const core = await testCore();
  try {
    await body(await core.create(), core);
    expect(core.bugs).toEqual([]);
  } finally {
    await core.remove();
  }
}

async function upload(client: Client, name: string, bytes: Uint8Array): Promise<string> {
  const { upload: id } = await client.call('uploads.begin', { name, size: bytes.byteLength });
  await client.call('uploads.chunk', { upload: id, offset: 0, bytes });
  return id;
}

async function take(
  client: Client,
  core: TestCore,
  files: Record<string, Uint8Array>,
  patient?: string,
): Promise<ImagingImportResult> {
  const uploads = await Promise.all(Object.entries(files).map(([name, bytes]) => upload(client, name, bytes)));
  const { job } = await client.call('imaging.import', { uploads, ...(patient ? { patient: patientId.parse(patient) } : {}) });
  return (await core.core.clinic()?.jobs.wait(job)) as ImagingImportResult; // the job's result as its contract says
}

const register = (client: Client, over: { family?: string; given?: string; birthDate?: string; value?: string }) =>
  client.call('patients.register', {
    family: over.family ?? 'Okafor',
    given: over.given ?? 'Chidi',
    birthDate: over.birthDate ?? '1970-01-02',
    sex: 'male',
    identifier: { value: over.value ?? 'MRN-4711' },
  });

describe('DICOM comes in', () => {
  test('a study of somebody new registers them; its pixels come back as they are', () =>
    withClinic(async (client, core) => {
      const { results, waiting } = await take(client, core, { 'a.dcm': madePicture() });
      expect(waiting).toEqual([]);
      expect(results).toMatchObject([{ file: 'a.dcm', status: 'imported', created: 1, study: '1.2.3.1' }]);
      const patient = patientId.parse(results[0]?.patients[0]);
      expect((await client.call('patients.banner', { patient })).name).toBe('OKAFOR, Chidi');
      const { studies } = await client.call('imaging.studies', { patient });
      expect(studies).toMatchObject([{ uid: '1.2.3.1', modalities: ['CT'], series: 1, instances: 1, description: 'Head' }]);
      const { series } = await client.call('imaging.study', { patient, study: '1.2.3.1' });
      const instance = series[0]?.instances[0];
      expect(instance).toMatchObject({ kind: 'image', rows: 4, columns: 4, intercept: -1024, unit: 'HU' });
      const { header, bytes, total } = await client.call('imaging.frame', { patient, instance: instance?.id ?? '' });
      expect({ type: header.type, total, smallest: header.smallest, largest: header.largest }).toEqual({
        type: 'u16',
        total: 32,
        smallest: 0,
        largest: 1500,
      });
      expect([...new Uint16Array(bytes.slice().buffer)]).toEqual(Array.from({ length: 16 }, (_, index) => index * 100));
    }));

  test('PET that was taken in before uptake values were is described anew: once, and as one act', () =>
    withClinic(async (client, core) => {
      const slices = [1, 2, 3].map((n) => madePicture({ uid: `1.2.3.1.1.${n}`, extra: [[0x00080060, 'CS', 'PT']] }));
      const { results } = await take(client, core, Object.fromEntries(slices.map((bytes, n) => [`${n}.dcm`, bytes])));
      const patient = patientId.parse(results[0]?.patients[0]);
      const db = core.core.clinic()?.vault.db;
      db?.exec("UPDATE dicom_instance SET facts = json_remove(facts, '$.uptake')");
      for (let looked = 0; looked < 2; looked++) await client.call('imaging.studies', { patient });
      const { series } = await client.call('imaging.study', { patient, study: '1.2.3.1' });
      const found = series.flatMap(({ instances }) => instances.map(({ uptake }) => uptake));
      expect(found).toEqual(Array(3).fill({ why: 'unit' }));
      expect(db?.prepare("SELECT count(*) FROM audit WHERE procedure = 'imaging.index'").pluck().get()).toBe(1);
    }));

  test('number, name and birth date that agree find our patient; anything that differs waits for a person', () =>
    withClinic(async (client, core) => {
      const { id } = await register(client, {});
      const known = await take(client, core, { 'same.dcm': madePicture({ name: 'OKAFOR^CHIDI^EMEKA' }) });
      expect(known.results[0]?.patients).toEqual([id]);
      for (const [n, other] of [
        { name: 'Okonkwo^Ada' },
        { birthDate: '19710102' },
        { sex: 'F' },
        { id: '' },
        { id: 'OTHER-9' },
        { name: '' },
      ].entries()) {
        const doubtful = await take(client, core, {
          'doubt.dcm': madePicture({ study: `1.2.4.${n}`, uid: `1.2.5.${n}`, ...other }),
        });
        expect({ other, waiting: doubtful.waiting.length, patients: doubtful.results[0]?.patients }).toEqual({
          other,
          waiting: 1,
          patients: [],
        });
        expect(doubtful.results[0]?.status).toBe('partly');
      }
      expect((await client.call('imaging.studies', { patient: id })).studies).toHaveLength(1);
    }));

  test('the same number for two people makes two patients, never one', () =>
    withClinic(async (client, core) => {
      const both = await take(client, core, {
        'a.dcm': madePicture(),
        'b.dcm': madePicture({ name: 'Sato^Yuki', sex: 'F', birthDate: '19880808' }),
      });
      expect(both.results.map((one) => one.patients.length)).toEqual([1, 0]);
      const { items } = await client.call('imaging.review', {});
      expect(items).toMatchObject([{ name: 'Sato, Yuki', candidates: [{ id: both.results[0]?.patients[0] }] }]);
    }));

  test('the same file again is nothing new; the same number with other content is a conflict and changes nothing', () =>
    withClinic(async (client, core) => {
      const first = await take(client, core, { 'a.dcm': madePicture() });
      const patient = patientId.parse(first.results[0]?.patients[0]);
      const again = await take(client, core, { 'b.dcm': madePicture() });
      expect(again.results).toMatchObject([{ status: 'imported', created: 0, updated: 0, patients: [patient] }]);
      const other = await take(client, core, { 'c.dcm': madePicture({ extra: [[0x00081030, 'LO', 'Changed']] }) });
      expect(other.results).toMatchObject([{ status: 'refused' }]);
      expect(other.results[0]?.reason).toContain('other content');
      expect((await client.call('imaging.studies', { patient })).studies).toMatchObject([{ instances: 1, description: 'Head' }]);
    }));

  test('whose it is can be said by hand, and that the files name somebody else is told', () =>
    withClinic(async (client, core) => {
      const { id } = await register(client, { family: 'Mwangi', given: 'Grace', birthDate: '1990-05-05', value: 'X-1' });
      const { results } = await take(client, core, { 'a.dcm': madePicture() }, id);
      expect(results).toMatchObject([{ status: 'imported', patients: [id] }]);
      expect(results[0]?.reason).toContain('name somebody with another name');
    }));

  test('a study in doubt can be given to its patient, registered, or thrown away; nothing of it stays behind', () =>
    withClinic(async (client, core) => {
      const { id } = await register(client, {});
      const decide = async (
        study: string,
        decision: { kind: 'patient'; patient: typeof id } | { kind: 'register' } | { kind: 'discard' },
      ) => {
        await take(client, core, { 'doubt.dcm': madePicture({ name: 'Okonkwo^Ada', study, uid: `${study}.7` }) });
        const { items } = await client.call('imaging.review', {});
        expect(items).toMatchObject([{ study, name: 'Okonkwo, Ada', instances: 1, modalities: ['CT'] }]);
        expect(items[0]?.candidates.map((one) => [one.id, one.against])).toEqual([[id, ['other name']]]);
        const { job } = await client.call('imaging.match', { item: items[0]?.id ?? '', decision });
        const result = (await core.core.clinic()?.jobs.wait(job)) as { patient?: string }; // the job's result as its contract says
        expect((await client.call('imaging.review', {})).items).toEqual([]);
        return result;
      };
      expect(await decide('1.9.1', { kind: 'patient', patient: id })).toEqual({ patient: id });
      expect((await client.call('imaging.studies', { patient: id })).studies).toMatchObject([{ uid: '1.9.1' }]);
      // Decided once: what else comes of that study for the same name goes the same way.
      const more = await take(client, core, { 'more.dcm': madePicture({ name: 'Okonkwo^Ada', study: '1.9.1', uid: '1.9.1.8' }) });
      expect(more.results[0]?.patients).toEqual([id]);
      expect(await decide('1.9.3', { kind: 'discard' })).toEqual({});
      const { patient } = await decide('1.9.2', { kind: 'register' });
      expect((await client.call('imaging.studies', { patient: patientId.parse(patient) })).studies).toMatchObject([
        { uid: '1.9.2' },
      ]);
      const db = core.core.clinic()?.vault.db;
      expect(db?.prepare('SELECT DISTINCT patient FROM file ORDER BY patient').pluck().all()).toEqual([id, patient].sort());
    }));

  test('measurements and key images stay, and a change under somebody else’s hands is a conflict', () =>
    withClinic(async (client, core) => {
      const { results } = await take(client, core, { 'a.dcm': madePicture() });
      const patient = patientId.parse(results[0]?.patients[0]);
      const { series } = await client.call('imaging.study', { patient, study: '1.2.3.1' });
      const instance = series[0]?.instances[0]?.id ?? '';
      const annotation = {
        study: '1.2.3.1',
        instance,
        frame: 1,
        tool: 'Length',
        text: 'nodule',
        value: 12.5,
        unit: 'mm',
        data: {
          points: [
            [0, 0],
            [3, 3],
          ],
        },
      };
      const made = await client.call('imaging.annotate', { patient, annotation });
      const changed = await client.call('imaging.annotate', {
        patient,
        id: made.id,
        expectedVersion: made.version,
        annotation: { ...annotation, value: 13 },
      });
      await expect(
        client.call('imaging.annotate', { patient, id: made.id, expectedVersion: made.version, annotation }),
      ).rejects.toMatchObject({ code: 'conflict' });
      expect((await client.call('imaging.annotations', { patient, study: '1.2.3.1' })).annotations).toMatchObject([
        { id: made.id, value: 13, version: changed.version, by: 'Amina Otieno', data: annotation.data },
      ]);
      await client.call('imaging.unannotate', { patient, id: made.id });
      expect((await client.call('imaging.annotations', { patient, study: '1.2.3.1' })).annotations).toEqual([]);
      await client.call('imaging.markKey', { patient, study: '1.2.3.1', instance, frame: 1, key: true, note: 'see' });
      expect((await client.call('imaging.keyImages', { patient })).images).toMatchObject([{ instance, frame: 1, note: 'see' }]);
      await client.call('imaging.markKey', { patient, study: '1.2.3.1', instance, frame: 1, key: false });
      expect((await client.call('imaging.keyImages', { patient })).images).toEqual([]);
    }));
});
