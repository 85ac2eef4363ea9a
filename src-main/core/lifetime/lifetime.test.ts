/** Removal, retention and holds on a real core; erasure has a file of its own. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PatientId, patientId } from '../../../src-shared/contract/types.ts';
import { ADMIN, type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { madePicture } from '../../../tests/fixtures/dicom.ts';
import { type Client, codeOf } from '../../../tests/hostile/core.fixture.ts';

const YEAR_MS = 366 * 86_400_000;
const ZORA = { family: 'Quibbleworth', given: 'Zora', birthDate: '1984-03-17', sex: 'female' as const };

let made: TestCore;
let client: Client;
let patient: PatientId;

beforeEach(async () => {
  made = await testCore();
  client = await made.create();
  patient = (await client.call('patients.register', ZORA)).id;
});

afterEach(async () => {
  expect(made.bugs).toEqual([]);
  await made.remove();
});

const found = async () => (await client.call('patients.search', { text: 'quibbleworth' })).results.length;
const notes = async () => (await client.call('chart.list', { patient, list: 'notes' })).items.map((item) => item.id);
const sign = async (text: string, addendumTo?: string) =>
  (await client.call('notes.sign', { patient, title: 'Round', text, addendumTo })).id;

describe('what is removed', () => {
  test('leaves the chart with its addenda, says who and why, and comes back whole', async () => {
    const note = await sign('Walks again');
    await sign('Without a stick', note);
    const before = await client.call('records.export', { patient });
    expect(await codeOf(client.call('records.remove', { patient, type: 'DocumentReference', id: note, reason: '' }))).toBe(
      'invalid-input',
    );
    const { removal } = await client.call('records.remove', {
      patient,
      type: 'DocumentReference',
      id: note,
      reason: 'Written on the wrong chart',
    });
    expect(await notes()).toEqual([]);
    expect(await codeOf(client.call('notes.read', { patient, id: note }))).toBe('not-found');
    const { items } = await client.call('records.removed', { patient });
    expect(items).toMatchObject([
      {
        removal,
        type: 'DocumentReference',
        id: note,
        title: 'Round',
        count: 2,
        reason: 'Written on the wrong chart',
        by: ADMIN.displayName,
      },
    ]);

    expect(await client.call('records.restore', { patient, removal })).toEqual({ restored: 2 });
    expect((await client.call('notes.read', { patient, id: note })).addenda).toHaveLength(1);
    expect((await client.call('records.removed', { patient })).items).toEqual([]);
    const after = await client.call('records.export', { patient });
    expect(clinical(after.document)).toEqual(clinical(before.document));
  });

  test('is of this patient only, and what says what happened is not removed itself', async () => {
    const note = await sign('Walks again');
    const { removal } = await client.call('records.remove', {
      patient,
      type: 'DocumentReference',
      id: note,
      reason: 'A mistake',
    });
    expect(await codeOf(client.call('records.remove', { patient, type: 'Provenance', id: removal, reason: 'A mistake' }))).toBe(
      'not-found',
    );
    const { id: other } = await client.call('patients.register', {
      ...ZORA,
      given: 'Ben',
      family: 'Osterhagen',
      birthDate: '1970-01-01',
    });
    expect(await codeOf(client.call('records.restore', { patient: other, removal }))).toBe('not-found');
  });

  test('a patient leaves every list and search, and comes back with everything', async () => {
    await sign('Walks again');
    await client.call('patients.remove', { patient, ground: 'duplicate', reason: 'Registered twice' });
    expect(await found()).toBe(0);
    expect(await codeOf(client.call('patients.banner', { patient }))).toBe('not-found');
    expect(await codeOf(client.call('records.export', { patient }))).toBe('not-found');
    expect((await client.call('patients.removed', {})).patients).toMatchObject([
      { patient, title: 'QUIBBLEWORTH, Zora', ground: 'duplicate', by: ADMIN.displayName },
    ]);
    await client.call('patients.restore', { patient });
    expect(await found()).toBe(1);
    expect(await notes()).toHaveLength(1);
    expect((await client.call('patients.removed', {})).patients).toEqual([]);
  });

  test('can be destroyed once its time is over, and not under a legal hold', async () => {
    const note = await sign('Walks again');
    const { removal } = await client.call('records.remove', {
      patient,
      type: 'DocumentReference',
      id: note,
      reason: 'A mistake',
    });
    expect(await codeOf(client.call('retention.purge', { patient, removal, reason: 'Time is over' }))).toBe('not-due');
    await later(2);
    const { id } = await client.call('holds.set', { patient, reason: 'Letter of a lawyer' });
    expect(await codeOf(client.call('retention.purge', { patient, removal, reason: 'Time is over' }))).toBe('legal-hold');
    await client.call('holds.lift', { patient, id, reason: 'Case closed' });
    expect(await client.call('retention.purge', { patient, removal, reason: 'Time is over' })).toEqual({ versions: 1 });
    expect(await codeOf(client.call('records.restore', { patient, removal }))).toBe('not-found');
  });

  test('a destroyed letter takes the pictures of its pages with it', async () => {
    const letter = await sign('Stands for a letter');
    const clinic = made.core.clinic();
    const person = (await client.call('session.status', {})).session?.person;
    if (!clinic || !person) throw new Error('nobody is signed in');
    const context = clinic.contextOf(person);
    const written = await context.vault.files.write(patient, 'page-1', 'image/png', Buffer.from('a page of it'));
    const page = context.write({ action: 'C', procedure: 'documents.add', patient }, (tx) => {
      const file = context.vault.files.record(tx.db, written, tx.at);
      tx.db
        .prepare("INSERT INTO document (id, patient, title, added_at, state) VALUES (?, ?, 'Letter', ?, 'read')")
        .run(letter, patient, tx.at);
      tx.db
        .prepare(
          "INSERT INTO document_page (document, page, width, height, rotation, source, language, text, words, image) VALUES (?, 1, 1, 1, 0, 'ocr', 'en', 'Letter', '[]', ?)",
        )
        .run(letter, file);
      return file;
    });
    const { removal } = await client.call('records.remove', {
      patient,
      type: 'DocumentReference',
      id: letter,
      reason: 'A mistake',
    });
    expect(context.vault.files.find(page)).toBeDefined();
    await later(2);
    await client.call('retention.purge', { patient, removal, reason: 'Time is over' });
    expect(context.vault.files.find(page)).toBeUndefined();
    expect(await codeOf(context.vault.files.read(page))).toBe('not-found');
    expect(readdirSync(join(clinic.vault.dir, 'files'), { recursive: true }).some((name) => String(name).endsWith(page))).toBe(
      false,
    );
  });

  test('a study that is destroyed takes the files of its slices along', async () => {
    const clinic = made.core.clinic();
    if (!clinic) throw new Error('no vault is open');
    const bytes = madePicture();
    const { upload } = await client.call('uploads.begin', { name: 'slice.dcm', size: bytes.byteLength });
    await client.call('uploads.chunk', { upload, offset: 0, bytes });
    const { job } = await client.call('imaging.import', { uploads: [upload], patient });
    await clinic.jobs.wait(job);
    const study = (await client.call('imaging.studies', { patient })).studies[0]?.id ?? '';
    const kept = clinic.vault.db.prepare<[], { file: string }>('SELECT file FROM dicom_instance').get()?.file ?? '';
    expect(clinic.vault.files.find(kept)).toBeDefined();
    const { removal } = await client.call('records.remove', { patient, type: 'ImagingStudy', id: study, reason: 'A mistake' });
    await later(2);
    await client.call('retention.purge', { patient, removal, reason: 'Time is over' });
    expect(await codeOf(clinic.vault.files.read(kept))).toBe('not-found');
    expect(clinic.vault.db.prepare('SELECT 1 FROM dicom_instance').get()).toBeUndefined();
  });
});

test('a copy that cannot be saved leaves the file of that name as it was', async () => {
  const path = join(made.root, 'letters.zip');
  writeFileSync(path, 'of another patient');
  expect(
    await codeOf(client.call('subjectAccess.save', { patient, handout: 'fetched-already', place: made.core.places.offer(path) })),
  ).toBe('not-found');
  expect(readFileSync(path, 'utf8')).toBe('of another patient');
  expect(readdirSync(made.root).filter((name) => name.startsWith('letters'))).toEqual(['letters.zip']);
});

describe('retention', () => {
  test('lists a record once its years are over, and a decision or a hold takes it off the overdue ones', async () => {
    expect((await client.call('retention.list', {})).due).toEqual([]);
    await later(11);
    const { due } = await client.call('retention.list', {});
    expect(due.filter((one) => one.patient)).toMatchObject([
      { rule: 'adult-record', patient, patientName: 'QUIBBLEWORTH, Zora', hold: false },
    ]);
    const { id } = await client.call('holds.set', { patient, reason: 'Letter of a lawyer' });
    expect((await client.call('retention.list', {})).due.find((one) => one.patient)?.hold).toBe(true);
    await client.call('holds.lift', { patient, id, reason: 'Case closed' });
    await client.call('retention.keep', { patient, until: '2040-01-01', reason: 'Implant still in use' });
    expect((await client.call('retention.list', {})).due.find((one) => one.patient)).toMatchObject({
      keptReason: 'Implant still in use',
    });
    // Nothing went by itself.
    expect(await found()).toBe(1);
  });

  test('keeps a child until its 25th birthday, and follows the rules of the clinic', async () => {
    const { id: child } = await client.call('patients.register', {
      family: 'Wren',
      given: 'Tiny',
      birthDate: '2020-05-01',
      sex: 'male',
    });
    await later(12);
    const ofChild = async () => (await client.call('retention.list', {})).due.find((one) => one.patient === child);
    expect(await ofChild()).toBeUndefined();
    await client.call('retention.setRule', { rule: 'child-record', years: 13 });
    expect(await ofChild()).toMatchObject({ rule: 'child-record' });
    expect((await client.call('retention.rules', {})).rules.find((rule) => rule.rule === 'child-record')).toMatchObject({
      years: 13,
      defaultYears: 25,
      by: ADMIN.displayName,
    });
  });

  test('the check is a job that writes down when it looked and deletes nothing', async () => {
    await later(11);
    const { job } = await client.call('retention.check', {});
    expect(await made.core.clinic()?.jobs.wait(job)).toMatchObject({
      due: expect.arrayContaining([expect.objectContaining({ patient: patientId.parse(patient) })]),
    });
    expect((await client.call('retention.list', {})).lastCheck).toBe(new Date(made.clock.ms).toISOString());
    expect(await found()).toBe(1);
  });
});

/** Moves the clock, and types the password again: what destroys wants it fresh. */
async function later(years: number): Promise<void> {
  made.clock.ms += years * YEAR_MS;
  await client.call('session.confirm', { password: ADMIN.password });
}

/** The resources of a bundle without those that say what happened to others. */
function clinical(document: string): unknown[] {
  const { entry } = JSON.parse(document) as { entry: { resource: { resourceType: string; id: string } }[] };
  return entry
    .map(({ resource }) => resource)
    .filter(({ resourceType }) => resourceType !== 'Provenance')
    .sort((one, other) => one.id.localeCompare(other.id));
}
