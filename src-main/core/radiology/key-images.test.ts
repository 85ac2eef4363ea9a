/** A signed report on paper shows the pictures it rests on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { madePicture } from '../../../tests/fixtures/dicom.ts';

let core: TestCore;
let client: Awaited<ReturnType<TestCore['create']>>;
beforeAll(async () => {
  core = await testCore();
  client = await core.create();
}, 120_000);
afterAll(() => core.remove());

test('key images are printed, and one that is gone keeps no words back', async () => {
  const { id: patient } = await client.call('patients.register', {
    family: 'Okafor',
    given: 'Chidi',
    birthDate: '1970-01-02',
    sex: 'male',
  });
  const bytes = madePicture({ id: '', study: '1.2.71', series: '1.2.71.2', uid: '1.2.71.3' });
  const { upload } = await client.call('uploads.begin', { name: 'a.dcm', size: bytes.byteLength });
  await client.call('uploads.chunk', { upload, offset: 0, bytes });
  await core.core.clinic()?.jobs.wait((await client.call('imaging.import', { uploads: [upload], patient })).job);
  const { series } = await client.call('imaging.study', { patient, study: '1.2.71' });
  const instance = series[0]?.instances[0]?.id ?? '';
  const sections = { indication: '', technique: '', comparison: '', findings: 'Normal.', impression: 'Normal.' };
  const printed = async (keyImages: { instance: string; frame: number }[]) => {
    const { id: report } = await client.call('radiology.sign', { patient, study: '1.2.71', title: 'Head', sections, keyImages });
    const { handout } = await client.call('radiology.pdf', { patient, report });
    const { bytes: pdf } = await client.call('handouts.read', { handout });
    return (
      Buffer.from(pdf)
        .toString('latin1')
        .match(/\/Subtype \/Image\b/g)?.length ?? 0
    );
  };
  expect(await printed([{ instance, frame: 1 }])).toBe(1);
  expect(
    await printed([
      { instance, frame: 1 },
      { instance: 'gone', frame: 1 },
    ]),
  ).toBe(1);
  expect(await printed([])).toBe(0);
});
