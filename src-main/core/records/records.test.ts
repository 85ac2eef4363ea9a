import { describe, expect, test } from 'vitest';
import { callerOf, openTestVault, type TestVault } from '../../../tests/fixtures/vault.ts';
import { applyRemote, deleteResource, procedures, putResource, readResource, readVersion, rebuildDerived } from './index.ts';
import { derivedTables } from './rebuild.ts';

const call = callerOf(procedures);

const register = (vault: TestVault, family: string, given: string, birthDate: string, more: object = {}) =>
  call(vault, 'patients.register', { family, given, birthDate, sex: 'female', ...more }).then(({ id }) => id);

describe('resources', () => {
  test('each change is a version with history and a line in the change log; the same again is none', () => {
    const vault = openTestVault();
    const patient = { resourceType: 'Patient', id: 'p', birthDate: '1984' };
    const first = vault.write((tx) => putResource(tx, patient, { origin: 'person' }));
    const again = vault.write((tx) => putResource(tx, patient, { origin: 'person' }));
    const second = vault.write((tx) =>
      putResource(tx, { ...patient, birthDate: '1985' }, { origin: 'person', expectedVersion: 1 }),
    );
    expect([first.version, again.version, second.version]).toEqual([1, 1, 2]);
    expect(() => vault.write((tx) => putResource(tx, patient, { origin: 'person', expectedVersion: 1 }))).toThrow(
      'Somebody changed this',
    );
    vault.write((tx) => deleteResource(tx, 'Patient', 'p'));
    const { db } = vault.context.vault;
    expect(readResource(db, 'Patient', 'p')).toBeUndefined();
    expect(readVersion(db, 'Patient', 'p', 1)?.resource).toEqual(patient);
    expect(db.prepare('SELECT base_version, new_version FROM change_log ORDER BY seq').all()).toEqual([
      { base_version: 0, new_version: 1 },
      { base_version: 1, new_version: 2 },
      { base_version: 2, new_version: 3 },
    ]);
  });

  test('a change from elsewhere keeps its stamp, moves the clock on, and is not sent back', () => {
    const vault = openTestVault();
    const hlc = 'ffff00000000-0001-other';
    vault.write((tx) => applyRemote(tx, { resource: { resourceType: 'Patient', id: 'p' }, hlc, author: 'x', device: 'other' }));
    const { db } = vault.context.vault;
    expect(db.prepare('SELECT count(*) AS n FROM change_log').get()).toEqual({ n: 0 });
    vault.write((tx) => putResource(tx, { resourceType: 'Patient', id: 'q' }, { origin: 'person' }));
    expect(String((db.prepare('SELECT hlc FROM change_log').get() as { hlc: string }).hlc) > hlc).toBe(true);
  });
});

