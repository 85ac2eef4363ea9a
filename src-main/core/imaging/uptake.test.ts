/** Uptake values by body weight against sums by hand; and why there are none. */
import { expect, test } from 'vitest';
import { dicomFile, dicomHere, type Made, madePicture } from '../../../tests/fixtures/dicom.ts';
import { describeDicom } from './describe.ts';

type Over = readonly (readonly [tag: number, vr: string, value: string])[];

/** 70 kg, 350 MBq at 09:00:00, scan at 10:49:46.2: one half-life of 6586.2 s later. */
const tracer: Over = [
  [0x00181072, 'TM', '090000'],
  [0x00181074, 'DS', '350000000'],
  [0x00181075, 'DS', '6586.2'],
];
const header: Over = [
  [0x00080021, 'DA', '20260301'],
  [0x00080022, 'DA', '20260301'],
  [0x00080031, 'TM', '104946.2'],
  [0x00080032, 'TM', '105500'],
  [0x00080060, 'CS', 'PT'],
  [0x00101030, 'DS', '70'],
  [0x00280051, 'CS', 'DECY\\ATTN\\SCAT'],
  [0x00541001, 'CS', 'BQML'],
  [0x00541102, 'CS', 'START'],
];

function merged(own: Over, over: Over): Made {
  const left = own.filter(([tag]) => !over.some(([other]) => other === tag));
  return [...left, ...over].filter(([, , value]) => value !== '').map(([tag, vr, value]) => [tag, vr, value]);
}
const uptake = (over: Over = [], ofTracer: Over = [], tracers = 1) =>
  describeDicom(
    madePicture({
      extra: [
        ...merged(header, over),
        ...(tracers === 0 ? [] : ([[0x00540016, 'SQ', Array.from({ length: tracers }, () => merged(tracer, ofTracer))]] as Made)),
      ],
    }),
  ).facts.uptake;
const factor = (value: number) => ({ factor: expect.closeTo(value, 12) });

test('activity at the start of the scan: after one half-life half the dose is left', () => {
  // 70 000 g / 175 000 000 Bq
  expect(uptake()).toEqual(factor(0.0004));
});

test('activity corrected to the injection is divided by the whole dose', () => {
  expect(uptake([[0x00541102, 'CS', 'ADMIN']])).toEqual(factor(0.0002));
});

test('an injection before midnight, with and without its date', () => {
  const after = [
    [0x00080031, 'TM', '003946.2'],
    [0x00080032, 'TM', '004000'],
  ] as const;
  expect(uptake(after, [[0x00181072, 'TM', '225000']])).toEqual(factor(0.0004));
  expect(uptake(after, [[0x00181078, 'DT', '20260228225000.0']])).toEqual(factor(0.0004));
  // The date says: a day and a half-life earlier than that.
  expect(uptake(after, [[0x00181078, 'DT', '20260220225000.0']])).toEqual({ why: 'times' });
});

test('a tracer that is scanned days later needs the date of its injection: a time alone may be of any of them', () => {
  const zirconium = [
    [0x00181075, 'DS', '282276'],
    [0x00181072, 'TM', '104946.2'],
  ] as const;
  expect(uptake([], zirconium)).toEqual({ why: 'times' });
  // Four days: 70 000 g / (350 MBq * 2 ** -(345 600 s / 282 276 s))
  const decayed = 350_000_000 * 2 ** (-345_600 / 282_276);
  expect(uptake([], [...zirconium, [0x00181078, 'DT', '20260225104946.2']])).toEqual(factor(70_000 / decayed));
});

test('a series that was made later is corrected to its scan all the same', () => {
  const late = [0x00080031, 'TM', '120000'] as const;
  // Ten minutes into the scan, by the average of a frame of 120 s that decays by half in 6586.2 s: its middle is 59.874 s in.
  const constant = Math.LN2 / 6586.2;
  const middle = Math.log((constant * 120) / (1 - Math.exp(-constant * 120))) / constant;
  const acquired = [0x00080032, 'TM', '105946.2'] as const;
  const frame = [
    [0x00541300, 'DS', String(600_000 + middle * 1000)],
    [0x00181242, 'IS', '120000'],
  ] as const;
  expect(uptake([late, acquired, ...frame])).toEqual({ factor: expect.closeTo(0.0004, 9) });
  const ge = [
    [0x00090010, 'LO', 'GEMS_PETD_01'],
    [0x0009100d, 'DT', '20260301104946.2'],
  ] as const;
  expect(uptake([late, acquired, ...ge])).toEqual(factor(0.0004));
  expect(uptake([late, acquired])).toEqual({ why: 'times' });
});

test('counts of Philips by its own factors; grams a millilitre as they are', () => {
  const counts = [
    [0x00541001, 'CS', 'CNTS'],
    [0x70530010, 'LO', 'Philips PET Private Group'],
  ] as const;
  expect(uptake([...counts, [0x70531000, 'DS', '0.00042']])).toEqual(factor(0.00042));
  expect(uptake([...counts, [0x70531000, 'DS', '0'], [0x70531009, 'DS', '2']])).toEqual(factor(0.0008));
  expect(uptake([[0x00541001, 'CS', 'CNTS']])).toEqual({ why: 'unit' });
  expect(uptake([[0x00541001, 'CS', 'GML']])).toEqual(factor(1));
  expect(
    uptake([
      [0x00541001, 'CS', 'GML'],
      [0x00541006, 'CS', 'LBM'],
    ]),
  ).toEqual({ why: 'other-suv' });
});

test('what is missing or cannot be is named', () => {
  const why = (...over: Parameters<typeof uptake>) => uptake(...over);
  expect(why([[0x00101030, 'DS', '0']])).toEqual({ why: 'weight' });
  expect(why([[0x00101030, 'DS', '70000']])).toEqual({ why: 'weight' });
  expect(why([[0x00280051, 'CS', 'DECY']])).toEqual({ why: 'correction' });
  expect(why([[0x00541102, 'CS', 'NONE']])).toEqual({ why: 'correction' });
  expect(why([[0x00541001, 'CS', 'PROPCNTS']])).toEqual({ why: 'unit' });
  // Megabecquerel.
  expect(why([], [[0x00181074, 'DS', '350']])).toEqual({ why: 'dose' });
  expect(why([], [[0x00181075, 'DS', '']])).toEqual({ why: 'half-life' });
  expect(why([], [[0x00181072, 'TM', '']])).toEqual({ why: 'times' });
  expect(why([], [], 2)).toEqual({ why: 'tracers' });
  expect(why([], [], 0)).toEqual({ why: 'dose' });
  expect(uptake([[0x00080060, 'CS', 'CT']])).toBe(undefined);
});

test.runIf(dicomHere)('real ones, by hand: 69.7344 kg, 178.34 MBq FLT at 14:17:00, scan at 15:23:16.921', () => {
  const decayed = 178340011.59668 * 2 ** (-(3600 + 6 * 60 + 16.921) / 6586.2);
  expect(describeDicom(dicomFile('pt/pt-flt-breast.dcm')).facts.uptake).toEqual(factor(69734.4 / decayed));
  const other = 474592928 * 2 ** (-(3600 + 28 * 60 + 36) / 6588);
  expect(describeDicom(dicomFile('pt/pt-jpeg-lossless.dcm')).facts.uptake).toEqual(factor(90000 / other));
  expect(describeDicom(dicomFile('pt/pt-jls-bits14.dcm')).facts.uptake).toEqual({ why: 'weight' });
});
