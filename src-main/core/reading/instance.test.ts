/** Pictures that came in as DICOM studies, read from there. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newEd25519 } from '../../../src-node/chain-ports.ts';
import type { ImagingImportResult } from '../../../src-shared/contract/imaging.ts';
import type { Reading } from '../../../src-shared/contract/reading.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { somebody } from '../../../tests/access/as.ts';
import { type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { dicomFile, dicomHere, type Made, madeDicom, madePicture } from '../../../tests/fixtures/dicom.ts';
import { film, TINY_MODELS } from './films.fixture.ts';
import { makePackage } from './package.ts';
import { ageWhenTaken } from './read-image.ts';
import { resourcesOfReading } from './resources.ts';

let core: TestCore;
let client: Awaited<ReturnType<TestCore['create']>>;
let scratch = '';
/** So different that nobody is taken for somebody else. */
const FAMILIES = [
  'Mwangi',
  'Okafor',
  'Sato',
  'Ferreira',
  'Lindqvist',
  'Haddad',
  'Kovacs',
  'Tupou',
  'Bergmann',
  'Xiong',
  'Dube',
  'Yilmaz',
];
let people = 0;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'instance-'));
  core = await testCore();
  client = await core.create();
  const publisher = newEd25519();
  cpSync(join(TINY_MODELS, 'tiny-films'), join(scratch, 'tiny'), { recursive: true });
  await client.call('models.trust', { name: 'Test publisher', key: Buffer.from(publisher.publicKey).toString('base64') });
  await result(
    await client.call('models.install', {
      upload: await send(await makePackage(join(scratch, 'tiny'), 'Test publisher', publisher), 'tiny'),
    }),
  );
  await client.call('models.activate', { id: 'tiny-films', version: '1.0.0' });
}, 180_000);
afterAll(async () => {
  await core.remove();
  rmSync(scratch, { recursive: true });
});

async function send(bytes: Uint8Array, name: string): Promise<string> {
  const { upload } = await client.call('uploads.begin', { name, size: bytes.byteLength });
  await client.call('uploads.chunk', { upload, offset: 0, bytes });
  return upload;
}
const result = async (started: { job: string }) => core.core.clinic()?.jobs.wait(started.job);

/** A chest film as a modality sends it, 8 bits, of somebody born on that day. */
async function chestFilm({
  uid,
  born,
  taken,
  part = 'CHEST',
  extra = [],
}: {
  uid: string;
  born: string;
  taken: string;
  part?: string;
  extra?: Made;
}): Promise<Uint8Array> {
  const { data, info } = await sharp(await film())
    .raw()
    .toBuffer({ resolveWithObject: true });
  return madeDicom([
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.1.1'],
    [0x00080018, 'UI', `${uid}.3`],
    [0x00080020, 'DA', taken],
    [0x00080060, 'CS', 'DX'],
    [0x00100010, 'PN', 'Mwangi^Grace'],
    [0x00100020, 'LO', `N-${uid}`],
    [0x00100030, 'DA', born],
    [0x00100040, 'CS', 'F'],
    [0x00180015, 'CS', part],
    [0x0020000d, 'UI', uid],
    [0x0020000e, 'UI', `${uid}.2`],
    [0x00280002, 'US', [1]],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', [info.height]],
    [0x00280011, 'US', [info.width]],
    [0x00280100, 'US', [8]],
    [0x00280101, 'US', [8]],
    [0x00280102, 'US', [7]],
    [0x00280103, 'US', [0]],
    [0x7fe00010, 'OB', new Uint8Array(data)],
    ...extra,
  ]);
}

/** Takes a file into the chart of somebody registered for it. */
async function here(bytes: Uint8Array, birthDate = `2023-${String(++people).padStart(2, '0')}-01`) {
  const family = FAMILIES[people % FAMILIES.length] ?? '';
  const { id: patient } = await client.call('patients.register', { family, given: 'Grace', birthDate, sex: 'female' });
  const { results } = (await result(
    await client.call('imaging.import', { uploads: [await send(bytes, 'a.dcm')], patient }),
  )) as ImagingImportResult; // the job's result as its contract says
  const study = results[0]?.study ?? '';
  const { series } = await client.call('imaging.study', { patient, study });
  return { patient, study, image: series[0]?.instances[0]?.id ?? '' };
}
async function readHere(at: { patient: PatientId; image: string }): Promise<Reading> {
  const { reading } = (await result(await client.call('readings.again', at))) as { reading: string }; // the same
  return client.call('readings.get', { patient: at.patient, id: reading });
}