describe('finding a patient', () => {
  test.each([
    ['otie', 'beginning of the family name'],
    ['amina otieno', 'both names'],
    ['Otieno, A', 'as in a list'],
    ['otienno', 'a letter too many'],
    ['aimna', 'two letters exchanged'],
    ['17.03.1984', 'date, day first'],
    ['3/17/1984', 'date, month first'],
    ['1984-03-17', 'ISO date'],
    ['17 mar 1984', 'date in words'],
    ['otieno 1984', 'name and year'],
    ['MRN-0077', 'identifier'],
    ['mrn 0077', 'identifier, written otherwise'],
    ['0712 345', 'beginning of the phone number'],
    ['+254712345678', 'phone number from abroad'],
  ])('%s (%s)', async (text) => {
    const vault = openTestVault();
    await register(vault, 'Otieno', 'Amina', '1984-03-17', { phone: '0712 345 678', identifier: { value: 'MRN-0077' } });
    await register(vault, 'Baker', 'John', '1950-01-01', { sex: 'male' });
    const { results } = await call(vault, 'patients.search', { text });
    expect(results.map((row) => row.name)).toEqual(['OTIENO, Amina']);
  });

  test('names in other scripts and with accents are found in plain letters', async () => {
    const vault = openTestVault();
    await register(vault, 'Ångström-Łukasz', 'Zoë', '1970-01-01');
    await register(vault, 'Иванова', 'Мария', '1971-01-01');
    await register(vault, '王', '小明', '1972-01-01');
    for (const [text, name] of [
      ['lukasz', 'ÅNGSTRÖM-ŁUKASZ, Zoë'],
      ['angstrom', 'ÅNGSTRÖM-ŁUKASZ, Zoë'],
      ['mariya', 'ИВАНОВА, Мария'],
      ['ivanova', 'ИВАНОВА, Мария'],
      ['小', '王, 小明'],
      ['wang', '王, 小明'],
    ] as const) {
      expect((await call(vault, 'patients.search', { text })).results.map((row) => row.name)).toEqual([name]);
    }
  });

  test('a look-alike is shown with reasons before registering', async () => {
    const vault = openTestVault();
    const id = await register(vault, 'Otieno', 'Amina', '1984-03-07');
    const { candidates } = await call(vault, 'patients.lookAlikes', {
      family: 'Otienno',
      given: 'Amina',
      birthDate: '1984-07-03',
      sex: 'female',
    });
    expect(candidates).toMatchObject([
      { id, reasons: ['similar family name', 'same given name', 'birth date with day and month exchanged'] },
    ]);
    expect(
      (await call(vault, 'patients.lookAlikes', { family: 'Otieno', given: 'Brian', birthDate: '1990-01-01', sex: 'male' }))
        .candidates,
    ).toEqual([]);
    await expect(register(vault, 'Otieno', 'Amina', '1984-03-07')).rejects.toThrow('may be the same person');
    expect(await register(vault, 'Otieno', 'Amina', '1984-03-07', { notThese: [id] })).not.toBe(id);
  });
});

