/**
 * Our receiver and client against dcmtk and Orthanc, all on this machine. Orthanc binds every address for a moment, so this is run in a network namespace of its own
 * (pacs.interop.test.ts). Prints one JSON line a step.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImagingImportResult } from '../../src-shared/contract/imaging.ts';
import { patientId } from '../../src-shared/contract/types.ts';
import { type TestCore, testCore } from '../fixtures/core.ts';
import { dicomDir, type Made, madeDicom } from '../fixtures/dicom.ts';

type Client = Awaited<ReturnType<TestCore['create']>>;
const [OURS, ORTHANC, ORTHANC_WEB, WORKLIST] = [11112, 4242, 8042, 11113];
const place = mkdtempSync(join(tmpdir(), 'lamplight-interop-'));
const children: ChildProcess[] = [];
const cores: TestCore[] = [];
const slices = readdirSync(join(dicomDir, 'series/ct-head-ge-gantry-tilt')).map((name) =>
  join(dicomDir, 'series/ct-head-ge-gantry-tilt', name),
);

async function step(name: string, run: () => Promise<unknown>): Promise<void> {
  try {
    console.log(JSON.stringify({ name, ok: true, found: (await run()) ?? null }));
  } catch (thrown) {
    console.log(
      JSON.stringify({
        name,
        ok: false,
        found: thrown instanceof Error ? `${thrown.message} ${String(thrown.cause ?? '')}` : String(thrown),
      }),
    );
  }
}

/** Not synchronously: what is asked is the core of this very process. */
const tool = (name: string, ...args: string[]) =>
  new Promise<{ status: number | null; said: string }>((resolve) => {
    const child = spawn(name, args);
    let said = '';
    child.stdout.on('data', (piece) => (said += piece));
    child.stderr.on('data', (piece) => (said += piece));
    child.on('error', () => resolve({ status: null, said: `${name} is not installed` }));
    child.on('close', (status) => resolve({ status, said: said.trim().slice(-400) }));
  });

function must(condition: boolean, what: unknown): void {
  if (!condition) throw new Error(typeof what === 'string' ? what : JSON.stringify(what));
}

async function station(listening: boolean): Promise<{ core: TestCore; client: Client }> {
  const core = await testCore();
  cores.push(core);
  const client = await core.create();
  const receiver = {
    on: listening,
    host: '127.0.0.1',
    port: OURS,
    aeTitle: 'LAMPLIGHT',
    allowed: [{ aeTitle: 'STORESCU' }, { aeTitle: 'ECHOSCU' }, { aeTitle: 'FINDSCU' }, { aeTitle: 'ORTHANC', host: '127.0.0.1' }],
  };
  await client.call('pacs.setReceiver', receiver);
  for (let tries = 0; listening && tries < 100 && !(await client.call('pacs.state', {})).receiver.listening; tries++)
    await sleep(100);
  return { core, client };
}

async function settled(client: Client): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if ((await client.call('pacs.state', {})).receiver.pending === 0) return;
    await sleep(100);
  }
  throw new Error('what came is not taken in');
}

const result = async ({ core }: { core: TestCore }, started: { job: string }) => await core.core.clinic()?.jobs.wait(started.job);

