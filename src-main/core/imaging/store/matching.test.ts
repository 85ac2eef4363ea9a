/** Whose a study is: what is certain goes to the chart, what is not waits. Rows are what stations and hospitals do to names and numbers. */
import { expect, test } from 'vitest';
import { testCore } from '../../../../tests/fixtures/core.ts';
import { madePicture } from '../../../../tests/fixtures/dicom.ts';
import type { Belonging } from '../facts.ts';
import { nameParts } from '../parse/charset.ts';
import { candidates, matchPatient, speaksAgainst } from './matching.ts';

type Person = Belonging['patient'];

const person = (pn: string, id: string | undefined, over: Partial<Person> = {}): Person => {
  const { shown, family, given } = nameParts(pn);
  return { name: shown, family, given, id, issuer: undefined, otherIds: [], birthDate: '1970-01-02', sex: 'M', ...over };
};

test('the same number with what names, dates and places do to it', async () => {
  const core = await testCore();
  try {
    const client = await core.create();
    const db = core.core.clinic()?.vault.db;
    if (!db) throw new Error('no clinic');
    const register = async (family: string, given: string, value: string, birthDate = '1970-01-02') =>
      (await client.call('patients.register', { family, given, birthDate, sex: 'male', identifier: { value } })).id;
    const okafor = await register('Okafor', 'Chidi Emeka', 'MRN-4711');
    const wang = await register('王', '小東', 'W-1');
    await register('Żółć', 'Łukasz', 'Z-7');
    const rows: [Person, 'patient' | 'doubt' | 'new', string][] = [
      [person('Okafor^Chidi^Emeka', 'MRN-4711'), 'patient', 'as it is'],
      [person('OKAFOR^CHIDI', 'mrn 4711'), 'patient', 'capitals, no middle name, another spelling of the number'],
      [person('Okafor^Chidi^Emeka^Dr.^Jr.', 'MRN-4711'), 'patient', 'title and suffix'],
      [person('Okafor^Chidi', 'MRN-4711', { birthDate: undefined, sex: undefined }), 'patient', 'no birth date in the files'],
      [person('Okafor^Chidi', 'X-1', { otherIds: ['MRN-4711'] }), 'patient', 'our number among the others'],
      [person('ZOLC^LUKASZ', 'Z-7'), 'patient', 'accents that a station cannot write'],
      [person('王^小東', 'W-1'), 'patient', 'the same characters'],
      [person('Okafor^Chidi', 'MRN-4711', { birthDate: '1970-02-01' }), 'doubt', 'day and month exchanged'],
      [person('Chidi^Okafor', 'MRN-4711'), 'doubt', 'family and given name exchanged'],
      [person('Okafor Chidi', 'MRN-4711'), 'doubt', 'no ^ between the names'],
      [person('Okafor', 'MRN-4711', { birthDate: undefined }), 'doubt', 'a family name and a number alone'],
      [person('Okafor^C', 'MRN-4711'), 'doubt', 'an initial'],
      [person('Okafo^Chidi', 'MRN-4711'), 'doubt', 'a letter less'],
      [person('汪^小東', 'W-1'), 'doubt', 'other characters that sound alike'],
      [person('Okafor^Chidi', 'MRN-9999'), 'doubt', 'same name and birth date, another number'],
      [person('Chidi^Okafor', 'MRN-9999'), 'doubt', 'exchanged, with another number'],
      [person('Okafor^Chidi', 'ANONYMOUS', { birthDate: undefined }), 'doubt', 'a number that stands for nobody'],
      [person('Anonymous', '0000'), 'doubt', 'nobody at all'],
      [person('Nobody^Alike', 'N-1', { birthDate: '1990-09-09' }), 'new', 'somebody new'],
    ];
    const found = rows.map(([one, , what]) => `${matchPatient(db, one).kind}: ${what}`);
    expect(found).toEqual(rows.map(([, kind, what]) => `${kind}: ${what}`));
    for (const [one, kind] of rows)
      if (kind === 'patient')
        expect(matchPatient(db, one)).toEqual({
          kind,
          patient: /[王汪]/.test(one.name) ? wang : one.id === 'Z-7' ? expect.any(String) : okafor,
        });
    // Whoever decides is shown the one it may be, with what speaks against.
    expect(candidates(db, person('Chidi^Okafor', 'MRN-9999'))).toMatchObject([
      { id: okafor, reasons: expect.arrayContaining(['family and given name exchanged']) },
    ]);
    expect(speaksAgainst(db, okafor, person('Okafor^Chidi', 'MRN-9999'))).toEqual(['other number']);
    expect(speaksAgainst(db, okafor, person('Okafor^Chidi', undefined))).toEqual([]);
  } finally {
    await core.remove();
  }
});

test('the same number and name from another hospital is doubtful, where both say who gave it out', async () => {
  const core = await testCore();
  try {
    const client = await core.create();
    const bytes = madePicture({ id: '4711', extra: [[0x00100021, 'LO', 'St. Mary']] });
    const { upload } = await client.call('uploads.begin', { name: 'a.dcm', size: bytes.byteLength });
    await client.call('uploads.chunk', { upload, offset: 0, bytes });
    const { job } = await client.call('imaging.import', { uploads: [upload] });
    await core.core.clinic()?.jobs.wait(job);
    const db = core.core.clinic()?.vault.db;
    if (!db) throw new Error('no clinic');
    const of = (issuer: string | undefined) => matchPatient(db, person('Okafor^Chidi', '4711', { issuer })).kind;
    expect([of(undefined), of('ST. MARY'), of('County General')]).toEqual(['patient', 'patient', 'doubt']);
  } finally {
    await core.remove();
  }
});
