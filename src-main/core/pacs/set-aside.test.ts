/** What could not be taken in takes up room until somebody decides: taken in again, or discarded, and the log says who. */
import { expect, test } from 'vitest';
import { testCore } from '../../../tests/fixtures/core.ts';
import { madePicture } from '../../../tests/fixtures/dicom.ts';
import { SYSTEM } from '../context-of.ts';
import { openRoom } from './room.ts';
import { discard } from './set-aside.ts';

test('objects set aside are shown with sender and reason, tried again or discarded by whoever may decide on studies, and the log names them', async () => {
  const core = await testCore();
  try {
    const client = await core.create();
    const db = core.core.clinic()?.vault.db;
    const put = (id: string, sopInstance: string, bytes: Uint8Array) =>
      db
        ?.prepare('INSERT INTO pacs_incoming (id, at, sender, sop_instance, bytes, set_aside) VALUES (?, ?, ?, ?, ?, ?)')
        .run(id, '2026-11-22T08:00:00.000Z', 'SCANNER', sopInstance, bytes, 'There was no room.');
    const left = () => db?.prepare('SELECT id FROM pacs_incoming ORDER BY id').pluck().all();
    put('bad', '1.2.3.4', Buffer.from('no DICOM'));
    put('good', '1.2.3.3', madePicture());
    put('worse', 'not a UID \ud800', Buffer.from('no DICOM either'));

    const { groups } = await client.call('pacs.setAside', {});
    expect(groups).toMatchObject([{ sender: 'SCANNER', why: 'There was no room.', count: 3, objects: ['bad', 'good', 'worse'] }]);
    expect(await client.call('pacs.discard', { objects: ['worse', 'worse', 'gone'] })).toEqual({ objects: 1 });
    expect(await client.call('pacs.takeAgain', { objects: ['bad', 'good'] })).toEqual({ objects: 2 });
    await expect.poll(left, { timeout: 20_000 }).toEqual(['bad']);
    // The good one waits in nobody's chart, as somebody unknown does; the bad one is back with a reason of its own.
    expect((await client.call('imaging.review', {})).items).toHaveLength(1);
    await expect
      .poll(async () => (await client.call('pacs.setAside', {})).groups, { timeout: 20_000 })
      .toMatchObject([{ count: 1, why: expect.stringContaining('DICOM') }]);

    await client.call('pacs.discard', { objects: ['bad'] });
    expect([left(), (await client.call('pacs.state', {})).receiver.setAside]).toEqual([[], 0]);
    await expect(client.call('pacs.discard', { objects: ['bad'] })).rejects.toMatchObject({ code: 'not-found' });
    const { entries } = await client.call('audit.list', { limit: 50 });
    const log = entries.filter(({ procedure, outcome }) => /discard|takeAgain/.test(procedure) && outcome === 'ok');
    expect(log).toMatchObject([
      { action: 'D', resources: [{ type: 'DICOM', id: '1.2.3.4' }] },
      { action: 'U', resources: [{ id: '1.2.3.4' }, { id: '1.2.3.3' }] },
      { action: 'D', resources: [{ id: 'no-uid' }] },
    ]);
    expect(core.bugs).toEqual([]);
  } finally {
    await core.remove();
  }
});

test('what is discarded makes room for others, and for as much as it took', async () => {
  const core = await testCore();
  try {
    await core.create();
    const clinic = core.core.clinic();
    if (!clinic) throw new Error('no clinic');
    const { db } = clinic.vault;
    const put = db.prepare(
      "INSERT INTO pacs_incoming (id, at, sender, sop_instance, bytes, set_aside) VALUES (?, 'now', 'CT', '1.2', ?, ?)",
    );
    put.run('aside', Buffer.alloc(600), 'Damaged.');
    put.run('waits', Buffer.alloc(300), null);
    const room = openRoom(db, () => 1e12, { objects: 10, bytes: 1000, diskFree: 0 });
    expect(room.shortOf(500)).toBe('waiting');
    clinic.contextOf(SYSTEM).write({ action: 'D', procedure: 'test' }, (tx) => {
      // What waits to be taken in is nobody's to discard.
      expect(discard(tx, room, ['aside', 'waits'])).toBe(1);
    });
    expect([room.shortOf(700), room.shortOf(701)]).toEqual([undefined, 'waiting']);
  } finally {
    await core.remove();
  }
});