async function orthanc(): Promise<void> {
  const folder = join(place, 'orthanc');
  mkdirSync(folder);
  const config = {
    Name: 'Test',
    StorageDirectory: folder,
    IndexDirectory: folder,
    DicomAet: 'ORTHANC',
    DicomPort: ORTHANC,
    HttpPort: ORTHANC_WEB,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomCheckCalledAet: false,
    DicomAlwaysAllowFind: true,
    DicomAlwaysAllowGet: true,
    DicomAlwaysAllowMove: true,
    DicomAlwaysAllowStore: true,
    DicomModalities: { lamplight: ['LAMPLIGHT', '127.0.0.1', OURS] },
    Plugins: ['/usr/share/orthanc/plugins'],
    DicomWeb: { Enable: true, Root: '/dicom-web/' },
  };
  writeFileSync(join(folder, 'orthanc.json'), JSON.stringify(config));
  children.push(spawn('Orthanc', [join(folder, 'orthanc.json')], { stdio: 'ignore' }));
  for (let tries = 0; tries < 200; tries++) {
    if (
      await fetch(`http://127.0.0.1:${ORTHANC_WEB}/system`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await sleep(150);
  }
  throw new Error('Orthanc did not start');
}

async function worklist(): Promise<void> {
  const folder = join(place, 'worklists', 'WLM');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'lockfile'), '');
  const dump = `(0008,0005) CS ISO_IR 192\n(0008,0050) SH A-100\n(0010,0010) PN Okafor^Chidi\n(0010,0020) LO MRN-4711\n(0010,0030) DA 19700102\n(0010,0040) CS M\n(0020,000d) UI 1.2.3.77\n(0032,1060) LO Chest\n(0040,0100) SQ\n(fffe,e000) -\n(0008,0060) CS CR\n(0040,0001) AE LAMPLIGHT\n(0040,0002) DA 20261122\n(0040,0003) TM 093000\n(0040,0006) PN Reader^Rita\n(0040,0007) LO Chest frontal\n(0040,0009) SH 1\n(fffe,e00d) -\n(fffe,e0dd) -\n(0040,1001) SH 1\n`;
  writeFileSync(join(folder, 'one.dump'), dump);
  must((await tool('dump2dcm', join(folder, 'one.dump'), join(folder, 'one.wl'))).status === 0, 'dump2dcm');
  // Another day: several answers, each in its own character set.
  const names: readonly [charset: string, name: Buffer][] = [
    ['ISO_IR 100', Buffer.from('Müller^Jürgen', 'latin1')],
    ['ISO_IR 144', Buffer.from('b0dddde0', 'hex')],
    ['\\ISO 2022 IR 87', Buffer.from('Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B', 'latin1')],
    ['ISO_IR 192', Buffer.from('Sokolova^Anna=Соколова^Анна')],
  ];
  for (const [index, [charset, name]] of names.entries()) {
    const planned: Made = [
      [0x00080005, 'CS', charset],
      [0x00080050, 'SH', `A-${index}`],
      [0x00100010, 'PN', name],
      [0x00100020, 'LO', `MRN-${index}`],
      [0x00100030, 'DA', '19700102'],
      [0x00100040, 'CS', 'F'],
      [0x0020000d, 'UI', `1.2.3.8${index}`],
      [0x00321060, 'LO', 'Chest'],
      [
        0x00400100,
        'SQ',
        [
          [
            [0x00080060, 'CS', 'CR'],
            [0x00400001, 'AE', 'LAMPLIGHT'],
            [0x00400002, 'DA', '20261124'],
            [0x00400003, 'TM', `1${index}0000`],
            [0x00400006, 'PN', 'Reader^Rita'],
            [0x00400007, 'LO', 'Chest frontal'],
            [0x00400009, 'SH', '1'],
          ],
        ],
      ],
      [0x00401001, 'SH', '1'],
    ];
    writeFileSync(join(folder, `${index}.wl`), madeDicom(planned));
  }
  children.push(spawn('wlmscpfs', ['-csk', '-dfp', join(place, 'worklists'), String(WORKLIST)], { stdio: 'ignore' }));
}

