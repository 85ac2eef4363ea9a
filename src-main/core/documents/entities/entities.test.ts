import { describe, expect, it } from 'vitest';
import { extractEntities, type LabEntity } from './index.ts';
import { allergies, diagnoses, labs, medicines, read, vitals } from './letters.fixture.ts';
import { typed } from './monospace.fixture.ts';

// Invented letters of several houses and languages: what stands in them must be offered, and nothing that does not.

describe('a note from the United States', () => {
  const found = read(
    `
RIVERSIDE MEDICAL CENTER
Progress Note 03/14/2026
DOB: 07/22/1961
HPI: 64 y/o male here for follow up. Denies chest pain. No evidence of heart failure.
Vitals: BP 142/88, HR 88, RR 18, T 98.6 F, SpO2 97% on RA, Wt 210 lb
Medications:
- Lisinopril 20 mg PO daily
- Insulin glargine 24 units SC at bedtime
- Albuterol HFA 90 mcg/actuation 2 puffs q4-6h PRN
Allergies: Sulfa drugs (hives), codeine (nausea)
Labs: Na 138, K 4.2, Cr 1.1 mg/dL, glucose 186 mg/dL, HbA1c 8.2 %
Assessment:
1. Type 2 diabetes mellitus, uncontrolled
2. Hypertension
Plan: Stop glyburide. Start empagliflozin 10 mg PO daily.
Family History: Father had MI at 52. Mother with breast cancer.`,
    'en-US',
  );
  it('gives medicines with abbreviated routes and times, and what the plan stops and starts', () => {
    expect(medicines(found)).toEqual([
      ['Lisinopril', '20 mg', 'oral', 'daily', undefined],
      ['Insulin glargine', '24 units', 'subcutaneous', 'at bedtime', undefined],
      ['Albuterol', '90 mcg/actuation', undefined, 'q4-6h PRN', undefined],
      ['glyburide', undefined, undefined, undefined, 'STOPPED'],
      ['empagliflozin', '10 mg', 'oral', 'daily', 'new'],
    ]);
  });
  it('reads vital signs and values without units', () => {
    expect(vitals(found)).toEqual([
      ['blood pressure', '142/88', ''],
      ['pulse', '88', ''],
      ['respiratory rate', '18', ''],
      ['temperature', '98.6', 'F'],
      ['oxygen saturation', '97', '%'],
      ['weight', '210', 'lb'],
    ]);
    expect(labs(found).map(([name, value]) => [name, value])).toEqual([
      ['Na', '138'],
      ['K', '4.2'],
      ['Cr', '1.1'],
      ['glucose', '186'],
      ['HbA1c', '8.2'],
    ]);
  });
  it('reads the month first and keeps the family out', () => {
    expect(found.filter((e) => e.kind === 'date').map((e) => e.value.iso)).toEqual(['2026-03-14', '1961-07-22']);
    expect(diagnoses(found)).toEqual(['Type 2 diabetes mellitus, uncontrolled', 'Hypertension']);
    expect(allergies(found)).toEqual(['Sulfa drugs', 'codeine']);
  });
});

