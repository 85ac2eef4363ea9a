import { createServer as createWebServer } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { decide } from '../../../src-shared/access/permissions.ts';
import { contract } from '../../../src-shared/contract/index.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import { type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { madePicture } from '../../../tests/fixtures/dicom.ts';
import { SYSTEM } from '../context-of.ts';
import { openDicomPool } from '../imaging/index.ts';
import { dimseQuery, qidoQuery, worklistQuery, worklistRow } from './found.ts';
import { openNetwork } from './line.ts';
import { openReception } from './receiver.ts';
import { openRoom } from './room.ts';

type Client = Awaited<ReturnType<TestCore['create']>>;

async function withReceiver(body: (client: Client, core: TestCore, port: number) => Promise<void>): Promise<void> {
  const core = await testCore();
  try {
    const client = await core.create();
    const port = await freePort();
    await client.call('pacs.setReceiver', {
      on: true,
      host: '127.0.0.1',
      port,
      aeTitle: 'LAMPLIGHT',
      allowed: [{ aeTitle: 'SCANNER' }],
    });
    await expect.poll(async () => (await client.call('pacs.state', {})).receiver.listening, { timeout: 20_000 }).toBe(true);
    await body(client, core, port);
    expect(core.bugs).toEqual([]);
  } finally {
    await core.remove();
  }
}

/** A sending station: the same thread that the core uses, without a vault. */
const sender = () =>
  openNetwork({
    keep: async () => false,
    end: () => undefined,
    turnedAway: () => undefined,
    noRoom: () => undefined,
    died: () => undefined,
  });
const to = (port: number, calling = 'SCANNER') => ({ host: '127.0.0.1', port, called: 'LAMPLIGHT', calling });

const register = (client: Client) =>
  client.call('patients.register', {
    family: 'Okafor',
    given: 'Chidi',
    birthDate: '1970-01-02',
    sex: 'male',
    identifier: { value: 'MRN-4711' },
  });

test('what a scanner sends goes to the chart it certainly belongs to, in its own bytes; somebody unknown waits and is not registered by a machine', () =>
  withReceiver(async (client, _core, port) => {
    const { id } = await register(client);
    const patient = patientId.parse(id);
    const scanner = sender();
    try {
      for (const [uid, name, number] of [
        ['1.2.3.3', 'Okafor^Chidi', 'MRN-4711'],
        ['1.2.3.4', 'Okafor^Chidi', 'MRN-4711'],
        ['1.2.9.4', 'Stranger^Sam', 'X-9'],
      ] as const) {
        const bytes = madePicture({ uid, name, id: number, study: name.startsWith('S') ? '1.2.9.1' : '1.2.3.1' });
        expect(await scanner.ask('store', { to: to(port), bytes })).toMatchObject({ status: 0 });
      }
    } finally {
      await scanner.close();
    }
    await expect.poll(async () => (await client.call('pacs.state', {})).receiver.pending, { timeout: 20_000 }).toBe(0);
    expect((await client.call('imaging.studies', { patient })).studies).toMatchObject([{ uid: '1.2.3.1', instances: 2 }]);
    expect((await client.call('imaging.review', {})).items).toMatchObject([{ study: '1.2.9.1', source: 'SCANNER' }]);
    expect((await client.call('patients.search', { text: 'Stranger' })).results).toEqual([]);
    expect((await client.call('audit.list', { limit: 50 })).entries.some((entry) => entry.procedure === 'pacs.receive')).toBe(
      true,
    );
  }));

test('a station that is not on the list is turned away, and that is in the log', () =>
  withReceiver(async (client, _core, port) => {
    const stranger = sender();
    try {
      await expect(stranger.ask('store', { to: to(port, 'STRANGER'), bytes: madePicture() })).rejects.toMatchObject({
        code: 'pacs-refused',
      });
    } finally {
      await stranger.close();
    }
    await expect.poll(async () => (await client.call('pacs.state', {})).receiver.refused, { timeout: 20_000 }).toBe(1);
    expect((await client.call('audit.list', { limit: 50 })).entries.some((entry) => entry.reason?.includes('STRANGER'))).toBe(
      true,
    );
  }));