try {
  await orthanc();
  await worklist();
  const one = await station(true);
  const { client } = one;

  await step('dcmtk echoscu', async () => {
    const { status, said } = await tool('echoscu', '-aec', 'LAMPLIGHT', '127.0.0.1', String(OURS));
    must(status === 0, said);
  });
  await step('dcmtk storescu, compressed as it is', async () => {
    const { status, said } = await tool('storescu', '-xs', '-aec', 'LAMPLIGHT', '127.0.0.1', String(OURS), ...slices);
    must(status === 0, said);
    await settled(client);
    const { items } = await client.call('imaging.review', {});
    must(items.length === 1 && items[0]?.instances === slices.length, items);
    return { instances: items[0]?.instances };
  });
  await step('dcmtk findscu is told that we are no archive', async () => {
    const { status, said } = await tool(
      'findscu',
      '-S',
      '-aec',
      'LAMPLIGHT',
      '-k',
      '0008,0052=STUDY',
      '-k',
      '0010,0010',
      '127.0.0.1',
      String(OURS),
    );
    must(status !== 0 || /No presentation context|refused|acceptable/i.test(said), { status, said });
    must((await tool('echoscu', '127.0.0.1', String(OURS))).status === 0, 'the receiver lives on');
  });
  const { items } = await client.call('imaging.review', {});
  const uid = items[0]?.study ?? '';
  const { job } = await client.call('imaging.match', { item: items[0]?.id ?? '', decision: { kind: 'register' } });
  const matched = (await result(one, { job })) as { patient: string }; // the job's result as its contract says
  const ours = patientId.parse(matched.patient);

  const dimse = (
    await client.call('pacs.savePeer', {
      name: 'orthanc',
      serves: ['archive'],
      address: { kind: 'dimse', host: '127.0.0.1', port: ORTHANC, aeTitle: 'ORTHANC' },
    })
  ).id;
  const web = (
    await client.call('pacs.savePeer', {
      name: 'orthanc web',
      serves: ['archive'],
      address: { kind: 'dicomweb', url: `http://127.0.0.1:${ORTHANC_WEB}/dicom-web` },
    })
  ).id;
  const planned = (
    await client.call('pacs.savePeer', {
      name: 'worklist',
      serves: ['worklist'],
      address: { kind: 'dimse', host: '127.0.0.1', port: WORKLIST, aeTitle: 'WLM' },
    })
  ).id;

  await step('C-ECHO to Orthanc', () => client.call('pacs.echo', { peer: dimse }));
  await step('C-STORE to Orthanc', async () => {
    const done = await result(one, await client.call('pacs.send', { peer: dimse, patient: ours, study: uid }));
    must(JSON.stringify(done) === JSON.stringify({ sent: slices.length, refused: 0 }), done);
    const kept: unknown = await (await fetch(`http://127.0.0.1:${ORTHANC_WEB}/instances`)).json();
    if (!Array.isArray(kept) || kept.length !== slices.length) throw new Error(JSON.stringify(kept));
    const tags: unknown = await (await fetch(`http://127.0.0.1:${ORTHANC_WEB}/instances/${String(kept[0])}/tags?short`)).json();
    must(typeof tags === 'object' && tags !== null && '0019,0010' in tags, 'private attributes went missing');
    return done;
  });
  await step('C-FIND in Orthanc', async () => {
    const { studies } = await client.call('pacs.find', { peer: dimse, study: uid });
    must(studies.length === 1 && studies[0]?.here === true && studies[0].modalities.includes('CT'), studies);
  });
  await step('QIDO in Orthanc', async () => {
    const { studies } = await client.call('pacs.find', { peer: web, study: uid });
    must(studies.length === 1 && studies[0]?.instances === slices.length, studies);
  });
  await step('dcmtk movescu: Orthanc sends to our receiver', async () => {
    const before = (await client.call('pacs.state', {})).receiver.received;
    const { status, said } = await tool(
      'movescu',
      '-S',
      '-aec',
      'ORTHANC',
      '-aem',
      'LAMPLIGHT',
      '-k',
      '0008,0052=STUDY',
      '-k',
      `0020,000d=${uid}`,
      '127.0.0.1',
      String(ORTHANC),
    );
    must(status === 0, said);
    await settled(client);
    const { received } = (await client.call('pacs.state', {})).receiver;
    must(received === before + slices.length, { before, received });
  });
  await step('C-MOVE from Orthanc', async () => {
    const done = (await result(one, await client.call('pacs.retrieve', { peer: dimse, study: uid, by: 'move' }))) as {
      moved: number;
    }; // as the job answers
    must(done.moved === slices.length, done);
    await settled(client);
  });

  // A second workstation that has nothing yet.
  const two = await station(false);
  const archive = (
    await two.client.call('pacs.savePeer', {
      name: 'orthanc',
      serves: ['archive'],
      address: { kind: 'dimse', host: '127.0.0.1', port: ORTHANC, aeTitle: 'ORTHANC' },
    })
  ).id;
  await step('C-GET from Orthanc', async () => {
    const done = (await result(
      two,
      await two.client.call('pacs.retrieve', { peer: archive, study: uid }),
    )) as ImagingImportResult; // as its contract says
    must(
      done.results.length === slices.length && done.results.every((row) => row.status !== 'refused'),
      done.results.slice(0, 2),
    );
    const patient = patientId.parse(done.results[0]?.patients[0]);
    const { series } = await two.client.call('imaging.study', { patient, study: uid });
    const first = series[0]?.instances[0];
    const frame = await two.client.call('imaging.frame', { patient, instance: first?.id ?? '' });
    return { syntax: first?.transferSyntax, total: frame.total };
  });
  const three = await station(false);
  const services = (
    await three.client.call('pacs.savePeer', {
      name: 'orthanc web',
      serves: ['archive'],
      address: { kind: 'dicomweb', url: `http://127.0.0.1:${ORTHANC_WEB}/dicom-web` },
    })
  ).id;
  await step('WADO from Orthanc', async () => {
    const done = (await result(
      three,
      await three.client.call('pacs.retrieve', { peer: services, study: uid }),
    )) as ImagingImportResult; // as its contract says
    must(
      done.results.length === slices.length && done.results.every((row) => row.status !== 'refused'),
      done.results.slice(0, 2),
    );
  });
  await step('STOW to Orthanc', async () => {
    for (const id of (await (await fetch(`http://127.0.0.1:${ORTHANC_WEB}/studies`)).json()) as string[])
      await fetch(`http://127.0.0.1:${ORTHANC_WEB}/studies/${id}`, { method: 'DELETE' }); // Orthanc's own list of ids
    const done = await result(one, await client.call('pacs.send', { peer: web, patient: ours, study: uid }));
    must(JSON.stringify(done) === JSON.stringify({ sent: slices.length, refused: 0 }), done);
  });
  await step('worklist of wlmscpfs', async () => {
    await client.call('patients.register', {
      family: 'Okafor',
      given: 'Chidi',
      birthDate: '1970-01-02',
      sex: 'male',
      identifier: { value: 'MRN-4711' },
    });
    const { items: found } = await client.call('pacs.worklist', { peer: planned, day: '2026-11-22' });
    must(found.length === 1 && found[0]?.modality === 'CR' && found[0].patient !== undefined && found[0].time === '09:30', found);
    must((await client.call('pacs.worklist', { peer: planned, day: '2026-11-23' })).items.length === 0, 'another day has none');
  });
  await step('worklist of several, in several character sets', async () => {
    const { items: found } = await client.call('pacs.worklist', { peer: planned, day: '2026-11-24' });
    const names = found.map(({ name, writtenAlso }) => [name, writtenAlso].filter(Boolean).join(' = '));
    must(
      JSON.stringify(names) ===
        JSON.stringify(['Müller^Jürgen', 'Аннр', 'Yamada^Tarou = 山田^太郎', 'Sokolova^Anna = Соколова^Анна']),
      names,
    );
  });
} finally {
  for (const core of cores) await core.remove();
  for (const child of children) child.kill();
  rmSync(place, { recursive: true, force: true });
}
process.exit();