describe('a chest film in a DICOM study', () => {
  it('is read as what it is, by the age on the day of the study, and the proposal stands beside the study', async () => {
    // Sixteen years old today, three when the film was made.
    const at = await here(await chestFilm({ uid: '1.2.40', born: '20100601', taken: '20131122' }), '2010-06-01');
    const said = await readHere(at);
    expect(said).toMatchObject({ image: at.image, task: 'chest-xray', status: 'accepted', finding: 'pneumonia' });
    expect((await client.call('readings.ofImage', at)).readings.map(({ id }) => id)).toEqual([said.id]);
    expect((await client.call('images.picture', at)).mediaType).toBe('image/jpeg');
    const { document } = await client.call('records.export', { patient: at.patient, format: 'fhir' });
    const report = (JSON.parse(document) as { entry: { resource: { id: string } }[] }).entry.find(
      ({ resource }) => resource.id === said.id,
    )?.resource;
    expect(report).toMatchObject({
      resourceType: 'DiagnosticReport',
      status: 'preliminary',
      imagingStudy: [{ reference: `ImagingStudy/${said.imagingStudy}` }],
    });
    expect((await client.call('audit.list', { limit: 20 })).entries).toContainEqual(
      expect.objectContaining({ procedure: 'readings.again', patient: at.patient }),
    );
    // What a model said is no radiologist's report.
    expect((await client.call('radiology.worklist', {})).studies.find(({ study }) => study === at.study)).toMatchObject({
      reported: false,
    });
  });

  it('of a grown-up, or one that says so itself, has a sentence and no figure', async () => {
    const grown = await readHere(
      await here(await chestFilm({ uid: '1.2.41', born: '19800501', taken: '20261101' }), '1980-05-01'),
    );
    const other = await readHere(
      await here(await chestFilm({ uid: '1.2.42', born: '20230501', taken: '20261101', extra: [[0x00101010, 'AS', '046Y']] })),
    );
    for (const said of [grown, other]) {
      expect(said).toMatchObject({ status: 'refused', task: 'chest-xray' });
      expect(said.reason).toContain('46 years');
      for (const field of ['probability', 'positive', 'probabilities', 'gradeName']) expect(said).not.toHaveProperty(field);
    }
    expect(ageWhenTaken({ birthDate: '1980-05-01', taken: '2026-11-01' }, { ageYears: 3 })).toBe(46);
  });

  it('that is of a hand, or lateral, is refused for that, whoever’s it is', async () => {
    const child = { born: '20230501', taken: '20261101' };
    const hand = await readHere(await here(await chestFilm({ uid: '1.2.48', ...child, part: 'HAND' })));
    expect(hand).toMatchObject({ status: 'refused', task: 'chest-xray', provider: 'none' });
    expect(hand.reason).toContain('another part of the body (HAND)');
    const lateral = await readHere(await here(await chestFilm({ uid: '1.2.49', ...child, extra: [[0x00185101, 'CS', 'LL']] })));
    expect(lateral.reason).toContain('no frontal view (LL)');
  });

  it('uploaded like a photograph is read by the age on the day of the study, too', async () => {
    const { id: patient } = await client.call('patients.register', {
      family: 'Quispe',
      given: 'Tomas',
      birthDate: '2010-08-17',
      sex: 'male',
    });
    const bytes = await chestFilm({ uid: '1.2.50', born: '', taken: '20131122' });
    const { reading } = (await result(
      await client.call('images.add', { patient, upload: await send(bytes, 'film.dcm'), task: 'chest-xray' }),
    )) as { reading: string }; // the job's result as its contract says
    expect(await client.call('readings.get', { patient, id: reading })).toMatchObject({ status: 'accepted' });
  });

  it('waits for the next batch until a model has read it; a hand does not', async () => {
    const at = await here(await chestFilm({ uid: '1.2.51', born: '20230501', taken: '20261101' }));
    await here(await chestFilm({ uid: '1.2.52', born: '20230501', taken: '20261101', part: 'HAND' }));
    const before = (await client.call('batches.list', {})).waiting;
    const started = await client.call('batches.startWorklist', {});
    await result(started);
    const { batch, items } = await client.call('batches.get', { batch: started.batch });
    expect(batch.total).toBe(before);
    expect(items.filter(({ image }) => image === at.image)).toEqual([
      expect.objectContaining({ patient: at.patient, state: 'read', says: expect.stringContaining('pneumonia') }),
    ]);
    expect(items.every(({ name }) => !name.includes('HAND'))).toBe(true);
    expect((await client.call('readings.ofImage', at)).readings).toHaveLength(1);
    expect((await client.call('batches.list', {})).waiting).toBe(0);
  });

  it('goes into the report of its study once a clinician has accepted it: not undecided, not rejected, not of another study', async () => {
    const film = (uid: string) => chestFilm({ uid, born: '20230501', taken: '20261101' });
    const at = await here(await film('1.2.53'));
    const { patient, study } = at;
    const [first, second] = [await readHere(at), await readHere(at)];
    const elsewhere = await here(await film('1.2.54'));
    const other = await readHere(elsewhere);
    const sections = { indication: '', technique: '', comparison: '', findings: `By ${first.model}.`, impression: '' };
    const sign = (...readings: string[]) =>
      client
        .call('radiology.sign', { patient, study, title: 'Chest', sections, readings })
        .catch(({ code, details }) => ({ code, details }));
    const unaccepted = { code: 'invalid-input', details: { what: 'a reading that no clinician has accepted' } };
    expect((await client.call('readings.ofStudy', { patient, study })).readings.map(({ id }) => id).sort()).toEqual(
      [first.id, second.id].sort(),
    );
    expect(await sign(first.id)).toEqual(unaccepted);
    await client.call('readings.decide', { patient, id: first.id, verdict: 'accepted' });
    await client.call('readings.decide', { patient, id: second.id, verdict: 'rejected', reason: 'Turned film' });
    await client.call('readings.decide', { patient: elsewhere.patient, id: other.id, verdict: 'accepted' });
    expect(await sign(first.id, second.id)).toEqual(unaccepted);
    expect(await sign(other.id)).toMatchObject({ code: 'not-found' });
    expect((await client.call('radiology.reports', { patient, study })).reports).toEqual([]);
    const signed = await sign(first.id);
    if (!('id' in signed)) throw new Error(`refused: ${signed.code}`);
    const { resource } = await client.call('chart.resource', { patient, type: 'DiagnosticReport', id: signed.id });
    // One way from the report to the model's figure, its version and who accepted it.
    const { result: results } = resource as { result: { reference: string }[] }; // as FHIR has it
    expect(results).toHaveLength(1);
    const observation = await client.call('chart.resource', {
      patient,
      type: 'Observation',
      id: results[0]?.reference.replace('Observation/', '') ?? '',
    });
    expect(observation.resource).toMatchObject({
      status: 'final',
      device: { reference: expect.stringMatching(/^Device\/model-tiny-films/) },
    });
  });

  it('is nobody else’s', async () => {
    const { image } = await here(await chestFilm({ uid: '1.2.43', born: '20230501', taken: '20261101' }));
    const { patient } = await here(await chestFilm({ uid: '1.2.44', born: '20230501', taken: '20261101' }));
    await expect(readHere({ patient, image })).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.call('images.picture', { patient, image })).rejects.toMatchObject({ code: 'not-found' });
    expect((await client.call('readings.ofImage', { patient, image })).readings).toEqual([]);
  });
});

