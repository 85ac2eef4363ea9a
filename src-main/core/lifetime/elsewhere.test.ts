/** An erasure at one of several workstations: nothing readable is left at the server or anywhere, a legal hold keeps what it holds, and nobody brings it back. */
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chainPorts } from '../../../src-node/chain-ports.ts';
import { erasureProof } from '../../../src-shared/contract/lifetime.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { fromHex } from '../../../src-shared/hex.ts';
import { noticeMessage } from '../../../src-shared/ledger/event.ts';
import { ADMIN } from '../../../tests/fixtures/core.ts';
import { clinicOf, codeOf, hospital, mayOpen, round, somebody, type Workstation } from '../../../tests/fixtures/workstations.ts';
import { checkNotices } from '../ledger/index.ts';
import { putResource } from '../records/index.ts';

const house = hospital();
const { workstation } = house;
const WHY = { ground: 'subject-request' as const, reason: 'Asked for in writing' };

/** Every byte of the server's data folder. */
function holds(folder: string, text: string): string[] {
  const wanted = Buffer.from(text);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => existsSync(path) && statSync(path).size > 0 && readFileSync(path).includes(wanted));
}

async function addFile(station: Workstation, patient: string, content: Buffer): Promise<void> {
  const { vault, contextOf } = clinicOf(station);
  const session = (await station.client.call('session.status', {})).session;
  if (!session) throw new Error('signed in');
  const written = await vault.files.write(patient, 'eye.jpg', 'image/jpeg', content);
  contextOf(session.person).write({ action: 'C', procedure: 'test' }, (tx) => {
    const file = vault.files.record(tx.db, written, tx.at);
    const url = `urn:lamplight:file:${file}`;
    putResource(
      tx,
      {
        resourceType: 'Media',
        status: 'completed',
        subject: { reference: `Patient/${patient}` },
        content: { contentType: 'image/jpeg', url },
      },
      { origin: 'person', file },
    );
  });
}

async function erase(station: Workstation, patient: PatientId, name: { given: string; family: string }) {
  const { job } = await station.client.call('erasure.erase', { patient, ...WHY, confirm: `${name.given} ${name.family}` });
  return erasureProof.parse(await clinicOf(station).jobs.wait(job ?? ''));
}

test('erased at one workstation, a record is gone from the server and from the others, and edits made meanwhile do not bring it back', async () => {
  const [a, b, c] = [await workstation(), await workstation(), await workstation()];
  const name = somebody();
  const { id } = await a.client.call('patients.register', name);
  const text = `burgundy${randomBytes(8).toString('hex')}`;
  const note = await a.client.call('notes.sign', { patient: id, title: 'Visit', text: `Left her ${text} umbrella here.` });
  await a.client.call('chart.add', { patient: id, entry: { kind: 'allergy', substance: text } });
  const content = Buffer.from(`picture ${text} `.repeat(500));
  await addFile(a, id, content);
  const neighbour = await a.client.call('patients.register', somebody());
  await round(a, b, c);
  await a.client.call('records.remove', { patient: id, type: 'DocumentReference', id: note.id, reason: 'wrong chart' });
  await round(a);
  expect(holds(house.server.folder, text).length).toBeGreaterThan(1);
  expect(clinicOf(b).vault.db.prepare('SELECT count(*) AS n FROM file WHERE patient = ?').get(id)).toEqual({ n: 1 });

  // B is away and works on the record.
  await b.client.call('chart.add', { patient: id, entry: { kind: 'allergy', substance: `penicillin ${text}` } });
  await b.client.call('drafts.save', { key: `note:${id}`, patient: id, title: 'Note', body: `half a thought on ${text}` });

  const proof = await erase(a, id, name);
  expect(holds(house.server.folder, text)).toEqual([]);
  expect(holds(house.server.folder, name.family)).toEqual([]);
  expect(holds(house.server.folder, id).length).toBeGreaterThan(0);

  const back = await b.client.call('sync.now', {});
  expect(back).toMatchObject({ refused: 2, waiting: 0, ok: false });
  expect(back.said).toEqual([expect.stringContaining('2 changes that had been made to it here since then were not kept')]);
  await round(c, a, b, c);
  for (const one of [a, b, c]) {
    const { db } = clinicOf(one).vault;
    for (const table of ['resource', 'file', 'patient_key', 'care_team', 'draft', 'chart_row', 'ledger_outbox'])
      expect(db.prepare(`SELECT count(*) AS n FROM ${table} WHERE patient = ?`).get(id), table).toEqual({ n: 0 });
    expect((await one.client.call('patients.search', { text: name.family })).results).toEqual([]);
    expect(await mayOpen(one.client, neighbour.id)).toBe('ok');
    expect((await one.client.call('audit.verify', {})).ok).toBe(true);
  }
  expect(holds(house.server.folder, text)).toEqual([]);

  // Everybody's answer stands beside the proof, each signed by whoever gave it.
  const { elsewhere, genuine } = await a.client.call('erasure.proof', { id: proof.id });
  expect(genuine).toBe(true);
  const answers = elsewhere.filter((one) => one.at !== undefined);
  expect(answers.map((one) => one.name)).toEqual(expect.arrayContaining([expect.stringContaining('server')]));
  expect(answers.filter((one) => (one.versions ?? 0) > 0).length).toBeGreaterThanOrEqual(3);
  for (const { notice } of answers)
    expect(notice && chainPorts.verify(fromHex(notice.publicKey), noticeMessage(notice.text), fromHex(notice.signature))).toBe(
      true,
    );
  // B made a proof of its own.
  expect(await b.client.call('erasure.proof', { id: proof.id })).toMatchObject({ genuine: true, proof: { patient: id } });

  // A workstation that never knew of it, or one that comes from a backup of before, cannot bring it back either.
  const d = await workstation();
  await round(d);
  expect((await d.client.call('patients.search', { text: name.family })).results).toEqual([]);
}, 180_000);