describe('tables', () => {
  it('gives each medicine of a table its status', () => {
    const found = read(
      `
Medications on discharge
Drug                 Dose         Route     Frequency            Status       Comments
Lansoprazole         30 mg        PO        OD                   Continued
Clopidogrel          75 mg        PO        OD                   New          12 months
Bisoprolol           1.25 mg      PO        OM                   Increased
Naproxen             500 mg       PO        BD                   STOPPED      GI bleed
Gliclazide MR        30 mg        PO        OD                   Reduced`,
      'en',
    );
    expect(medicines(found)).toEqual([
      ['Lansoprazole', '30 mg', 'oral', 'OD', 'unchanged'],
      ['Clopidogrel', '75 mg', 'oral', 'OD', 'new'],
      ['Bisoprolol', '1.25 mg', 'oral', 'OM', 'increased'],
      ['Naproxen', '500 mg', 'oral', 'BD', 'STOPPED'],
      ['Gliclazide MR', '30 mg', 'oral', 'OD', 'reduced'],
    ]);
  });
  it('gives values side by side the dates of their columns, also where one is missing', () => {
    const found = read(
      `
Test                    12/01/2026    14/01/2026   Units       Normal range
Hb                      134           129          g/L         115-165
WBC                     14.5 H        9.2          10^9/L      4-11
CRP                     <1            5            mg/L        0-5
Albumin (serum)                       31           g/L         35-50`,
      'en',
    );
    expect(labs(found)).toEqual([
      ['Hb', '134', 'g/L', undefined, '2026-01-12'],
      ['Hb', '129', 'g/L', undefined, '2026-01-14'],
      ['WBC', '14.5', '10^9/L', 'H', '2026-01-12'],
      ['WBC', '9.2', '10^9/L', undefined, '2026-01-14'],
      ['CRP', '<1', 'mg/L', undefined, '2026-01-12'],
      ['CRP', '5', 'mg/L', undefined, '2026-01-14'],
      ['Albumin (serum)', '31', 'g/L', 'L', '2026-01-14'],
    ]);
  });
  it('joins cells that are broken over two lines, and goes on over the page', () => {
    const found = read(
      `
Medicine            Dose            Frequency
Sacubitril/         24/26 mg        twice daily
valsartan
Bisoprolol          2.5 mg          once daily
Eplerenone          25 mg           once daily\f
Apixaban            5 mg            twice daily
Ezetimibe           10 mg           at night`,
      'en',
    );
    expect(medicines(found).map((m) => m.slice(0, 2))).toEqual([
      ['Sacubitril/valsartan', '24/26 mg'],
      ['Bisoprolol', '2.5 mg'],
      ['Eplerenone', '25 mg'],
      ['Apixaban', '5 mg'],
      ['Ezetimibe', '10 mg'],
    ]);
  });
  it('reads an Indian laboratory sheet with its own headings', () => {
    const found = read(
      `
TEST NAME                    RESULT      UNITS          BIO. REF. INTERVAL
Haemoglobin (Hb)             12.4        g/dL           13.0 - 17.0
Total Leucocyte Count        7800        /cumm          4000 - 10000
Platelet Count               1.85        lakhs/cumm     1.5 - 4.1
Urine sodium                 45          mmol/L`,
      'en',
    );
    expect(labs(found)).toEqual([
      ['Haemoglobin (Hb)', '12.4', 'g/dL', 'L', undefined],
      ['Total Leucocyte Count', '7800', '/cumm', undefined, undefined],
      ['Platelet Count', '1.85', 'lakhs/cumm', undefined, undefined],
      ['Urine sodium', '45', 'mmol/L', undefined, undefined],
    ]);
    const ofUrine = found.find((e): e is LabEntity => e.kind === 'lab' && e.value.name === 'Urine sodium');
    expect(ofUrine?.value.loinc).toBeUndefined();
  });
  it('reads rows without a header', () => {
    const found = read(
      `
Haemoglobin 101 g/L (115 - 165) L
Platelets 88 x10^9/L (150 - 450) *
Alk Phos 312 IU/L (30 - 130)
GGT 640 U/L`,
      'en',
    );
    expect(labs(found)).toEqual([
      ['Haemoglobin', '101', 'g/L', 'L', undefined],
      ['Platelets', '88', '10^9/L', 'L', undefined],
      ['Alk Phos', '312', 'IU/L', 'H', undefined],
      ['GGT', '640', 'U/L', undefined, undefined],
    ]);
  });
});

describe('sentences', () => {
  const found = read(
    `
Dear Dr Moss,
Thank you for referring this 71-year-old lady. Metformin was reduced from 1 g to 500 mg twice daily because of her kidney function,
and amlodipine 5 mg was stopped. She has been started on ramipril 2.5 mg once daily. She was treated with a course of
doxycycline 100 mg twice daily for a chest infection in January. No known drug allergies. She is intolerant of codeine.
Her sister takes warfarin 3 mg daily. On examination her temperature was 36.8 °C, blood pressure 128/76 and heart rate 64 bpm.
Target blood pressure is below 130/80 mmHg. If the potassium is above 5.5 mmol/L please stop ramipril. Her last creatinine was 134 umol/L
on 3 May 2026. There is no evidence of pneumonia. Ibuprofen 400 mg should be avoided.`,
    'en',
  );
  it('offers what is taken now, with its change, and neither past courses nor relatives’ medicines', () => {
    expect(medicines(found)).toEqual([
      ['Metformin', '500 mg', undefined, 'twice daily', 'reduced'],
      ['amlodipine', '5 mg', undefined, undefined, 'STOPPED'],
      ['ramipril', '2.5 mg', undefined, 'once daily', 'new'],
    ]);
  });
  it('takes limits and targets for no measurements', () => {
    expect(vitals(found)).toEqual([
      ['temperature', '36.8', '°C'],
      ['blood pressure', '128/76', ''],
      ['pulse', '64', 'bpm'],
    ]);
    expect(labs(found)).toEqual([['creatinine', '134', 'umol/L', undefined, '2026-05-03']]);
  });
  it('offers an intolerance and no denied disease', () => {
    expect(allergies(found)).toEqual(['codeine']);
    expect(diagnoses(found)).toEqual([]);
  });
});

