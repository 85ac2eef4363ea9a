import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newEd25519 } from '../../../src-node/chain-ports.ts';
import type { Output } from '../../../src-shared/contract/index.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { film, TINY_MODELS } from './films.fixture.ts';
import { makePackage } from './package.ts';

type Client = Awaited<ReturnType<TestCore['create']>>;
let core: TestCore;
let client: Client;
let child: PatientId;
let adult: PatientId;
let scratch = '';
const publisher = newEd25519();
const key = Buffer.from(publisher.publicKey).toString('base64');
const packages = new Map<string, Uint8Array>();

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'models-'));
  core = await testCore();
  client = await core.create();
  const [name, text] = ['Test publisher', readFileSync(join(TINY_MODELS, 'tiny-films/manifest.json'), 'utf8')];
  for (const version of ['1.0.0', '1.1.0']) {
    const folder = join(scratch, version);
    cpSync(join(TINY_MODELS, 'tiny-films'), folder, { recursive: true });
    // The second version says yes from another figure on.
    const manifest = JSON.parse(text) as { version: string; thresholds: { pneumonia: { value: number } } };
    writeFileSync(
      join(folder, 'manifest.json'),
      JSON.stringify({
        ...manifest,
        version,
        thresholds: { pneumonia: { value: version === '1.0.0' ? 0.5 : 0.05, chosenFor: 'tests' } },
      }),
    );
    packages.set(version, await makePackage(folder, name, publisher));
  }
  child = await register('Child', '2023-05-01');
  adult = await register('Adult', '1980-05-01');
}, 180_000);
afterAll(async () => {
  await core.remove();
  rmSync(scratch, { recursive: true });
});

async function register(family: string, birthDate: string): Promise<PatientId> {
  return (await client.call('patients.register', { family, given: 'Asha', birthDate, sex: 'female' })).id;
}

async function send(bytes: Uint8Array, name = 'file'): Promise<string> {
  const { upload } = await client.call('uploads.begin', { name, size: bytes.byteLength });
  await client.call('uploads.chunk', { upload, offset: 0, bytes });
  return upload;
}

const result = async (started: { job: string }) => core.core.clinic()?.jobs.wait(started.job);
const install = async (bytes: Uint8Array) => result(await client.call('models.install', { upload: await send(bytes) }));
const packed = (version: string) => packages.get(version) ?? new Uint8Array();
const states = async () =>
  Object.fromEntries(
    (await client.call('models.list', {})).models
      .filter(({ id }) => id === 'tiny-films')
      .map(({ version, state }) => [version, state]),
  );
async function add(patient: PatientId, bytes: Uint8Array, task: 'auto' | 'chest-xray' | 'none' = 'auto') {
  const added = (await result(await client.call('images.add', { patient, upload: await send(bytes, 'film.jpg'), task }))) as {
    image: string;
    reading: string;
  };
  return { ...added, said: added.reading === null ? null : await client.call('readings.get', { patient, id: added.reading }) };
}

describe('a model package', () => {
  it('of a publisher whom nobody trusts is not installed, and its key is named', async () => {
    await expect(install(packed('1.0.0'))).rejects.toMatchObject({ code: 'model-untrusted' });
    expect(await states()).toEqual({});
  });

  it('of a trusted one is installed and reads nothing until it is made active', async () => {
    await client.call('models.trust', { name: 'Test publisher', key });
    expect(await install(packed('1.0.0'))).toEqual({ id: 'tiny-films', version: '1.0.0' });
    expect(await states()).toEqual({ '1.0.0': 'spare' });
    const { said } = await add(child, await film(), 'none');
    expect(said).toBeNull();
    await client.call('models.activate', { id: 'tiny-films', version: '1.0.0' });
    expect(await states()).toEqual({ '1.0.0': 'active' });
  });

  it('in which a byte was changed, a file added or the signature taken from elsewhere is refused', async () => {
    const files = unzipSync(packed('1.1.0'));
    const onnx = Uint8Array.from(files['model.onnx'] ?? []);
    onnx[700] = (onnx[700] ?? 0) ^ 1;
    await expect(install(zipSync({ ...files, 'model.onnx': onnx }))).rejects.toMatchObject({ code: 'model-package-broken' });
    await expect(install(zipSync({ ...files, 'more.txt': new Uint8Array(3) }))).rejects.toMatchObject({
      code: 'model-package-broken',
    });
    await expect(install(zipSync({ ...files, '../out.onnx': onnx }))).rejects.toMatchObject({ code: 'model-package-broken' });
    await expect(
      install(zipSync({ ...files, 'signature.json': unzipSync(packed('1.0.0'))['signature.json'] ?? onnx })),
    ).rejects.toMatchObject({ code: 'model-package-broken' });
    await expect(install(packed('1.1.0').slice(0, 900))).rejects.toMatchObject({ code: 'model-package-broken' });
    await expect(install(packed('1.0.0'))).rejects.toMatchObject({ code: 'model-version' });
  });
});