test('a legal hold at any workstation keeps the record there and at the server, until it is lifted', async () => {
  const [a, b] = [await workstation(), await workstation()];
  const name = somebody();
  const { id } = await a.client.call('patients.register', name);
  await round(a, b);
  // B has told of it: A does not even begin.
  const first = await b.client.call('holds.set', { patient: id, reason: 'Letter of a lawyer' });
  await round(b);
  expect(await codeOf(erase(a, id, name))).toBe('legal-hold');
  expect((await a.client.call('holds.list', {})).holds).toMatchObject([
    { patient: id, reason: 'Letter of a lawyer', setBy: 'Amina Otieno' },
  ]);
  await a.client.call('holds.lift', { patient: id, id: first.id, reason: 'Case closed' });
  await round(a, b);

  // B has not told of it: A erases, the server too; B keeps what it has.
  const { id: hold } = await b.client.call('holds.set', { patient: id, reason: 'A second letter' });
  const proof = await erase(a, id, name);
  await b.client.call('sync.now', {});
  const stateAtB = async () =>
    (await b.client.call('erasure.list', {})).erasures.filter((one) => one.id === proof.id).map((one) => one.state);
  expect(await stateAtB()).toEqual(['held']);
  expect(await mayOpen(b.client, id)).toBe('ok');
  // Nothing of it comes back to the server while it is held.
  await b.client.call('chart.add', { patient: id, entry: { kind: 'allergy', substance: 'Penicillin' } });
  await b.client.call('sync.now', {});
  expect((await b.client.call('sync.items', { state: 'refused' })).items).toMatchObject([
    { reason: expect.stringContaining('was erased for good on') },
  ]);
  await b.client.call('holds.lift', { patient: id, id: hold, reason: 'Case closed' });
  await b.client.call('sync.now', {});
  expect(await mayOpen(b.client, id)).not.toBe('ok');
  expect(await stateAtB()).toEqual(['done']);
}, 120_000);

test('without a line to the server nobody erases what others may have to keep', async () => {
  const a = await workstation();
  const name = somebody();
  const { id } = await a.client.call('patients.register', name);
  await round(a);
  await house.server.kill();
  expect(await codeOf(erase(a, id, name))).toBe('server-unreachable');
  expect(await mayOpen(a.client, id)).toBe('ok');
  await house.server.restart();
  await erase(a, id, name);
  expect((await a.client.call('patients.search', { text: name.family })).results).toEqual([]);
}, 90_000);

test('a vault that comes back from a copy of before the erasure destroys the record again, and speaks on where it stopped', async () => {
  const [a, b] = [await workstation(), await workstation()];
  const name = somebody();
  const { id } = await a.client.call('patients.register', name);
  await round(a, b);
  await b.core.core.close();
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-copy-'));
  cpSync(b.core.root, folder, { recursive: true });
  await b.client.call('session.signIn', { userName: 'amina', password: ADMIN.password });
  await erase(a, id, name);
  await round(b, a);
  await b.core.core.close();

  const back = await house.restored(folder);
  expect(await mayOpen(back.client, id)).toBe('ok');
  // Its access log is shorter than the server knows it, which is said as long as it is so; the rest goes on.
  const problem = async () => (await back.client.call('sync.now', {})).problem?.code;
  expect(await problem()).toBe('server-refused');
  expect(await mayOpen(back.client, id)).not.toBe('ok');
  expect((await back.client.call('erasure.list', {})).erasures.filter((one) => one.patient === id)).toMatchObject([
    { state: 'done' },
  ]);
  // What it says from now on follows from what it had said before it was copied back.
  const other = await back.client.call('patients.register', somebody());
  await problem();
  await round(a);
  expect(await mayOpen(a.client, other.id)).toBe('ok');
  for (const one of [a, back]) expect(checkNotices(clinicOf(one).vault.db).bad).toBeNull();
}, 120_000);
