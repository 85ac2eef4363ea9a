/** Files that are laid on an open chart: taken where they name that patient, set aside where they name another. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImagingImportResult } from '../../../src-shared/contract/imaging.ts';
import { type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { madePicture } from '../../../tests/fixtures/dicom.ts';

let core: TestCore;
let client: Awaited<ReturnType<TestCore['create']>>;
beforeAll(async () => {
  core = await testCore();
  client = await core.create();
}, 120_000);
afterAll(() => core.remove());

const result = async (started: { job: string }) => core.core.clinic()?.jobs.wait(started.job);

async function send(bytes: Uint8Array): Promise<string> {
  const { upload } = await client.call('uploads.begin', { name: 'a.dcm', size: bytes.byteLength });
  await client.call('uploads.chunk', { upload, offset: 0, bytes });
  return upload;
}

const named = (study: string, name: string, birthDate: string, sex: string) =>
  madePicture({ study, series: `${study}.2`, uid: `${study}.3`, id: '', name, birthDate, sex });

test('a study that names somebody else waits, and the chart it was laid on is among those it may be', async () => {
  const { id: patient } = await client.call('patients.register', {
    family: 'Achieng',
    given: 'Neema',
    birthDate: '1980-02-11',
    sex: 'female',
  });
  const lay = async (bytes: Uint8Array, check: boolean) =>
    (await result(await client.call('imaging.import', { uploads: [await send(bytes)], patient, check }))) as ImagingImportResult; // the job's result as its contract says
  const own = await lay(named('1.2.61', 'ACHIENG^NEEMA', '19800211', 'F'), true);
  expect(own).toMatchObject({ waiting: [], results: [{ status: 'imported', patients: [patient] }] });
  const other = await lay(named('1.2.62', 'PETROV^IVAN', '19510101', 'M'), true);
  expect(other.results[0]).toMatchObject({ status: 'partly', reason: expect.stringContaining('laid on the chart') });
  const { items } = await client.call('imaging.review', {});
  expect(items).toMatchObject([
    { study: '1.2.62', source: 'chart', candidates: [{ id: patient, against: expect.arrayContaining(['other name']) }] },
  ]);
  expect((await client.call('imaging.studies', { patient })).studies.map(({ uid }) => uid)).toEqual(['1.2.61']);
  await result(await client.call('imaging.match', { item: items[0]?.id ?? '', decision: { kind: 'patient', patient } }));
  expect((await client.call('imaging.studies', { patient })).studies).toHaveLength(2);
  expect((await client.call('imaging.review', {})).items).toEqual([]);
});