describe('two versions', () => {
  it('the new one reads in the shadow of the old: nobody sees it, and how far they agree is counted', async () => {
    await install(packed('1.1.0'));
    await client.call('models.shadow', { id: 'tiny-films', version: '1.1.0' });
    expect(await states()).toEqual({ '1.1.0': 'shadow', '1.0.0': 'active' });
    const bright = await add(child, await film({ middle: 220 }));
    const dim = await add(child, await film({ middle: 100 }));
    expect([bright.said, dim.said].map((said) => [said?.modelVersion, said?.positive])).toEqual([
      ['1.0.0', true],
      ['1.0.0', false],
    ]);
    expect((await client.call('readings.ofImage', { patient: child, image: dim.image })).readings).toHaveLength(1);
    const row = (await client.call('models.watch', {})).rows.find(({ version }) => version === '1.1.0');
    expect(row?.shadow).toMatchObject({ against: '1.0.0', agreement: { count: 1, of: 2 } });
  });

  it('the new one is made active, and rolled back', async () => {
    await client.call('models.activate', { id: 'tiny-films', version: '1.1.0' });
    expect((await add(child, await film({ middle: 101 }))).said).toMatchObject({ modelVersion: '1.1.0', positive: true });
    expect(await client.call('models.rollBack', { id: 'tiny-films' })).toEqual({ version: '1.0.0' });
    expect((await add(child, await film({ middle: 102 }))).said).toMatchObject({ modelVersion: '1.0.0', positive: false });
    expect(
      (await client.call('models.history', { id: 'tiny-films' })).entries.map(({ act, version }) => `${act} ${version}`),
    ).toEqual(['roll-back 1.0.0', 'activate 1.1.0', 'shadow 1.1.0', 'install 1.1.0', 'activate 1.0.0', 'install 1.0.0']);
  });

  it('a shadow does not hide that what came with the application read first: roll-back finds it', async () => {
    const id = 'diabetic-retinopathy';
    const shipped = (await client.call('models.list', {})).models.find((one) => one.id === id)?.version ?? '';
    await client.call('models.shadow', { id, version: null });
    const { entries } = await client.call('models.history', { id });
    expect(entries.map(({ act, version }) => `${act} ${version}`)).toEqual(['shadow-ended null', `first ${shipped}`]);
  });

  it('the active one cannot be removed, another can', async () => {
    await expect(client.call('models.remove', { id: 'tiny-films', version: '1.0.0' })).rejects.toMatchObject({
      code: 'model-version',
    });
    await client.call('models.remove', { id: 'tiny-films', version: '1.1.0' });
    expect(await states()).toEqual({ '1.0.0': 'active' });
  });
});

describe('a reading of a film', () => {
  it('of an adult has a sentence and no figure', async () => {
    const { said } = await add(adult, await film());
    expect(said).toMatchObject({ status: 'refused', task: 'chest-xray', population: 'children of 1 to 5 years' });
    expect(said?.reason).toMatch(/age .* 46 years.*children of 1 to 5 years/);
    for (const field of ['probability', 'positive', 'probabilities', 'gradeName']) expect(said).not.toHaveProperty(field);
  });

  it('is changed with a reason, and the record says present or absent', async () => {
    const { said } = await add(child, await film({ middle: 219 }));
    const id = said?.id ?? '';
    await expect(
      client.call('readings.decide', { patient: child, id, verdict: 'changed', reason: 'Rotated film' }),
    ).rejects.toMatchObject({ code: 'invalid-input' });
    await client.call('readings.decide', { patient: child, id, verdict: 'changed', positive: false, reason: 'Rotated film' });
    const { document } = await client.call('records.export', { patient: child, format: 'fhir' });
    const bundle = JSON.parse(document) as {
      entry: {
        resource: {
          resourceType: string;
          id: string;
          status: string;
          valueCodeableConcept?: { coding: { code: string }[] };
          bodySite?: unknown;
        };
      }[];
    };
    const resources = bundle.entry.map(({ resource }) => resource);
    expect(resources.find((one) => one.resourceType === 'Observation' && one.id === `${id}-o`)).toMatchObject({
      status: 'amended',
      valueCodeableConcept: { coding: [{ code: '2667000' }] },
    });
    expect(resources.find((one) => one.resourceType === 'DiagnosticReport' && one.id === id)).toMatchObject({
      status: 'amended',
      conclusion: 'No signs of pneumonia',
    });
    expect(JSON.stringify(resources.filter((one) => one.resourceType === 'Media'))).toContain('51185008');
  });
});

