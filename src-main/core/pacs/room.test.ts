/** Room for what senders hand over: memory on the way in, the vault's own room, the disk; all senders together. */
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { testCore } from '../../../tests/fixtures/core.ts';
import { madePicture } from '../../../tests/fixtures/dicom.ts';
import { SYSTEM } from '../context-of.ts';
import { openDicomPool } from '../imaging/index.ts';
import { memoryBytes } from './allowance.ts';
import { openNetwork } from './line.ts';
import type { Arrived } from './protocol.ts';
import { openReception } from './receiver.ts';
import { openRoom } from './room.ts';

const quiet = {
  keep: async () => false,
  end: () => undefined,
  turnedAway: () => undefined,
  noRoom: () => undefined,
  died: () => undefined,
};
const large = (uid: string, bytes: number) =>
  madePicture({
    uid,
    extra: [
      [0x00280010, 'US', [1]],
      [0x7fe00010, 'OW', new Uint8Array(bytes)],
    ],
  });

test('two senders share one memory: the one too many hears "out of resources", nothing of it is kept, and it may come again', async () => {
  const kept: Arrived[] = [];
  const sentBack: string[] = [];
  const decide: ((ok: boolean) => void)[] = [];
  const receiver = openNetwork(
    {
      ...quiet,
      noRoom: (from) => sentBack.push(from),
      keep: (object) =>
        new Promise((resolve) => {
          kept.push(object);
          decide.push(resolve);
        }),
    },
    1_000_000,
  );
  const [one, other] = [openNetwork(quiet), openNetwork(quiet)];
  try {
    const { port } = await receiver.ask('listen', {
      host: '127.0.0.1',
      port: 0,
      allowed: [{ aeTitle: 'SCANNER' }],
    });
    const to = { host: '127.0.0.1', port, called: 'LAMPLIGHT', calling: 'SCANNER' };
    const first = one.ask('store', { to, bytes: large('1.2.3.3', 600_000) });
    await expect.poll(() => kept.length, { timeout: 20_000 }).toBe(1);
    expect(await other.ask('store', { to, bytes: large('1.2.3.4', 600_000) })).toMatchObject({ status: 0xa700 });
    expect([kept.length, sentBack]).toEqual([1, ['SCANNER']]);
    decide[0]?.(true);
    expect(await first).toMatchObject({ status: 0 });
    const again = other.ask('store', { to, bytes: large('1.2.3.4', 600_000) });
    await expect.poll(() => kept.length, { timeout: 20_000 }).toBe(2);
    decide[1]?.(true);
    expect(await again).toMatchObject({ status: 0 });
  } finally {
    await Promise.all([one.close(), other.close(), receiver.close()]);
  }
});

test('a command without end ends the line', async () => {
  const receiver = openNetwork(quiet);
  const sender = openNetwork(quiet);
  try {
    const { port } = await receiver.ask('listen', {
      host: '127.0.0.1',
      port: 0,
      allowed: [{ aeTitle: 'SCANNER' }],
    });
    // Units of data with a fragment of a command that is never the last (PS3.8 E.2), 64 KiB each.
    const unit = Buffer.alloc(6 + 65_536);
    unit.set([4, 0]);
    unit.writeUInt32BE(65_536, 2);
    unit.writeUInt32BE(65_532, 6);
    unit.set([1, 1], 10);
    let sent = 0;
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(associationRequest()));
      // The line is open: the answer is there.
      socket.once('data', () => {
        const more = () => {
          sent += unit.length;
          if (sent < 8_000_000 && !socket.destroyed) socket.write(unit, more);
        };
        more();
      });
      socket.on('error', () => undefined).on('close', () => resolve());
    });
    expect(sent).toBeLessThan(8_000_000);
    await sender.ask('echo', { to: { host: '127.0.0.1', port, called: 'US', calling: 'SCANNER' } });
  } finally {
    await Promise.all([sender.close(), receiver.close()]);
  }
});

/** For verification, from SCANNER (PS3.8 9.3.2). */
function associationRequest(): Buffer {
  const item = (type: number, content: Buffer) =>
    Buffer.concat([Buffer.from([type, 0, content.length >> 8, content.length & 0xff]), content]);
  const uid = (type: number, value: string) => item(type, Buffer.from(value));
  const context = Buffer.concat([Buffer.from([1, 0, 0, 0]), uid(0x30, '1.2.840.10008.1.1'), uid(0x40, '1.2.840.10008.1.2')]);
  const user = Buffer.concat([item(0x51, Buffer.from([0, 1, 0, 0])), uid(0x52, '1.2.3')]);
  const body = Buffer.concat([
    Buffer.from([0, 1, 0, 0]),
    Buffer.from('US'.padEnd(16) + 'SCANNER'.padEnd(16)),
    Buffer.alloc(32),
    uid(0x10, '1.2.840.10008.3.1.1.1'),
    item(0x20, context),
    item(0x50, user),
  ]);
  const head = Buffer.alloc(6);
  head[0] = 1;
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

test('when the vault or the disk has no room an object goes back, nothing of it stays, and the settings say what is missing', async () => {
  const core = await testCore();
  const pool = openDicomPool(1);
  try {
    await core.create();
    const clinic = core.core.clinic();
    if (!clinic) throw new Error('no clinic');
    const context = clinic.contextOf({ ...SYSTEM, roles: ['radiologist'] });
    const { db } = clinic.vault;
    let free = 10_000_000;
    const room = openRoom(db, () => free, { objects: 10, bytes: 100_000, diskFree: 1_000_000 });
    const reception = openReception(context, pool, () => openNetwork(quiet), room);
    const send = (uid: string, bytes: number) =>
      reception.keep({ object: 1, of: undefined, from: 'SCANNER', sopInstance: uid, bytes: large(uid, bytes) });
    const rows = () => db.prepare('SELECT COUNT(*) FROM pacs_incoming').pluck().get();
    expect(await send('1.2.3.3', 60_000)).toBe(true);
    expect([await send('1.2.3.4', 60_000), rows(), reception.state().sentBack]).toMatchObject([
      false,
      1,
      { count: 1, short: 'waiting' },
    ]);
    await expect.poll(() => reception.state().pending, { timeout: 20_000 }).toBe(0);
    expect(await send('1.2.3.4', 60_000)).toBe(true);
    await expect.poll(() => reception.state().pending, { timeout: 20_000 }).toBe(0);
    free = 1_050_000;
    expect([await send('1.2.3.5', 60_000), rows(), reception.state().sentBack]).toMatchObject([
      false,
      0,
      { count: 2, short: 'disk' },
    ]);
    await reception.stop();
  } finally {
    await pool.close();
    await core.remove();
  }
});

test('memory on the way in is an eighth of the machine, and never more than one object may have', () => {
  expect([memoryBytes(8e9), memoryBytes(1e9), memoryBytes(64e9)]).toEqual([1e9, 268_435_456, 2e9]);
});