test('rubbish and an endless unit end the line; the receiver goes on', () =>
  withReceiver(async (client, _core, port) => {
    for (const rubbish of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from([4, 0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]),
      Buffer.from([1, 0, 0, 0, 0, 4, 0, 0, 0, 0]),
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(rubbish));
        socket.on('error', () => resolve()).on('close', () => resolve());
      });
    }
    const scanner = sender();
    try {
      await scanner.ask('echo', { to: to(port) });
    } finally {
      await scanner.close();
    }
    expect((await client.call('pacs.state', {})).receiver.listening).toBe(true);
  }));

test('what was acknowledged before a crash is taken in at the next start', async () => {
  const core = await testCore();
  try {
    const client = await core.create();
    await register(client);
    const db = core.core.clinic()?.vault.db;
    db?.prepare('INSERT INTO pacs_incoming (id, at, sender, sop_instance, bytes) VALUES (?, ?, ?, ?, ?)').run(
      'one',
      '2026-11-22T08:00:00Z',
      'SCANNER',
      '1.2.3.3',
      madePicture(),
    );
    await client.call('pacs.setReceiver', { on: false, host: '127.0.0.1', port: 11112, aeTitle: 'LAMPLIGHT', allowed: [] });
    await expect.poll(async () => (await client.call('pacs.state', {})).receiver.pending, { timeout: 20_000 }).toBe(0);
    const found = (await client.call('patients.search', { text: 'Okafor' })).results[0];
    expect((await client.call('imaging.studies', { patient: patientId.parse(found?.id) })).studies).toHaveLength(1);
  } finally {
    await core.remove();
  }
});

test('a sender that goes on while the queue is full is told to come back, and the queue empties meanwhile', async () => {
  const core = await testCore();
  const pool = openDicomPool(1);
  try {
    await core.create();
    const clinic = core.core.clinic();
    if (!clinic) throw new Error('no clinic');
    const context = clinic.contextOf({ ...SYSTEM, roles: ['radiologist'] });
    const { db } = clinic.vault;
    const put = db.prepare('INSERT INTO pacs_incoming (id, at, sender, sop_instance, bytes) VALUES (?, ?, ?, ?, ?)');
    for (let n = 0; n < 300; n++) put.run(`o${n}`, '2026-11-22T08:00:00Z', 'SCANNER', `1.2.3.${n}`, Buffer.from('x'));
    const room = openRoom(db, () => 1e12, { objects: 300, bytes: 1e9, diskFree: 0 });
    const reception = openReception(context, pool, sender, room);
    // Its line stays open: nothing but this call tells that there is work.
    expect(
      await reception.keep({ object: 1, of: undefined, from: 'SCANNER', sopInstance: '1.2.3.9', bytes: madePicture() }),
    ).toBe(false);
    await expect.poll(() => reception.state().pending, { timeout: 20_000 }).toBeLessThan(300);
    await reception.stop();
  } finally {
    await pool.close();
    await core.remove();
  }
});

