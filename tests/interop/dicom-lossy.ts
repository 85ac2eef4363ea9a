/**
 * Lossy files against pydicom: largest difference of a stored sample, which decoders may round differently. Wanted: 2, in subsampled colour 4.
 *
 *     VENV/bin/python tests/interop/dicom_reference.py ../shared/data/dicom /tmp/hashes.json FOLDER
 *     node tests/interop/dicom-lossy.ts FOLDER
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDicom } from '../../src-main/core/imaging/parse/part10.ts';
import { numbersIn, typeOf } from '../../src-main/core/imaging/pixels/display.ts';
import { framesOf } from '../../src-main/core/imaging/pixels/file-frames.ts';
import { dicomFile } from '../fixtures/dicom.ts';

const folder = process.argv[2] ?? '.';
let failed = 0;
for (const name of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
  const { file, photometric } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { file: string; photometric: string }; // written by dicom_reference.py
  const theirs = readFileSync(join(folder, name.replace(/json$/, 'bin')));
  const frames = framesOf(openDicom(dicomFile(file)));
  const type = typeOf(frames.module);
  const ours = Buffer.concat(Array.from({ length: frames.layout.count }, (_, index) => frames.decode(index + 1).bytes));
  const [mine, other] = [numbersIn({ bytes: ours, type }), numbersIn({ bytes: theirs, type })];
  let largest = ours.byteLength === theirs.byteLength ? 0 : Number.POSITIVE_INFINITY;
  for (let index = 0; index < mine.length; index++)
    largest = Math.max(largest, Math.abs((mine[index] ?? 0) - (other[index] ?? 0)));
  const allowed = photometric.endsWith('_422') ? 4 : 2;
  if (largest > allowed) failed++;
  console.log(
    `${file.padEnd(50)} ${photometric.padEnd(14)} largest difference ${largest}${largest > allowed ? ' TOO MUCH' : ''}`,
  );
}
process.exitCode = failed > 0 ? 1 : 0;