describe('a study that a label keeps from somebody of the care team', () => {
  it('keeps its picture and what a model said of it from them too, also under its own id', async () => {
    const at = await here(await chestFilm({ uid: '1.2.47', born: '20100601', taken: '20131122' }), '2010-06-02');
    const said = await readHere(at);
    const nurse = somebody(core, 'nurse');
    core.core
      .clinic()
      ?.vault.db.prepare("INSERT INTO care_team (patient, person, since) VALUES (?, ?, '2026-01-01')")
      .run(at.patient, nurse.id);
    const { patient, image } = at;
    const asked = () =>
      Promise.all([
        nurse.call('images.picture', { patient, image }).then(
          () => 'seen',
          ({ code }) => code,
        ),
        nurse.call('readings.get', { patient, id: said.id }).then(
          () => 'seen',
          ({ code }) => code,
        ),
        nurse.call('readings.heatMap', { patient, id: said.id }).then(
          () => 'seen',
          ({ code }) => code,
        ),
        nurse.call('readings.ofImage', { patient, image }).then(({ readings }) => readings.length),
        nurse.call('readings.ofStudy', { patient, study: at.study }).then(({ readings }) => readings.length),
      ]);
    expect(await asked()).toEqual(['seen', 'seen', 'seen', 1, 1]);
    await client.call('labels.set', { patient, type: 'ImagingStudy', id: said.imagingStudy ?? '', codes: ['V'], reason: 'Test' });
    expect(await asked()).toEqual(['not-found', 'hidden-for-sensitivity', 'hidden-for-sensitivity', 0, 0]);
  });
});

describe('other pictures of studies', () => {
  it('of no kind that a model knows are refused and say so; several frames are not read by their first', async () => {
    const slice = await readHere(await here(madePicture({ study: '1.2.45', series: '1.2.45.2', uid: '1.2.45.3', id: 'N-45' })));
    expect(slice).toMatchObject({ status: 'refused' });
    expect(slice).not.toHaveProperty('grade');
    // What no model took for its own is in the record as a picture, not as an eye.
    expect(JSON.stringify(resourcesOfReading({ reading: slice }, null, slice.at))).not.toContain('etinopathy');
    expect(slice).toMatchObject({ task: 'unknown', model: 'no-model' });
    const cine = await here(
      madePicture({
        study: '1.2.46',
        series: '1.2.46.2',
        uid: '1.2.46.3',
        id: 'N-46',
        extra: [
          [0x00280008, 'IS', '2'],
          [0x7fe00010, 'OW', Array.from({ length: 32 }, (_, index) => index)],
        ],
      }),
    );
    const loop = await readHere(cine);
    expect(loop.status).toBe('refused');
    expect(loop.reason).toMatch(/series of 2 frames|\(US\)|\(CT\)|\(MR\)/);
  });

  it.runIf(dicomHere)('an eye from a fundus camera is answered', async () => {
    const at = await here(dicomFile('op/op-fundus-1536.dcm'));
    expect(['accepted', 'refused']).toContain((await readHere(at)).status);
  });
});
