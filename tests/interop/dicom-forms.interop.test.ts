/** Rare but legal forms of pixel data, made by pydicom, against what pydicom and dcmtk make of them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareForms } from './dicom-forms.ts';
import { installPythonPackages } from './install.ts';

/** The decoder keeps eight bits of these; they are refused, with a reason, rather than shown wrong. */
const REFUSED = /^j2k-rgb16-\w+: The DICOM file uses JPEG 2000 colours of more than 8 bits/;

test('stored values and colours of rare forms', { timeout: 600_000 }, () => {
  const python = installPythonPackages('dicom-python', [
    'pydicom==3.0.2',
    'numpy==2.4.6',
    'pylibjpeg==2.1.0',
    'pylibjpeg-libjpeg==2.5.0',
    'pylibjpeg-openjpeg==2.6.0',
    'pylibjpeg-rle==2.2.0',
    'pyjpegls==1.5.1',
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-forms-'));
  try {
    const made = spawnSync(python, ['-W', 'ignore', join(import.meta.dirname, 'dicom_forms.py'), folder], { encoding: 'utf8' });
    expect(made.status, made.stderr).toBe(0);
    console.log(made.stdout.trim());
    const { compared, shown, wrong } = compareForms(folder);
    console.log(`${compared} forms compared, colours of ${shown}`);
    expect(wrong.filter((one) => !REFUSED.test(one))).toEqual([]);
    expect(compared).toBeGreaterThan(150);
    expect(shown).toBeGreaterThan(20);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
