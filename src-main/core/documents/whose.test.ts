import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../../src-node/root.ts';
import { type ChartPatient, otherPersonIn } from './whose.ts';

const shipped = (name: string) => readFileSync(join(root, 'resources', 'sample-letters', `${name}.txt`), 'utf8');
const harriet: ChartPatient = { family: 'Samplewell', given: 'Harriet', birthDate: '1952-03-14' };
const grace: ChartPatient = { family: 'Achieng', given: 'Grace', birthDate: '1972-04-09' };

describe('a letter on a chart', () => {
  test('of another patient is noticed by name and birth date', () => {
    expect(otherPersonIn([shipped('discharge-scan')], grace)).toEqual({ name: 'Harriet Samplewell', birthDate: '1952-03-14' });
    expect(otherPersonIn([shipped('prescription-photo')], grace)).toEqual({
      name: 'Oliver Placeholder',
      birthDate: '1948-09-27',
    });
  });

  test('of the same patient is not, also where a letter or a digit was misread', () => {
    expect(otherPersonIn([shipped('discharge-scan')], harriet)).toBeUndefined();
    expect(otherPersonIn(['Patient Mrs Harriet Samplevell\nDate of birth 14/08/1952'], harriet)).toBeUndefined();
    expect(otherPersonIn(['Patient: SAMPLEWELL, H.\nDOB 03/14/1952'], harriet)).toBeUndefined();
  });

  test('of a namesake is noticed by the birth date', () => {
    expect(otherPersonIn([shipped('discharge-scan')], { ...harriet, birthDate: '1988-11-02' })).toEqual({
      name: undefined,
      birthDate: '1952-03-14',
    });
  });

  test('after a change of name is not, where the birth date is the same', () => {
    expect(
      otherPersonIn(['Patient: Mrs Harriet Maidenname\nDate of birth 14/03/1952'], { ...harriet, given: 'Harriett' }),
    ).toBeUndefined();
    expect(otherPersonIn(['Patient: Mrs Hattie Maidenname\nDate of birth 14/03/1952'], harriet)).toBeUndefined();
  });

  test('that does not say whose it is raises nothing', () => {
    expect(
      otherPersonIn(
        ['Patient information leaflet\nName of the medicine: Ramipril\nThe patient was well. Name Harbour Clinic'],
        grace,
      ),
    ).toBeUndefined();
    expect(otherPersonIn(['Dear Dr Sandoval,\nthank you for seeing her. Dr Eluned Marchetti'], grace)).toBeUndefined();
    expect(otherPersonIn([], grace)).toBeUndefined();
  });
});

const letters = join(process.env.LAMPLIGHT_SHARED ?? join(root, '..', 'shared'), 'data', 'letters', 'typeset');

describe.runIf(existsSync(letters))('the eleven letters in six languages', () => {
  const found = existsSync(letters) ? readdirSync(letters).filter((name) => name.endsWith('.txt')) : [];
  for (const file of found) {
    const id = file.slice(0, -4);
    const { patient } = JSON.parse(readFileSync(join(letters, `${id}.entities.json`), 'utf8')) as {
      patient: { name: string; birth_date?: string };
    };
    const text = readFileSync(join(letters, file), 'utf8');
    const names = patient.name.split(/\s+/);
    const own: ChartPatient = { family: names.at(-1) ?? '', given: names.slice(0, -1).join(' '), birthDate: patient.birth_date };

    test(`${id} fits its own patient and no other`, () => {
      expect(otherPersonIn([text], own)).toBeUndefined();
      // Names in two scripts are not compared.
      expect(
        otherPersonIn([text], id.startsWith('hi-') ? { family: 'शर्मा', given: 'सुनीता', birthDate: undefined } : grace),
      ).toBeDefined();
    });
  }
});
