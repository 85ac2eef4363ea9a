import { expect, test } from 'vitest';
import { check, emptyForm, fromDraft, toRegistration } from './register-form.ts';

const whole = { ...emptyForm, family: 'Otieno', given: 'Amina', birthDate: '1984-03-17', sex: 'female' };

test('a whole form passes', () => expect(check(whole)).toEqual({}));

test('what is needed is named', () =>
  expect(check(emptyForm)).toEqual({ family: 'missing', given: 'missing', birthDate: 'missing', sex: 'missing' }));

test.each(['1984', '1984-03', '1984-03-17', '2024-02-29'])('takes the birth date %s', (birthDate) =>
  expect(check({ ...whole, birthDate })).toEqual({}),
);

test.each(['17.3.1984', '1984-13', '1984-02-30', '2999-01-01', '1780-01-01'])('refuses the birth date %s', (birthDate) =>
  expect(check({ ...whole, birthDate })).toEqual({ birthDate: 'wrongDate' }),
);

test('what stays empty is left out', () =>
  expect(toRegistration(whole)).toEqual({
    family: 'Otieno',
    given: 'Amina',
    birthDate: '1984-03-17',
    sex: 'female',
    phone: undefined,
    address: undefined,
    identifier: undefined,
  }));

test('a draft comes back, and rubbish is an empty form', () => {
  expect(fromDraft(JSON.stringify(whole))).toEqual(whole);
  expect(fromDraft('{')).toEqual(emptyForm);
  expect(fromDraft('{"family":3,"other":"x"}')).toEqual(emptyForm);
});