describe('the chart', () => {
  test('what is entered stands in its list, and can be ended with a reason', async () => {
    const vault = openTestVault();
    const patient = await register(vault, 'Otieno', 'Amina', '1984-03-17');
    await call(vault, 'chart.add', { patient, entry: { kind: 'problem', text: 'Type 2 diabetes', onset: '2019' } });
    await call(vault, 'chart.add', {
      patient,
      entry: { kind: 'allergy', substance: 'Penicillin', criticality: 'high', reaction: 'Anaphylaxis' },
    });
    const drug = await call(vault, 'chart.add', {
      patient,
      entry: { kind: 'medicine', name: 'Metformin', dose: '500 mg', frequency: 'twice a day' },
    });
    await call(vault, 'chart.add', { patient, entry: { kind: 'vital', code: '85354-9', value: 128, value2: 82, unit: 'mmHg' } });
    await call(vault, 'chart.add', { patient, entry: { kind: 'vital', code: '29463-7', value: 150, unit: '[lb_av]' } });
    const banner = await call(vault, 'patients.banner', { patient });
    expect(banner).toMatchObject({
      age: '41 y',
      allergies: [{ substance: 'Penicillin', criticality: 'high', reaction: 'Anaphylaxis' }],
      noKnownAllergies: false,
      access: { inCareTeam: true },
    });
    const summary = await call(vault, 'chart.summary', { patient });
    expect(summary.medicines).toMatchObject([
      { title: 'Metformin', detail: '500 mg, twice a day', status: 'active', origin: 'person', by: 'Dr. Amina Otieno' },
    ]);
    const { series } = await call(vault, 'chart.vitals', { patient });
    expect(series.map((one) => [one.name, one.unit, one.points[0]?.printed])).toEqual([
      ['Systolic blood pressure', 'mmHg', '128'],
      ['Diastolic blood pressure', 'mmHg', '82'],
      ['Body weight', 'kg', '68.04'],
    ]);
    await call(vault, 'chart.stop', { patient, type: 'MedicationRequest', id: drug.id, reason: 'Diarrhoea' });
    expect((await call(vault, 'chart.summary', { patient })).medicines).toEqual([]);
    expect((await call(vault, 'chart.list', { patient, list: 'medicines' })).items).toMatchObject([
      { status: 'stopped', detail: '500 mg, twice a day · Diarrhoea' },
    ]);
    expect((await call(vault, 'chart.timeline', { patient })).items.map((item) => item.title)).toContain('Vital signs');
  });

  test.each([
    [{ kind: 'vital', code: '8310-5', value: 98.6, unit: '°C' }, 'Body temperature must lie between 20 and 45'],
    [{ kind: 'vital', code: '85354-9', value: 80, value2: 120, unit: 'mmHg' }, 'not below the upper'],
    [{ kind: 'vital', code: '29463-7', value: 70, unit: 'stone' }, 'not measured in this unit'],
    [{ kind: 'problem', text: 'x', onset: '2031' }, 'not a date of the past'],
  ] as const)('a slip of the keyboard is refused: %o', async (entry, sentence) => {
    const vault = openTestVault();
    const patient = await register(vault, 'Otieno', 'Amina', '1984-03-17');
    await expect(call(vault, 'chart.add', { patient, entry })).rejects.toThrow(sentence);
  });

  test('the timeline turns page by page without losing or repeating a line', async () => {
    const vault = openTestVault();
    const patient = await register(vault, 'Otieno', 'Amina', '1984-03-17');
    // Several of them at the same moment, as records from elsewhere have.
    for (let n = 0; n < 40; n++) {
      const performedDateTime = `2025-01-0${1 + Math.floor(n / 9)}T08:00:00+03:00`;
      const procedure = { resourceType: 'Procedure', status: 'completed', code: { text: `No ${n}` }, performedDateTime };
      vault.write((tx) => putResource(tx, procedure, { patient, origin: 'imported' }));
    }
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await call(vault, 'chart.timeline', { patient, before, limit: 7 });
      seen.push(...page.items.map((item) => item.title));
      before = page.next;
    } while (before !== undefined);
    expect(seen).toHaveLength(40);
    expect(new Set(seen).size).toBe(40);
  });

  test('a signed note takes addenda and is never changed', async () => {
    const vault = openTestVault();
    const patient = await register(vault, 'Otieno', 'Amina', '1984-03-17');
    const { id } = await call(vault, 'notes.sign', { patient, title: 'Visit', text: 'Feels well.\nNächste Woche wieder.' });
    await call(vault, 'notes.sign', { patient, title: 'Addendum', text: 'Potassium was 5.1.', addendumTo: id });
    const note = await call(vault, 'notes.read', { patient, id });
    expect(note).toMatchObject({
      title: 'Visit',
      text: 'Feels well.\nNächste Woche wieder.',
      author: 'Dr. Amina Otieno',
      addenda: [{ text: 'Potassium was 5.1.' }],
    });
    expect(readResource(vault.context.vault.db, 'DocumentReference', id)?.version).toBe(1);
  });

  test('the derived tables made again are the same', async () => {
    const vault = openTestVault();
    const patient = await register(vault, 'Otieno', 'Amina', '1984-03-17', { phone: '0712 345 678' });
    await call(vault, 'chart.add', { patient, entry: { kind: 'allergy', substance: 'Penicillin' } });
    await call(vault, 'notes.sign', { patient, title: 'Visit', text: 'Feels well.' });
    const { db } = vault.context.vault;
    const all = () =>
      derivedTables.map((table) =>
        db
          .prepare(`SELECT * FROM ${table}${table === 'name_word' ? ' ORDER BY word' : ''}`)
          .all()
          .map((row) => ({ ...(row as object), n: undefined })),
      );
    const before = all();
    expect(vault.write((tx) => rebuildDerived(tx.db))).toBe(4);
    expect(all()).toEqual(before);
    expect((await call(vault, 'patients.search', { text: 'otienno' })).results).toHaveLength(1);
  });
});
