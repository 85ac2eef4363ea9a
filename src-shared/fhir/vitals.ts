/** Vital signs: LOINC code, unit (UCUM), band of adults, and what a body cannot have. */

export interface Vital {
  /** LOINC. */
  code: string;
  name: string;
  /** UCUM, and as printed for people. */
  unit: string;
  printedUnit: string;
  /** Usual in resting adults; see the sources below. */
  band?: readonly [number, number];
  /** Outside of this a value is a slip of the keyboard, not a finding. */
  plausible: readonly [number, number];
  /** Other LOINC codes that mean the same on a trend. */
  also?: readonly string[];
  /** Other units and how to come from them to `unit`. */
  from?: Readonly<Record<string, (value: number) => number>>;
}

const pounds = (value: number) => value * 0.45359237;
const inches = (value: number) => value * 2.54;
const fahrenheit = (value: number) => ((value - 32) * 5) / 9;

/** LOINC panel code of a blood pressure, and of its two parts. */
export const BLOOD_PRESSURE = '85354-9';
export const SYSTOLIC = '8480-6';
export const DIASTOLIC = '8462-4';

// Bands: pulse, breathing, oxygen, temperature are the zero-score ranges of NEWS2 (Royal College of Physicians 2017, scale 1) widened for pulse to the
// usual 60-100; blood pressure below grade 1 hypertension of the ESH guideline 2023 (140/90); body mass index normal range of WHO.
export const vitals: readonly Vital[] = [
  { code: SYSTOLIC, name: 'Systolic blood pressure', unit: 'mm[Hg]', printedUnit: 'mmHg', band: [90, 139], plausible: [30, 320] },
  {
    code: DIASTOLIC,
    name: 'Diastolic blood pressure',
    unit: 'mm[Hg]',
    printedUnit: 'mmHg',
    band: [60, 89],
    plausible: [10, 220],
  },
  { code: '8867-4', name: 'Pulse', unit: '/min', printedUnit: '/min', band: [60, 100], plausible: [10, 350] },
  { code: '9279-1', name: 'Breathing rate', unit: '/min', printedUnit: '/min', band: [12, 20], plausible: [2, 120] },
  {
    code: '2708-6',
    name: 'Oxygen saturation',
    unit: '%',
    printedUnit: '%',
    band: [96, 100],
    plausible: [30, 100],
    also: ['59408-5'],
  },
  {
    code: '8310-5',
    name: 'Body temperature',
    unit: 'Cel',
    printedUnit: '°C',
    band: [36.1, 38],
    plausible: [20, 45],
    also: ['8331-1', '8333-7', '8328-7'],
    from: { '[degF]': fahrenheit, degF: fahrenheit, '°F': fahrenheit, F: fahrenheit },
  },
  {
    code: '29463-7',
    name: 'Body weight',
    unit: 'kg',
    printedUnit: 'kg',
    plausible: [0.2, 650],
    also: ['3141-9', '3142-7'],
    from: { '[lb_av]': pounds, lbs: pounds, lb: pounds, g: (value) => value / 1000 },
  },
  {
    code: '8302-2',
    name: 'Body height',
    unit: 'cm',
    printedUnit: 'cm',
    plausible: [15, 275],
    also: ['8306-3', '3137-7', '8308-9'],
    from: { '[in_i]': inches, in: inches, m: (value) => value * 100 },
  },
  { code: '39156-5', name: 'Body mass index', unit: 'kg/m2', printedUnit: 'kg/m²', band: [18.5, 24.9], plausible: [5, 130] },
  {
    code: '9843-4',
    name: 'Head circumference',
    unit: 'cm',
    printedUnit: 'cm',
    plausible: [15, 75],
    also: ['8287-5'],
    from: { '[in_i]': inches },
  },
  { code: '72514-3', name: 'Pain', unit: '{score}', printedUnit: '/10', plausible: [0, 10] },
];

const byCode = new Map(
  vitals.flatMap((vital) => [vital.code, ...(vital.also ?? [])].map((code): [string, Vital] => [code, vital])),
);

export function vitalOf(loinc: string | undefined): Vital | undefined {
  return loinc === undefined ? undefined : byCode.get(loinc);
}

/** The value in the vital sign's own unit, or undefined where the unit is one that we cannot turn into it. */
export function inOwnUnit(vital: Vital, value: number, unit: string): number | undefined {
  if (unit === vital.unit || unit === vital.printedUnit || unit === '' || sameUnit(vital, unit)) return value;
  return vital.from?.[unit]?.(value);
}

const spellings: Readonly<Record<string, readonly string[]>> = {
  'mm[Hg]': ['mmHg', 'mm Hg', 'mm/Hg', 'MMHG'],
  '/min': [
    '/min',
    '{beats}/min',
    '{Beats}/min',
    'beats/min',
    'beats/minute',
    'bpm',
    'breaths/minute',
    'breaths/min',
    '{breaths}/min',
    '1/min',
    'per min',
  ],
  Cel: ['C', '°C', 'degrees C', 'cel', 'degC'],
  'kg/m2': ['kg/m^2', 'kg/m²'],
  kg: ['Kg', 'KG', 'kilograms'],
  cm: ['centimeters', 'centimetres', 'CM'],
  '%': ['percent', '% O2'],
};

function sameUnit(vital: Vital, unit: string): boolean {
  return spellings[vital.unit]?.includes(unit) ?? false;
}
