import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { ImagingImportResult } from '../../../src-shared/contract/imaging.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import { testCore } from '../../../tests/fixtures/core.ts';
import { madePicture } from '../../../tests/fixtures/dicom.ts';

test('a picture goes onto paper under the names that the record has, and somebody is said to have printed it', async () => {
  const core = await testCore();
  try {
    const client = await core.create();
    const bytes = madePicture();
    const { upload } = await client.call('uploads.begin', { name: 'a.dcm', size: bytes.byteLength });
    await client.call('uploads.chunk', { upload, offset: 0, bytes });
    const { job } = await client.call('imaging.import', { uploads: [upload] });
    const taken = (await core.core.clinic()?.jobs.wait(job)) as ImagingImportResult | undefined; // the job's result as its contract says
    const patient = patientId.parse(taken?.results[0]?.patients[0]);
    const { series } = await client.call('imaging.study', { patient, study: '1.2.3.1' });
    const instance = series[0]?.instances[0]?.id ?? '';
    const picture = new Uint8Array(
      await sharp({ create: { width: 40, height: 30, channels: 3, background: '#808080' } })
        .jpeg()
        .toBuffer(),
    );

    const { handout, name, mediaType } = await client.call('imaging.print', { patient, of: { instance, frame: 1 }, picture });
    expect({ name, mediaType }).toEqual({
      name: expect.stringMatching(/^picture-\d{4}-\d{2}-\d{2}\.pdf$/),
      mediaType: 'application/pdf',
    });
    const pdf = Buffer.from((await client.call('handouts.read', { handout })).bytes).toString('latin1');
    expect(pdf.slice(0, 5)).toBe('%PDF-');
    expect(pdf).toContain('/Subtype /Image');
    const { entries } = await client.call('audit.list', { patient });
    expect(entries.map(({ procedure }) => procedure)).toContain('imaging.print');

    await expect(
      client.call('imaging.print', { patient, of: { instance, frame: 1 }, picture: new Uint8Array([1, 2, 3]) }),
    ).rejects.toMatchObject({ code: 'image-unreadable' });
    await expect(client.call('imaging.print', { patient, of: { photograph: 'none' }, picture })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(core.bugs).toEqual([]);
  } finally {
    await core.remove();
  }
});
