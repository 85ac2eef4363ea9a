/** Discs and archives as they are laid on: with their directory, in folders, within each other, damaged and hostile. */
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { ImagingImportResult } from '../../../../src-shared/contract/imaging.ts';
import { testCore } from '../../../../tests/fixtures/core.ts';
import { madeDicom, madePicture } from '../../../../tests/fixtures/dicom.ts';
import { SYSTEM } from '../../context-of.ts';
import { openDicomPool } from '../pool.ts';
import { importDicom } from './import.ts';

type Take = (files: Record<string, Uint8Array>) => Promise<ImagingImportResult>;

async function withClinic(body: (take: Take) => Promise<void>): Promise<void> {
  const core = await testCore();
  const pool = openDicomPool(1);
  try {
    await core.create();
    const clinic = core.core.clinic();
    if (!clinic) throw new Error('no clinic');
    const context = clinic.contextOf({ ...SYSTEM, roles: ['radiologist'] });
    await body((files) =>
      importDicom(
        context,
        pool,
        Object.entries(files).map(([name, bytes]) => ({ name, read: async () => bytes })),
        { source: 'test' },
      ),
    );
  } finally {
    await pool.close();
    await core.remove();
  }
}

/** Begins an entry in a zip archive's list of contents. */
const CENTRAL = Buffer.from('504b0102', 'hex');

const directory = (entries: [path: string, uid: string][]) =>
  madeDicom([
    [0x00080016, 'UI', '1.2.840.10008.1.3.10'],
    [
      0x00041220,
      'SQ',
      entries.map(([path, uid]) => [
        [0x00041430, 'CS', 'IMAGE'],
        [0x00041500, 'CS', path],
        [0x00041511, 'UI', uid],
      ]),
    ],
  ]);

test('a directory is compared with what came along: by path, by number where folders were left behind, by what came before', () =>
  withClinic(async (take) => {
    const [one, two] = [madePicture({ uid: '1.2.3.3' }), madePicture({ uid: '1.2.3.4' })];
    const dir = directory([
      ['IMAGES\\A', '1.2.3.3'],
      ['IMAGES\\B', '1.2.3.4'],
      ['..\\..\\ETC\\PASSWD', '1.2.3.5'],
    ]);
    const said = async (files: Record<string, Uint8Array>) =>
      (await take(files)).results.find(({ file }) => file.endsWith('DIR'))?.reason;
    const led = '1 of its entries lead out of the disc and were not followed.';
    expect(await said({ DICOMDIR: dir, 'IMAGES/A': one })).toBe(
      `1 of 2 files that the directory lists did not come along. ${led}`,
    );
    expect(await said({ 'disc/images/a': one, 'disc/images/b': two, 'disc/DICOMDIR': dir })).toBe(led);
    // Chosen by hand: no folders, and the first came an hour ago.
    expect(await said({ B: two, DICOMDIR: dir })).toBe(led);
  }));

test('archives within archives come in to a depth that people use; beyond, and together too large, they are refused', () =>
  withClinic(async (take) => {
    let nest = zipSync({ 'a.dcm': madePicture() });
    for (let depth = 0; depth < 5; depth++) nest = zipSync({ 'in.zip': nest });
    const deep = await take({ 'deep.zip': nest });
    expect(deep.results).toMatchObject([{ status: 'refused', reason: expect.stringContaining('more than 3 deep') }]);
    const usual = await take({ 'cd.zip': zipSync({ 'disc 1/patient.zip': zipSync({ '..\\..\\evil/a.dcm': madePicture() }) }) });
    expect(usual.results).toMatchObject([{ file: 'cd.zip/disc 1/patient.zip/../../evil/a.dcm', status: 'imported' }]);
    // Each archive has fewer entries than the limit, both together have more; the entries are packed in a way that is refused at once.
    const half = Buffer.from(
      zipSync(Object.fromEntries(Array.from({ length: 26_000 }, (_, index) => [`${index}`, new Uint8Array()])), { level: 0 }),
    );
    for (let at = half.indexOf(CENTRAL); at >= 0; at = half.indexOf(CENTRAL, at + 4)) half.writeUInt16LE(99, at + 10);
    const { results } = await take({ 'many.zip': zipSync({ '1.zip': half, '2.zip': half }) });
    expect(results).toHaveLength(26_001);
    expect(results.at(-1)).toMatchObject({
      file: 'many.zip/2.zip',
      status: 'refused',
      reason: expect.stringContaining('50000 files'),
    });
  }));

test('what is no picture in a folder is refused by itself, and holds nothing up', () =>
  withClinic(async (take) => {
    const locked = Buffer.from(zipSync({ 'a.dcm': madePicture() }));
    // The bit that says "encrypted", in the list of contents.
    const at = locked.indexOf(CENTRAL) + 8;
    locked.writeUInt16LE(locked.readUInt16LE(at) | 1, at);
    const { results } = await take({
      'letter.docx': zipSync({ '[Content_Types].xml': strToU8('<Types/>'), 'word/document.xml': strToU8('<w/>') }),
      'locked.zip': locked,
      'cut.zip': zipSync({ 'a.dcm': madePicture() }).subarray(0, 60),
      'notes.txt': strToU8('not a picture'),
      'empty.dcm': new Uint8Array(),
      'good.dcm': madePicture(),
    });
    expect(results.map(({ file, status }) => `${file} ${status}`)).toEqual([
      'letter.docx refused',
      'locked.zip refused',
      'cut.zip refused',
      'notes.txt refused',
      'empty.dcm refused',
      'good.dcm imported',
    ]);
    expect(results[1]?.reason).toContain('protected with a password');
  }));
