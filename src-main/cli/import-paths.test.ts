import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testCore } from '../../tests/fixtures/core.ts';
import { madePicture } from '../../tests/fixtures/dicom.ts';
import { importPaths, LEFT_OUT } from './import-paths.ts';

test('what lies beside studies in a folder is left out as no DICOM; records beside them come in, and a folder of records is judged as records', async () => {
  const core = await testCore();
  const [disc, records] = [mkdtempSync(join(tmpdir(), 'lamplight-disc-')), mkdtempSync(join(tmpdir(), 'lamplight-records-'))];
  try {
    const client = await core.create();
    const { session } = await client.call('session.status', {});
    const context = session && core.core.clinic()?.contextOf(session.person);
    if (!context) throw new Error('signed in');
    writeFileSync(join(disc, 'autorun.inf'), '[autorun]\nopen=viewer.exe\n');
    writeFileSync(join(disc, 'chest.dcm'), madePicture());
    writeFileSync(join(disc, 'empty'), '');
    writeFileSync(join(disc, 'patient.txt'), ' {"resourceType":"Patient","name":[{"family":"Otieno"}],"birthDate":"1984-03-17"}');
    writeFileSync(join(disc, 'broken.json'), 'oops');
    writeFileSync(join(disc, 'readme.htm'), '<html>');
    writeFileSync(join(disc, 'viewer.exe'), Buffer.from([0x4d, 0x5a, 0, 1, 2, 3]));
    writeFileSync(join(records, 'notes.txt'), 'not JSON at all');
    const results = await importPaths(context, [disc, records], undefined, () => undefined);
    expect(
      Object.fromEntries(results.map(({ file, reason, status }) => [file, reason === LEFT_OUT ? 'left out' : status])),
    ).toEqual({
      'autorun.inf': 'left out',
      'broken.json': 'refused',
      'chest.dcm': 'imported',
      empty: 'left out',
      'notes.txt': 'refused',
      'patient.txt': 'imported',
      'readme.htm': 'left out',
      'viewer.exe': 'left out',
    });
    expect(results.filter(({ reason }) => reason?.includes('not JSON')).map(({ file }) => file)).toEqual([
      'broken.json',
      'notes.txt',
    ]);
  } finally {
    await core.remove();
    for (const folder of [disc, records]) rmSync(folder, { recursive: true, force: true });
  }
});
