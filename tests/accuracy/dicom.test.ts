/** Every file of ../shared/data/dicom: what is expected beside what comes out, and pixel values against an independent decoder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dicomInfo, type FileInfo } from '../../src-main/core/imaging/index.ts';
import { dicomDir, dicomHere, manifest } from '../fixtures/dicom.ts';

if (!dicomHere && process.env.CI !== 'true') console.log('left out: 3 tests that need ../shared (or LAMPLIGHT_SHARED)');

const words = { opened: 'opens', partly: 'opens-partly', refused: 'refused' } as const;

/** Where we differ from the manifest's rule (what pydicom and dcmtk do) and why. */
const reasons: Readonly<Record<string, string>> = {
  'odd/ge-private-ivrle-bigendian-pixels.dcm':
    'whole: dcmtk decodes it to the same values, pydicom stumbles over a private sequence of undefined length',
  'seg/seg-liver-rle.dcm': 'decoded to the same bits as seg/seg-liver-3f-1bit.dcm, which holds the same frames uncompressed',
  'transfer-syntax/ct-jpeg-process10-12.dcm': 'the retired syntax is decoded to the same values as by dcmtk',
  'transfer-syntax/ct-jpeg-process6-8.dcm': 'the retired syntax is decoded to the same values as by dcmtk',
};
/** A picture that pydicom makes of a damaged stream; dcmtk refuses it, and so do we. */
const damaged = new Set(['odd/made-jls-corrupt.dcm']);

interface Reference {
  files: Record<string, { frames: number; sha256: string }>;
}
const reference = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/dicom-reference.json'), 'utf8')) as Reference; // written by dicom_reference.py

describe.runIf(dicomHere || process.env.CI === 'true')('the DICOM files in ../shared', async () => {
  const rows = dicomHere ? manifest() : [];
  const results = new Map<string, FileInfo>(
    (await dicomInfo(rows.map(({ file }) => ({ name: file, path: join(dicomDir, file) })))).map((result) => [
      result.file,
      result,
    ]),
  );

  test('each is opened, opened in part or refused as expected, with a reason where it is not whole', () => {
    const lines = rows.map(({ file, expected }) => {
      const { status = 'refused', reason = '', framesDecoded = 0 } = results.get(file) ?? {};
      return [
        file.padEnd(54),
        expected.padEnd(12),
        words[status].padEnd(12),
        String(framesDecoded).padStart(5),
        reasons[file] ?? reason,
      ].join(' ');
    });
    console.log([`${'file'.padEnd(54)} ${'expected'.padEnd(12)} ${'ours'.padEnd(12)} frames why`, ...lines].join('\n'));
    const wrong = rows
      .filter(({ file, expected }) => words[results.get(file)?.status ?? 'refused'] !== expected)
      .map(({ file }) => file);
    expect(wrong.sort()).toEqual(Object.keys(reasons).sort());
    for (const result of results.values()) if (result.status !== 'opened') expect(result.reason, result.file).toMatch(/\.$/);
    expect(rows.length).toBeGreaterThan(380);
  });

  test('pixel values of native, run-length and lossless files equal those of pydicom with pylibjpeg, pyjpegls and GDCM', () => {
    const compared = Object.entries(reference.files).filter(([file]) => !damaged.has(file));
    const differing = compared
      .filter(
        ([file, { sha256, frames }]) => results.get(file)?.pixelSha256 !== sha256 || results.get(file)?.framesDecoded !== frames,
      )
      .map(([file]) => file);
    expect(differing).toEqual([]);
    console.log(`${compared.length} files equal to the independent decoder, value by value`);
    expect(compared.length).toBeGreaterThan(250);
  });

  test('what decoders make of the same frames in different encodings is the same', () => {
    const of = (name: string) => results.get(name)?.pixelSha256;
    expect(of('seg/seg-liver-rle.dcm')).toBe(of('seg/seg-liver-3f-1bit.dcm'));
    const same = [
      'big-endian-explicit',
      'deflated-explicitvr-little-endian',
      'jpeg-process14',
      'jpeg-process14sv1',
      'jpeg2000-lossless-only',
      'jpegls-lossless',
      'rle-lossless',
    ].map((name) => of(`transfer-syntax/ct-${name}.dcm`));
    expect(new Set([of('transfer-syntax/ct-little-endian-implicit.dcm'), ...same]).size).toBe(1);
  });
});
