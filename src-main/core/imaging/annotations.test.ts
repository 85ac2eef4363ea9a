import sharp from 'sharp';
import { expect, test } from 'vitest';
import { patientId } from '../../../src-shared/contract/types.ts';
import { testCore } from '../../../tests/fixtures/core.ts';

test('a mark on a photograph stays, changes, goes, and is asked of that photograph alone', async () => {
  const core = await testCore();
  try {
    const client = await core.create();
    const person = (family: string, birthDate: string, value: string) =>
      client.call('patients.register', {
        family,
        given: 'Chidi',
        birthDate,
        sex: 'male',
        identifier: { value },
      });
    const patient = patientId.parse((await person('Okafor', '1970-01-02', 'MRN-1')).id);
    const other = patientId.parse((await person('Mwangi', '1983-05-06', 'MRN-2')).id);
    const bytes = new Uint8Array(
      await sharp({ create: { width: 64, height: 48, channels: 3, background: '#a04020' } })
        .jpeg()
        .toBuffer(),
    );
    const { upload } = await client.call('uploads.begin', { name: 'wound.jpg', size: bytes.byteLength });
    await client.call('uploads.chunk', { upload, offset: 0, bytes });
    const { job } = await client.call('images.add', { patient, upload, task: 'none' });
    const result = await core.core.clinic()?.jobs.wait(job);
    const { image } = result as { image: string }; // the job's result as its contract says

    const mark = {
      image,
      tool: 'Length',
      text: '30.0 px',
      value: 30,
      unit: '{pixel}',
      data: {
        points: [
          [4, 4],
          [34, 4],
        ],
        size: [64, 48],
      },
    };
    const made = await client.call('imaging.markPhotograph', { patient, mark });
    const changed = await client.call('imaging.markPhotograph', {
      patient,
      id: made.id,
      expectedVersion: made.version,
      mark: { ...mark, value: 31 },
    });
    await expect(
      client.call('imaging.markPhotograph', { patient, id: made.id, expectedVersion: made.version, mark }),
    ).rejects.toMatchObject({ code: 'conflict' });
    expect((await client.call('imaging.photographMarks', { patient, image })).marks).toMatchObject([
      { id: made.id, value: 31, version: changed.version, by: 'Amina Otieno', data: mark.data },
    ]);
    const { resource } = await client.call('chart.resource', { patient, type: 'Observation', id: made.id });
    expect(resource).toMatchObject({ derivedFrom: [{ reference: `Media/${image}` }], valueQuantity: { value: 31 } });

    await expect(client.call('imaging.photographMarks', { patient: other, image })).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.call('imaging.markPhotograph', { patient: other, mark })).rejects.toMatchObject({ code: 'not-found' });
    await client.call('imaging.unannotate', { patient, id: made.id });
    expect((await client.call('imaging.photographMarks', { patient, image })).marks).toEqual([]);
    expect(core.bugs).toEqual([]);
  } finally {
    await core.remove();
  }
});
