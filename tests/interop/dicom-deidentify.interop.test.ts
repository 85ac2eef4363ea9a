/** Every file of ../shared/data/dicom de-identified, and searched for what identified it, by another program with the profile's table. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deidentify } from '../../src-main/core/imaging/deidentify/deidentify.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { dicomDir, dicomFile, dicomHere, manifest } from '../fixtures/dicom.ts';
import { installPythonPackages } from './install.ts';

const DAYS = -30;

test.runIf(dicomHere)(
  'nothing that identifies survives, dates move together, numbers stay consistent',
  { timeout: 900_000 },
  () => {
    const python = installPythonPackages('dicom-deidentify', ['pydicom==3.0.2', 'dicom-anonymizer==2.1.0']);
    const folder = mkdtempSync(join(tmpdir(), 'lamplight-deidentified-'));
    try {
      for (const shiftDays of [undefined, DAYS]) {
        const place = join(folder, String(shiftDays));
        mkdirSync(place);
        const left: string[] = [];
        for (const { file } of manifest()) {
          try {
            const options = { secret: new Uint8Array(32).fill(7), pseudonym: 'ANON-1', shiftDays };
            writeFileSync(join(place, file.replaceAll('/', '__')), deidentify(dicomFile(file), options).bytes);
          } catch (thrown) {
            if (!(thrown instanceof AppError)) throw thrown;
            left.push(`${file}: ${thrown.message}`);
          }
        }
        const args = [
          join(import.meta.dirname, 'dicom_deidentified.py'),
          dicomDir,
          place,
          ...(shiftDays ? [String(shiftDays)] : []),
        ];
        const done = spawnSync(python, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
        expect(done.status, done.stderr).toBe(0);
        const found = JSON.parse(done.stdout);
        console.log(
          `${found.compared} compared, ${left.length} refused, ${found.numbers} numbers, dates moved: ${JSON.stringify(found.dates)}`,
        );
        expect(found).toMatchObject({ survived: [], withoutRecord: [], leftovers: {} });
        expect(found.differentNumbers).toBe(found.numbers);
        expect(Object.keys(found.dates)).toEqual(shiftDays ? [String(shiftDays)] : []);
        // pydicom itself stumbles over one private sequence, in the original as well.
        expect(found.unread.length).toBeLessThan(2);
        expect(found.compared).toBeGreaterThan(340);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
