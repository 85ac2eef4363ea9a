/** Erasure on a real core: nothing of the patient is left in the decrypted bytes of the database, the files are noise, and the proof holds. */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../../../src-node/root.ts';
import { erasureProof } from '../../../src-shared/contract/lifetime.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { finds, plainDatabase } from '../../../tests/fixtures/plain-pages.ts';
import { type Client, codeOf, filesOf, send } from '../../../tests/hostile/core.fixture.ts';
import { createSample } from '../sample/index.ts';
import { isGenuine } from './proof.ts';
import { keptTables, tables, tablesByPatient, tablesByResource, tablesThroughOthers } from './tables.ts';

const ZORA = {
  family: 'Quibbleworth',
  given: 'Zora Marigold',
  birthDate: '1931-02-27',
  sex: 'female' as const,
  phone: '+44 7700 900461',
  address: '7 Nightjar Lane, Fenwick',
  identifier: { value: 'NHS-93817-4421' },
};
const TRACES = [
  'Quibbleworth',
  'Marigold',
  'NHS-93817-4421',
  'nhs938174421',
  '7700900461',
  'Nightjar',
  'burgundy umbrella',
  'zanthorrhoea',
  'Half-typed thought',
];
const WHY = { ground: 'subject-request' as const, reason: 'Asked for in writing' };
const CONFIRM = 'zora marigold QUIBBLEWORTH';

let made: TestCore;
let client: Client;
let patient: PatientId;

beforeEach(async () => {
  made = await testCore();
  client = await made.create();
  patient = (await client.call('patients.register', ZORA)).id;
  const note = await client.call('notes.sign', {
    patient,
    title: 'Burgundy umbrella',
    text: 'Left her burgundy umbrella here. Zanthorrhoea 5 g.',
  });
  await client.call('chart.add', { patient, entry: { kind: 'allergy', substance: 'Zanthorrhoea' } });
  await client.call('drafts.save', {
    key: `note:${patient}`,
    patient,
    title: 'Note',
    body: 'Half-typed thought on Quibbleworth',
  });
  await client.call('records.remove', { patient, type: 'DocumentReference', id: note.id, reason: 'Quibbleworth asked' });
});

afterEach(async () => {
  expect(made.bugs).toEqual([]);
  await made.remove();
});

const vaultDir = () => join(made.root, 'clinic');
const erase = async (more: object = {}) => {
  const { job } = await client.call('erasure.erase', { patient, ...WHY, confirm: CONFIRM, ...more });
  return erasureProof.parse(await made.core.clinic()?.jobs.wait(job ?? ''));
};
const plain = () => {
  const vault = made.core.clinic()?.vault;
  if (!vault) throw new Error('the vault is open');
  const copy = join(made.root, 'copy.db');
  for (const end of ['', '-wal'])
    if (existsSync(join(vaultDir(), `vault.db${end}`))) copyFileSync(join(vaultDir(), `vault.db${end}`), `${copy}${end}`);
  return plainDatabase(copy, vault.derive('database'), Number(vault.db.pragma('page_size', { simple: true })));
};
const traces = () => {
  const bytes = plain();
  return TRACES.filter((trace) => finds(bytes, trace));
};