describe('an installed file that was changed afterwards', () => {
  const folder = () => join(core.core.clinic()?.vault.dir ?? '', 'models/tiny-films/1.0.0');
  it('is refused with a sentence at the next load, and so is a model whose publisher is trusted no longer', async () => {
    const file = join(folder(), 'model.onnx');
    const bytes = readFileSync(file);
    bytes[800] = (bytes[800] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    // What is open already was checked when it was opened; another choice of provider opens it again.
    await client.call('models.setProvider', { provider: 'cpu' });
    await expect(add(child, await film({ middle: 199 }), 'chest-xray')).rejects.toMatchObject({ code: 'model-damaged' });
    expect(await states()).toEqual({ '1.0.0': 'refused' });
    bytes[800] = (bytes[800] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(await states()).toEqual({ '1.0.0': 'active' });
    await client.call('models.distrust', { key });
    await expect(add(child, await film({ middle: 198 }), 'chest-xray')).rejects.toMatchObject({ code: 'model-untrusted' });
    await client.call('models.trust', { name: 'Test publisher', key });
    expect(readdirSync(folder()).sort()).toEqual(['card.md', 'manifest.json', 'model.onnx', 'signature.json']);
  });
});

describe('a batch of what waits unread', () => {
  let batch: Output<'batches.startWorklist'>;
  it('reads it into the charts as proposals, with refusals and their reasons', async () => {
    await add(child, await film({ middle: 180 }), 'none');
    await add(adult, await film({ middle: 181 }), 'none');
    await add(child, await film({ corner: 255 }), 'none');
    const { waiting } = await client.call('batches.list', {});
    // One more is left from above.
    expect(waiting).toBe(4);
    batch = await client.call('batches.startWorklist', {});
    expect(await result(batch)).toMatchObject({ read: 2, refused: 2 });
    const { batch: row, items } = await client.call('batches.get', { batch: batch.batch });
    expect(row).toMatchObject({ state: 'done', total: 4, read: 2, refused: 2 });
    expect(items.map(({ says, reason }) => says ?? reason?.slice(0, 30))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Signs of pneumonia \(\d+ %\)$/), "This patient's age at the time"]),
    );
    const unread = await client.call('readings.unread', { limit: 50 });
    expect(unread.items.some(({ reading }) => reading.image === items[0]?.image)).toBe(true);
  });

  it('goes on where it stopped', async () => {
    const clinic = core.core.clinic();
    // As a crash leaves it: one item unread, the batch not finished.
    clinic?.vault.db
      .prepare("UPDATE batch_item SET state = 'waiting', result = NULL, at = NULL WHERE batch = ? AND n = 3")
      .run(batch.batch);
    clinic?.vault.db.prepare('UPDATE batch SET finished_at = NULL WHERE id = ?').run(batch.batch);
    expect((await client.call('batches.get', { batch: batch.batch })).batch).toMatchObject({
      state: 'stopped',
      read: expect.any(Number),
    });
    await result(await client.call('batches.resume', { batch: batch.batch }));
    expect((await client.call('batches.get', { batch: batch.batch })).batch).toMatchObject({ state: 'done', total: 4 });
  });

  it('has a report as CSV and PDF', async () => {
    const { handout, name } = await client.call('batches.report', { batch: batch.batch, format: 'csv' });
    expect(name).toMatch(/^readings-\d{4}-\d\d-\d\d\.csv$/);
    const text = Buffer.from((await client.call('handouts.read', { handout })).bytes).toString('utf8');
    const lines = text.trim().split('\r\n');
    expect(lines[0]).toContain('file,task,status,reason');
    expect(lines).toHaveLength(5);
    expect(text).toContain('tiny-films,1.0.0,cpu');
    const pdf = await client.call('batches.report', { batch: batch.batch, format: 'pdf' });
    expect(
      Buffer.from((await client.call('handouts.read', { handout: pdf.handout })).bytes)
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  });
});

describe('watching', () => {
  it('counts what clinicians did, measures drift, and raises a task that somebody takes', async () => {
    for (let n = 0; n < 52; n++) {
      const { said } = await add(child, await film({ middle: 200, width: 100 + n, height: 100 }), 'chest-xray');
      if (n < 25)
        await client.call('readings.decide', {
          patient: child,
          id: said?.id ?? '',
          verdict: n % 2 ? 'rejected' : 'accepted',
          ...(n % 2 ? { reason: 'Not so' } : {}),
        });
    }
    core.clock.ms += 3_600_000;
    await add(child, await film({ middle: 200, width: 160, height: 100 }), 'chest-xray');
    const row = (await client.call('models.watch', {})).rows.find(({ version }) => version === '1.0.0');
    expect(row?.rejected).toMatchObject({ count: 12, of: 26 });
    expect(row?.rejected.low).toBeGreaterThan(0.2);
    // All are equally bright, and those of the reference are not.
    expect(row?.drift?.find(({ feature }) => feature === 'exposure')?.psi).toBeGreaterThan(0.25);
    const alarms = (row?.alarms ?? []).sort((one, other) => (one.says < other.says ? -1 : 1));
    expect(alarms.map(({ says }) => says).join(' ')).toMatch(
      /rejected 12 of 26 readings.*differ from those of the training in exposure/,
    );
    await client.call('models.alarmSeen', { alarm: alarms[0]?.id ?? '' });
    const after = (await client.call('models.watch', {})).rows.find(({ version }) => version === '1.0.0');
    expect(after?.alarms.find(({ id }) => id === alarms[0]?.id)?.seenBy).toBe('Amina Otieno');
    // Fifty readings take four seconds on a machine at rest.
  }, 300_000);
});