describe('charts and lists of other houses', () => {
  it('reads a chart with a column for each vital sign', () => {
    const found = read(
      `
Time      Temp     Pulse    BP         Resp    SpO2
08:00     37.2     88       128/76     16      97
14:00     38.1     104      118/70     20      95`,
      'en',
    );
    expect(vitals(found).map(([type, value]) => `${type} ${value}`)).toEqual([
      'temperature 37.2',
      'pulse 88',
      'blood pressure 128/76',
      'respiratory rate 16',
      'oxygen saturation 97',
      'temperature 38.1',
      'pulse 104',
      'blood pressure 118/70',
      'respiratory rate 20',
      'oxygen saturation 95',
    ]);
  });
  it('gives each row of a table its own date', () => {
    const found = read(
      `
Tests               Result        Reference         Date
Potassium           3.2 mmol/L    3.5-5.0           02/05/2026
Glucose             6.4 mmol/L    3.9-6.1           03/05/2026`,
      'en',
    );
    expect(labs(found)).toEqual([
      ['Potassium', '3.2', 'mmol/L', 'L', '2026-05-02'],
      ['Glucose', '6.4', 'mmol/L', 'H', '2026-05-03'],
    ]);
  });
  it('keeps a second dose, and lets the list on admission give way to the one on discharge', () => {
    const found = read(
      `
Medication on admission: lisinopril 10 mg od, clozapine 150 mg mane and 250 mg nocte
Discharge medication
Lisinopril 20 mg od (increased)
Stopped: diclofenac 50 mg`,
      'en',
    );
    expect(medicines(found)).toEqual([
      ['clozapine', '150 mg', undefined, 'mane and 250 mg nocte', undefined],
      ['Lisinopril', '20 mg', undefined, 'od', 'increased'],
      ['diclofenac', '50 mg', undefined, undefined, 'STOPPED'],
    ]);
  });
  it('parts allergies from their reactions', () => {
    expect(allergies(read('Allergies: Trimethoprim (rash), latex, shellfish - lip swelling', 'en'))).toEqual([
      'Trimethoprim',
      'latex',
      'shellfish',
    ]);
    expect(allergies(read('ALLERGIES: NKDA', 'en'))).toEqual([]);
  });
});

describe('doubt', () => {
  it('marks numbers that no living patient has, and names with a letter wrong', () => {
    const found = read(
      `
Temperature 214 °C, pulse 8/min, blood pressure 58/94 mmHg, weight 71.4 kg, Haemoglobln 10.6 g/dL, creatinine 88 pmol/L
Medication
Metforrnin 500 mg twice daily
Ramipril 5 mg once daily
Xyzolin 10 mg once daily`,
      'en',
    );
    expect(vitals(found)).toEqual([
      ['temperature', '214', '°C', 'doubtful'],
      ['pulse', '8', '/min', 'doubtful'],
      ['blood pressure', '58/94', 'mmHg', 'doubtful'],
      ['weight', '71.4', 'kg'],
    ]);
    expect(labs(found).map((l) => [l[0], l[5]])).toEqual([
      ['Haemoglobln', 'doubtful'],
      ['creatinine', 'doubtful'],
    ]);
    expect(medicines(found).map((m) => [m[0], m[5]])).toEqual([
      ['Metforrnin', 'doubtful'],
      ['Ramipril', undefined],
      ['Xyzolin', 'doubtful'],
    ]);
  });
  it('marks an entity when the engines doubt its number', () => {
    const pages = typed('Glucose 5.4 mmol/L. Ramipril 10 mg once daily.', {
      '5.4': { doubtful: true, confidence: 0.4 },
      '10': { doubtful: true },
    });
    const found = extractEntities(pages, { language: 'en' });
    expect(found.map((e) => [e.kind, e.doubtful])).toEqual([
      ['medication', true],
      ['lab', true],
    ]);
    expect(found.find((e) => e.kind === 'lab')?.confidence).toBe(0.4);
  });
  it('knows that a grown person does not weigh 7.14 kg', () => {
    const page = typed('Clinic 3 March 2026. Weight 7.14 kg.');
    const doubt = (birthDate: string) =>
      extractEntities(page, { language: 'en', birthDate }).find((e) => e.kind === 'vital')?.doubtful;
    expect(doubt('1960-05-01')).toBe(true);
    expect(doubt('2025-09-01')).toBe(false);
  });
});