describe('an erasure', () => {
  test('leaves no trace in the whole decrypted database, while the log keeps the pseudonym', async () => {
    // Without this the test would pass on bytes that it cannot read.
    expect(traces()).toEqual(TRACES);
    const proof = await erase();
    expect(traces()).toEqual([]);
    expect(finds(plain(), patient)).toBe(true);
    expect(proof).toMatchObject({
      patient,
      ground: 'subject-request',
      database: { rewritten: true, freePages: 0, writeAheadBytes: 0 },
    });
    expect(proof.destroyed.rows).toMatchObject({ draft: 1, care_team: 1 });
    expect(proof.destroyed.versions).toBeGreaterThan(3);
    expect(proof.consequences.backups.known).toBe(0);
    expect((await client.call('audit.verify', {})).ok).toBe(true);
  });

  test('makes the files noise, removes them, and older copies of the database with them', async () => {
    const upload = await send(
      client,
      'eye.jpg',
      readFileSync(join(root, 'resources', 'sample-letters', 'prescription-photo.jpg')),
    );
    await made.core.clinic()?.jobs.wait((await client.call('images.add', { patient, upload, eye: 'unknown', task: 'none' })).job);
    writeFileSync(join(vaultDir(), 'vault.db.before-4-20260101'), 'an older copy');
    expect(filesOf(vaultDir())).toHaveLength(1);
    const vault = made.core.clinic()?.vault;
    const proof = await erase();
    expect(filesOf(vaultDir())).toEqual([]);
    expect(readdirSync(vaultDir()).filter((name) => name.includes('before'))).toEqual([]);
    expect(vault?.db.prepare('SELECT count(*) AS n FROM patient_key').get()).toEqual({ n: 0 });
    expect(proof.destroyed).toMatchObject({
      files: { count: 1 },
      fileKey: expect.stringMatching(/^[0-9a-f]{64}$/),
      olderCopies: 1,
    });
  });

  test('is signed by the device: any other word in the proof shows', async () => {
    const proof = await erase();
    const { erasures } = await client.call('erasure.list', {});
    expect(erasures).toMatchObject([{ id: proof.id, state: 'done', patient }]);
    expect(await client.call('erasure.proof', { id: proof.id })).toEqual({ proof, genuine: true, elsewhere: [] });
    expect(isGenuine({ ...proof, reason: 'Another reason' })).toBe(false);
    expect(isGenuine({ ...proof, destroyed: { ...proof.destroyed, versions: proof.destroyed.versions + 1 } })).toBe(false);
    expect(JSON.stringify(proof)).not.toMatch(/quibble|marigold|93817/i);
  });

  test('asks for the name, refuses it in the reason, and stops at a legal hold', async () => {
    expect(await codeOf(erase({ confirm: 'Zora Quibble' }))).toBe('name-not-confirmed');
    expect(await codeOf(erase({ reason: 'Ms Quibbleworth asked' }))).toBe('invalid-input');
    const { id } = await client.call('holds.set', { patient, reason: 'Letter of a lawyer' });
    expect(await codeOf(erase())).toBe('legal-hold');
    await client.call('holds.lift', { patient, id, reason: 'Case closed' });
    expect(traces()).toEqual(TRACES);
    await erase();
    expect(traces()).toEqual([]);
  });

  test('waits for a second person where the policy says so, who types the name again', async () => {
    await client.call('users.add', {
      userName: 'berit',
      displayName: 'Berit Holm',
      roles: ['compliance'],
      password: 'paper window garden bicycle',
    });
    await client.call('retention.setSecondPerson', { required: true });
    expect(await client.call('erasure.erase', { patient, ...WHY, confirm: CONFIRM })).toEqual({ requested: expect.any(String) });
    // Asking twice is not confirming.
    expect(await client.call('erasure.erase', { patient, ...WHY, confirm: CONFIRM })).toEqual({ requested: expect.any(String) });
    expect((await client.call('erasure.preview', { patient })).mayConfirm).toBe(false);
    const second = made.connect();
    await second.call('session.signIn', { userName: 'berit', password: 'paper window garden bicycle' });
    expect((await second.call('erasure.preview', { patient })).mayConfirm).toBe(true);
    const { job } = await second.call('erasure.erase', { patient, ...WHY, confirm: CONFIRM });
    const proof = erasureProof.parse(await made.core.clinic()?.jobs.wait(job ?? ''));
    expect(proof).toMatchObject({ requestedBy: { name: 'Amina Otieno' }, confirmedBy: { name: 'Berit Holm' } });
    expect(traces()).toEqual([]);
  });

  test('reaches an import whole, with what is in nobody’s record but belongs to it, and leaves the others', async () => {
    const clinic = made.core.clinic();
    const person = (await client.call('session.status', {})).session?.person;
    if (!clinic || !person) throw new Error('signed in');
    await createSample(clinic.contextOf(person), { patients: 8, seed: 1 });
    const others = clinic.vault.db
      .prepare<[], { id: string; name: string; given: string; family: string }>(
        'SELECT p.id, p.name, p.given, p.family FROM patient_row p WHERE sample = 1 ORDER BY (SELECT count(*) FROM resource r WHERE r.patient = p.id) DESC',
      )
      .all();
    const [sample, next] = others;
    if (!sample || !next) throw new Error('the sample clinic has patients');
    const upload = await send(
      client,
      'letter.png',
      readFileSync(join(root, 'resources', 'sample-letters', 'prescription-photo.jpg')),
    );
    await clinic.jobs.wait(
      (await client.call('documents.add', { patient: sample.id as PatientId, upload, engine: 'tesseract' })).job,
    );
    const files = filesOf(vaultDir()).length;
    const proof = await (async () => {
      const { job: erasing } = await client.call('erasure.erase', {
        patient: sample.id as PatientId,
        ...WHY,
        confirm: `${sample.given} ${sample.family}`,
      });
      return erasureProof.parse(await clinic.jobs.wait(erasing ?? ''));
    })();
    expect(proof.destroyed.files.count).toBeGreaterThan(0);
    expect(filesOf(vaultDir())).toHaveLength(files - proof.destroyed.files.count);
    for (const table of tablesByPatient(clinic.vault.db))
      expect(clinic.vault.db.prepare(`SELECT count(*) AS n FROM ${table} WHERE patient = ?`).get(sample.id), table).toEqual({
        n: 0,
      });
    expect(
      clinic.vault.db
        .prepare(
          'SELECT count(*) AS n FROM resource_history h WHERE NOT EXISTS (SELECT 1 FROM resource r WHERE r.type = h.type AND r.id = h.id)',
        )
        .get(),
    ).toEqual({ n: 0 });
    expect((await client.call('patients.banner', { patient: next.id as PatientId })).id).toBe(next.id);
    expect((await client.call('patients.search', { text: 'quibbleworth' })).results).toHaveLength(1);
  }, 180_000);
});

test('no table of the vault is left without a decision on what an erasure does to it', () => {
  const { db } = made.core.clinic()?.vault ?? {};
  if (!db) throw new Error('the vault is open');
  const decided = new Set<string>([
    ...Object.keys(keptTables),
    ...tablesByPatient(db),
    ...tablesByResource,
    ...tablesThroughOthers,
  ]);
  const shadows = /^(name_trigram|document_text)_(data|idx|content|docsize|config)$/;
  expect(tables(db).filter((name) => !decided.has(name) && !shadows.test(name))).toEqual([]);
});