test('a study is taken in while it still comes: its size does not have to fit into memory', async () => {
  const core = await testCore();
  const kept = () => core.core.clinic()?.vault.db.prepare('SELECT COUNT(*) FROM dicom_instance').pluck().get();
  const part = (uid: string) => Buffer.concat([Buffer.from('--b\r\n\r\n'), madePicture({ uid }), Buffer.from('\r\n')]);
  const web = createWebServer(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'multipart/related; boundary=b' });
    for (let n = 0; n < 201; n++) response.write(part(`1.2.3.${n + 10}`));
    // The last comes only when the first are in the chart.
    await expect.poll(kept, { timeout: 20_000 }).toBe(200);
    response.end(Buffer.concat([part('1.2.3.900'), Buffer.from('--b--\r\n')]));
  });
  try {
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const address = web.address();
    const client = await core.create();
    const { id: peer } = await client.call('pacs.savePeer', {
      name: 'Web',
      serves: ['archive'],
      address: { kind: 'dicomweb', url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` },
    });
    const { job } = await client.call('pacs.retrieve', { peer, study: '1.2.3.1' });
    const taken = (await core.core.clinic()?.jobs.wait(job)) as { results: { patients: string[] }[] } | undefined; // as the contract says
    const results = taken?.results ?? [];
    expect([results.length, new Set(results.flatMap(({ patients }) => patients)).size, kept()]).toEqual([202, 1, 202]);
  } finally {
    web.close();
    await core.remove();
  }
});

test('a password of an archive never comes back out, and does not follow to another address', async () => {
  const core = await testCore();
  try {
    const client = await core.create();
    const address = { kind: 'dicomweb' as const, url: 'https://pacs.example/dicom-web', userName: 'reader' };
    const { id } = await client.call('pacs.savePeer', {
      name: 'Archive',
      serves: ['archive'],
      address,
      password: 'tidal lantern',
    });
    expect(JSON.stringify(await client.call('pacs.state', {}))).not.toContain('tidal');
    const kept = () =>
      core.core.clinic()?.vault.db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'pacs-peers'").get()
        ?.value ?? '';
    expect(kept()).toContain('sealed');
    expect(kept()).not.toContain('tidal');
    await client.call('pacs.savePeer', {
      id,
      name: 'Archive',
      serves: ['archive'],
      address: { ...address, url: 'https://elsewhere.example/dicom-web' },
    });
    expect(kept()).not.toContain('sealed');
  } finally {
    await core.remove();
  }
});

test('whoever looks after the network sees whether an archive answers, and no names', () => {
  expect([contract['pacs.find'].permission, contract['pacs.worklist'].permission]).toEqual(['pacs.find', 'pacs.find']);
  expect(decide('pacs.ask', ['it-admin'], true)).toBe('allowed');
  expect(decide('pacs.find', ['it-admin'], true)).not.toBe('allowed');
});

test('a search says its character set; over the web that is not needed', () => {
  expect(dimseQuery({ name: 'Müller' })).toMatchObject({ SpecificCharacterSet: 'ISO_IR 192', PatientName: 'Müller*' });
  expect(worklistQuery('2026-11-22', undefined)).toMatchObject({ SpecificCharacterSet: 'ISO_IR 192' });
  expect(qidoQuery({ name: 'Müller' }, 10)).not.toHaveProperty('SpecificCharacterSet');
});

test('a line of the worklist reads as a person would say it', () => {
  expect(
    worklistRow({
      PatientName: [{ Alphabetic: 'Okafor^Chidi' }],
      PatientID: 'MRN-4711',
      PatientBirthDate: '19700102',
      ScheduledProcedureStepSequence: [
        {
          Modality: 'CR',
          ScheduledProcedureStepStartDate: '20261122',
          ScheduledProcedureStepStartTime: '093000',
          ScheduledProcedureStepDescription: 'Chest',
        },
      ],
    }),
  ).toMatchObject({
    name: 'Okafor^Chidi',
    birthDate: '1970-01-02',
    modality: 'CR',
    date: '2026-11-22',
    time: '09:30',
    procedure: 'Chest',
  });
});

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

test('what was acknowledged and cannot be taken in stays, and holds nothing else up', () =>
  withReceiver(async (client, _core, port) => {
    const { id } = await register(client);
    const scanner = sender();
    try {
      for (const [uid, series] of [
        ['1.2.3.3', '1.2.3.2'],
        ['1.2.3.4', '1.2.3.2'],
      ] as const)
        await scanner.ask('store', { to: to(port), bytes: madePicture({ uid, series }) });
      await expect.poll(async () => (await client.call('pacs.state', {})).receiver.pending, { timeout: 20_000 }).toBe(0);
      // The same number with other content, and a new one behind it.
      expect(
        await scanner.ask('store', { to: to(port), bytes: madePicture({ uid: '1.2.3.3', series: '1.2.3.9' }) }),
      ).toMatchObject({ status: 0 });
      expect(await scanner.ask('store', { to: to(port), bytes: madePicture({ uid: '1.2.3.5' }) })).toMatchObject({ status: 0 });
    } finally {
      await scanner.close();
    }
    await expect
      .poll(async () => (await client.call('pacs.state', {})).receiver, { timeout: 20_000 })
      .toMatchObject({ pending: 0, setAside: 1 });
    expect((await client.call('imaging.studies', { patient: patientId.parse(id) })).studies).toMatchObject([{ instances: 3 }]);
  }));
