/** Makes the sample letters beside this file: `node resources/sample-letters/make.ts`. The patients are invented. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { turnBy } from '../../src-main/core/documents/clean/raster.ts';
import { openPdf } from '../../src-main/core/documents/decode/pdf.ts';
import { jpegOf, photographed, picturePdf, scanned, textPdf } from '../../src-main/core/documents/made-up.ts';
import type { Grey } from '../../src-main/core/documents/page.ts';
import { shrink } from '../../src-main/core/documents/clean/raster.ts';

const A4_AT_200_DPI = 2339;
const A4_AT_180_DPI = 2105;

const discharge = [
  [
    '# SAMPLE LETTER - INVENTED PATIENT',
    '# Fairhaven General Hospital',
    'Department of Medicine, 3 Harbour Road, Fairhaven FH1 4ZZ',
    '',
    'Patient\tMrs Harriet Samplewell\tHospital no.\tFH-204417',
    'Date of birth\t14/03/1952\tSex\tFemale',
    'Admitted\t06/01/2026\tDischarged\t12/01/2026',
    '',
    '# Diagnoses',
    '1. Community acquired pneumonia, left lower lobe.',
    '2. Type 2 diabetes mellitus.',
    '3. Essential hypertension.',
    '',
    '# History',
    'Mrs Samplewell is a 73 year old retired teacher who came with five days of cough,',
    'fever and breathlessness. She was treated with oxygen and intravenous antibiotics',
    'and improved within three days. She walks without help and lives with her sister.',
    '',
    '# Findings on admission',
    'Blood pressure 148/86 mmHg, pulse 104/min, temperature 38.7 °C,',
    'respiratory rate 24/min, oxygen saturation 91% on air, weight 68.4 kg.',
    '',
    '# Allergies',
    'Penicillin: rash.',
  ],
  [
    '# Laboratory results',
    'Test\t06/01/2026\t11/01/2026\tUnit',
    'Haemoglobin\t118\t121\tg/L',
    'White cell count\t16.2\t8.4\t10^9/L',
    'C-reactive protein\t212\t34\tmg/L',
    'Creatinine\t98\t84\tumol/L',
    'Potassium\t4.1\t4.4\tmmol/L',
    'HbA1c\t61\t\tmmol/mol',
    '',
    '# Medication on discharge',
    'Metformin 500 mg by mouth twice daily with meals',
    'Amlodipine 5 mg by mouth once daily in the morning',
    'Doxycycline 100 mg by mouth once daily until 16/01/2026 (new)',
    'Atorvastatin 20 mg by mouth at night',
    'Ibuprofen 400 mg STOPPED on admission',
    '',
    '# Plan',
    'Chest radiograph in six weeks. Repeat HbA1c in three months. Please check the blood',
    'pressure at the next visit. Smoking: stopped in 1998.',
    '',
    'Dr A. Sample, Consultant Physician',
    'Sample letter made by Lamplight; no real person is meant.',
  ],
];

const prescription = [
  [
    '# SAMPLE PRESCRIPTION - INVENTED PATIENT',
    '# Lantern Street Practice',
    '12 Lantern Street, Fairhaven FH2 1ZZ, Tel 01632 960512',
    '',
    'Name: Mr Oliver Placeholder',
    'Date of birth: 27/09/1948',
    'Date: 03/02/2026',
    '',
    '1. Ramipril 2.5 mg capsules',
    'Take one by mouth once daily. Supply 28.',
    '2. Bisoprolol 1.25 mg tablets',
    'Take one by mouth in the morning. Supply 28.',
    '3. Furosemide 40 mg tablets',
    'Take one by mouth once daily. Supply 28.',
    '',
    'Blood pressure 132/78 mmHg. Pulse 66/min. Weight 81.2 kg.',
    'Diagnosis: chronic heart failure.',
    'No known drug allergies.',
    '',
    'Dr B. Sample',
    'Sample letter made by Lamplight; no real person is meant.',
  ],
];

await write('discharge-scan', discharge, async (pages) => ['pdf', await picturePdf(pages.map((page, i) => scanned(turnBy(shrink(page, A4_AT_200_DPI).image, i === 0 ? 1.3 : -0.8), i + 1)))]);
await write('prescription-photo', prescription, async ([page]) => ['jpg', page === undefined ? new Uint8Array() : await jpegOf(photographed(shrink(page, A4_AT_180_DPI).image))]);

async function write(name: string, pages: string[][], draw: (pages: Grey[]) => Promise<[string, Uint8Array]>): Promise<void> {
  // Helvetica in WinAnsi: the degree sign is one byte, as in Latin 1.
  const pdf = await openPdf(textPdf(pages));
  const [ending, bytes] = await draw(pages.map((_, i) => pdf.render(i).image));
  writeFileSync(join(import.meta.dirname, `${name}.${ending}`), bytes);
  const truth = pages.flat().filter((line) => line !== '').map((line) => line.replace(/^# /, '').replace(/\t+/g, ' '));
  writeFileSync(join(import.meta.dirname, `${name}.txt`), `${truth.join('\n')}\n`);
}
