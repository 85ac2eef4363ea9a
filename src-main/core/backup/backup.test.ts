/** What a hospital would lose: the records themselves, after the disk that held them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../../../src-node/root.ts';
import { type BackupFixture, backupFixture, type Client, counts } from '../../../tests/fixtures/backup.ts';
import { ADMIN, type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { systemChance } from '../ports.ts';
import { bound, writeHead, writePart } from './container.ts';
import { backupHead, restoreBackup, verifyBackup } from './index.ts';
import { openBackup } from './read.ts';
import { sealStream } from './sealed-stream.ts';
import { unlockOwn } from './unlock.ts';

let at: BackupFixture;
let made: TestCore;
let client: Client;
let recoveryCode: string;
let away: string;
beforeEach(async () => {
  at = await backupFixture();
  ({ made, client, recoveryCode, away } = at);
});
afterEach(() => at.remove());
const clinic = () => at.clinic();
const register = (family: string, files: number) => at.register(family, files);
const resultOf = (started: { job: string }) => at.resultOf(started);
const verify = (path: string) => at.verify(path);
const create = (path: string) => at.create(path);

/** Seals the backup anew, with a byte changed in a page of its database that no restore reads. */
async function damageSealedPage(path: string): Promise<void> {
  const { vault } = clinic();
  const page = vault.db.prepare<[], number>("SELECT rootpage FROM sqlite_master WHERE name = 'incident_step'").pluck().get() ?? 0;
  const file = await openBackup(path);
  const key = unlockOwn(file.head, vault);
  const head = writeHead(file.head);
  const sealed: Uint8Array[] = [head];
  const stream = await sealStream(systemChance, key, bound(head), async (piece) => void sealed.push(Buffer.from(piece)));
  const reader = file.parts(key);
  for (let part = await reader.next(); ; part = await reader.next()) {
    await stream.write(writePart(part));
    if (part.part === 'end') break;
    if (part.part !== 'file' && part.part !== 'database') continue;
    const pieces: Buffer[] = [];
    for await (const piece of reader.bytes(part.size)) pieces.push(Buffer.from(piece));
    const bytes = Buffer.concat(pieces);
    const at = page * vault.pageBytes - 100;
    if (part.part === 'database') bytes[at] = (bytes[at] ?? 0) ^ 1;
    await stream.write(bytes);
  }
  await stream.end();
  await file.close();
  writeFileSync(path, Buffer.concat(sealed));
}

describe('a backup in one file', () => {
  test('comes back on another machine with the recovery code, whole, and gives a new password', async () => {
    await register('Otieno', 2);
    const path = join(away, 'clinic.lamplight-backup');
    const before = await create(path);
    expect(before).toMatchObject({ ok: true, patients: 2, files: 3, lost: 0 });
    expect(statSync(path).size).toBe(before.bytes);
    expect(counts(await verify(path))).toEqual(counts(before));
    // Without the vault, and on another machine.
    expect(await verifyBackup(path, { recoveryCode }, away, systemChance)).toEqual({ ok: true, lost: 0, ...counts(before) });

    const there = await testCore();
    try {
      const restored = await restoreBackup(path, join(there.root, 'clinic'), { recoveryCode });
      expect(restored).toEqual({ ...counts(before), lost: 0, administrators: [ADMIN.userName] });
      const newcomer = there.connect();
      await newcomer.call('session.recover', { userName: ADMIN.userName, recoveryCode, newPassword: 'quite another phrase' });
      const { results } = await newcomer.call('patients.search', { text: 'otieno', limit: 5 });
      expect(results).toHaveLength(1);
      expect(await newcomer.call('audit.verify', {})).toMatchObject({ ok: true });
      const files = there.core.clinic()?.vault;
      for (const id of files?.db.prepare<[], string>('SELECT id FROM file').pluck().all() ?? [])
        expect((await files?.files.read(id))?.byteLength).toBe(300_000);
    } finally {
      await there.remove();
    }
  });

  test('holds the moment it was begun, while people go on working, and lets no lock go', async () => {
    const path = join(away, 'clinic.lamplight-backup');
    const { job } = await client.call('backup.create', { place: made.core.places.offer(path) });
    const meanwhile = [register('Wanjiru', 1), register('Kimani', 1)];
    const before = await resultOf({ job });
    await Promise.all(meanwhile);
    expect(before).toMatchObject({ ok: true, patients: 1, files: 1 });
    expect(counts(await verify(path))).toEqual(counts(before));
    expect(await client.call('audit.verify', {})).toMatchObject({ ok: true });
    expect((await create(path)).patients).toBe(3);
    const env = {
      ...process.env,
      LAMPLIGHT_VAULT: join(made.root, 'clinic'),
      LAMPLIGHT_USER: ADMIN.userName,
      LAMPLIGHT_PASSWORD: ADMIN.password,
      LAMPLIGHT_DEVICE_KEY_DIR: join(made.root, 'device-keys'),
    };
    const second = spawnSync(process.execPath, [join(root, 'src-main/cli/main.ts'), 'user', 'list', '--json'], {
      encoding: 'utf8',
      env,
    });
    expect(second.stdout).toContain('vault-in-use');
  });

  test('opens by itself after the vault key was made anew and the code another: with the code of its day, and by the vault that made it', async () => {
    const path = join(away, 'clinic.lamplight-backup');
    const before = await create(path);
    expect(await client.call('vault.rotateKey', {})).toMatchObject({ ok: true, generation: 2 });
    client = made.connect();
    await client.call('session.signIn', ADMIN);
    const { recoveryCode: newCode } = await client.call('vault.newRecoveryCode', {});
    expect(counts(await verify(path))).toEqual(counts(before));
    expect((await verifyBackup(path, { recoveryCode }, away, systemChance)).ok).toBe(true);
    expect(await restoreBackup(path, join(away, 'new'), { recoveryCode: newCode }).catch((thrown) => thrown.code)).toBe(
      'recovery-code-wrong',
    );
    const after = await create(path);
    expect((await verifyBackup(path, { recoveryCode: newCode }, away, systemChance)).entries).toBe(after.entries);
  });

  test('is not made of a damaged database, and the one that was there stays', async () => {
    const path = join(away, 'clinic.lamplight-backup');
    await create(path);
    const good = readFileSync(path);
    // A page that nobody reads before it is copied.
    const { db } = clinic().vault;
    const page = db.prepare<[], number>("SELECT rootpage FROM sqlite_master WHERE name = 'incident_step'").pluck().get() ?? 0;
    const pageBytes = Number(db.pragma('page_size', { simple: true }));
    await made.core.close();
    const database = join(made.root, 'clinic', 'vault.db');
    const bytes = readFileSync(database);
    const at = page * pageBytes - 100;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(database, bytes);
    const again = await testCore(made.root);
    const admin = again.connect();
    await admin.call('session.signIn', ADMIN);
    const { job } = await admin.call('backup.create', { place: again.core.places.offer(path) });
    await expect(again.core.clinic()?.jobs.wait(job)).rejects.toMatchObject({ code: 'vault-damaged' });
    await again.core.close();
    expect(readFileSync(path).equals(good)).toBe(true);
    expect(readdirSync(away)).toEqual(['clinic.lamplight-backup']);
  });

  test('says how many files the vault has no more in full length, and that it does not hold them', async () => {
    const [id = ''] = await register('Otieno', 1);
    const stored = join(made.root, 'clinic', 'files', id.slice(-2), id);
    writeFileSync(stored, readFileSync(stored).subarray(0, 1000));
    const path = join(away, 'clinic.lamplight-backup');
    expect(await create(path)).toMatchObject({ ok: false, lost: 1, files: 2 });
    expect(await verify(path)).toMatchObject({ ok: false, lost: 1 });
    expect(await restoreBackup(path, join(away, 'restored'), { recoveryCode })).toMatchObject({ lost: 1, files: 2 });
  });

  test('does not take the place of one that has a file which it lacks, nor of one of another vault', async () => {
    const [id = ''] = await register('Otieno', 1);
    const path = join(away, 'clinic.lamplight-backup');
    expect((await create(path)).place).toBeUndefined();
    expect((await create(path)).place).toBeUndefined();
    const good = readFileSync(path);
    rmSync(join(made.root, 'clinic', 'files', id.slice(-2), id));
    const [other = ''] = clinic().vault.db.prepare<[string], string>('SELECT id FROM file WHERE id <> ?').pluck().all(id);
    const stored = join(made.root, 'clinic', 'files', other.slice(-2), other);
    const otherBytes = readFileSync(stored);
    writeFileSync(stored, Buffer.alloc(otherBytes.byteLength, 1));
    expect(await create(join(away, 'damaged.lamplight-backup'))).toMatchObject({ ok: false, lost: 2, missing: { lacks: 2 } });
    writeFileSync(stored, otherBytes);
    const lacking = await create(path);
    expect(lacking).toMatchObject({ ok: false, lost: 1, missing: { count: 1, files: [id], patients: 1, lacks: 1 } });
    expect(lacking.place).toMatch(/clinic\.\d{4}-\d\d-\d\dT\d{6}Z\.lamplight-backup$/);
    expect(readFileSync(path).equals(good)).toBe(true);
    expect(await verify(lacking.place ?? '')).toMatchObject({ ok: false, lost: 1 });
    const { backups } = await client.call('backup.state', {});
    expect(
      backups
        .filter((one) => !one.removedAt && !one.place.endsWith('damaged.lamplight-backup'))
        .map(({ place, lacks }) => [place, lacks]),
    ).toEqual([
      [lacking.place, 1],
      [path, 0],
    ]);
    // One that is no better is replaced as ever.
    expect((await create(lacking.place ?? '')).place).toBeUndefined();
    // A vault that was restored from an earlier backup does not know of this one.
    clinic().vault.db.prepare('DELETE FROM backups').run();
    expect((await create(path)).place).toBeDefined();
    expect(readFileSync(path).equals(good)).toBe(true);

    const elsewhere = await testCore();
    try {
      const stranger = elsewhere.connect();
      await stranger.call('setup.create', { clinic: 'Another', ...ADMIN });
      const { job } = await stranger.call('backup.create', { place: elsewhere.core.places.offer(path) });
      await expect(elsewhere.core.clinic()?.jobs.wait(job)).rejects.toMatchObject({ code: 'invalid-input' });
      expect(readFileSync(path).equals(good)).toBe(true);
    } finally {
      await elsewhere.remove();
    }
  });

  test('that an older version made of a damaged database is refused, and leaves no vault', async () => {
    const path = join(away, 'clinic.lamplight-backup');
    await create(path);
    await damageSealedPage(path);
    const target = join(away, 'restored');
    const sentence = expect.stringMatching(/page \d+ of its database does not fit its check sum/);
    const refused = { code: 'backup-damaged', message: sentence };
    await expect(restoreBackup(path, target, { recoveryCode })).rejects.toMatchObject(refused);
    await expect(verify(path)).rejects.toMatchObject(refused);
    expect(readdirSync(away)).toEqual([basename(path)]);
  });

  test('that is damaged inside a picture gives everything else back, and says how many are not there', async () => {
    await register('Otieno', 12);
    const path = join(away, 'clinic.lamplight-backup');
    expect((await create(path)).files).toBe(13);
    const bytes = readFileSync(path);
    // In the second of its pieces of 1 MiB, where there is nothing but pictures.
    bytes[1_700_000] = (bytes[1_700_000] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const tested = await verify(path);
    expect(tested).toMatchObject({ ok: false, patients: 2, files: 13 });
    expect(tested.lost).toBeGreaterThan(0);
    expect(tested.lost).toBeLessThan(6);
    const restored = await restoreBackup(path, join(away, 'restored'), { recoveryCode });
    expect(restored).toMatchObject({ patients: 2, files: 13, lost: tested.lost });
    expect(
      readdirSync(join(away, 'restored', 'files'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()),
    ).toHaveLength(13 - tested.lost);
  });

  test('that is damaged names the newest other one beside it', async () => {
    const [older, newer, path] = ['b', 'c', 'a'].map((name) => join(away, `${name}.lamplight-backup`)) as [
      string,
      string,
      string,
    ];
    for (const place of [older, newer, path]) {
      made.clock.ms += 60_000;
      await create(place);
    }
    const whole = readFileSync(path);
    for (const bytes of [whole.subarray(0, -100), whole.subarray(0, 100)]) {
      writeFileSync(path, bytes);
      await expect(restoreBackup(path, join(away, 'restored'), { recoveryCode })).rejects.toMatchObject({
        code: 'backup-damaged-another',
        action: expect.stringContaining(basename(newer)),
      });
    }
    expect(readdirSync(away)).toHaveLength(3);
    expect((await restoreBackup(newer, join(away, 'restored'), { recoveryCode })).lost).toBe(0);
  });

  test('shows nothing of what it holds', async () => {
    const path = join(away, 'clinic.lamplight-backup');
    await create(path);
    const bytes = readFileSync(path);
    for (const text of ['Zanzibarski', 'zanzibarski', ADMIN.userName, ADMIN.displayName, 'Kisumu', 'SQLite format']) {
      expect(bytes.includes(text)).toBe(false);
      expect(bytes.includes(Buffer.from(text, 'utf16le'))).toBe(false);
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('is refused with a sentence where it is damaged, cut off or foreign, and nothing is touched', async () => {
    const path = join(away, 'clinic.lamplight-backup');
    await create(path);
    const whole = readFileSync(path);
    const flipped = (at: number) => {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytes;
    };
    const headEnd = 23 + whole.readUInt32BE(19);
    const cases: [string, Uint8Array, string][] = [
      ['empty', Buffer.alloc(0), 'backup-foreign'],
      ['a text', Buffer.from('a letter to my aunt'), 'backup-foreign'],
      ['the name alone', whole.subarray(0, 19), 'backup-damaged'],
      ['half a head', whole.subarray(0, 200), 'backup-damaged'],
      ['no stream', whole.subarray(0, headEnd), 'backup-damaged'],
      ['half', whole.subarray(0, whole.byteLength / 2), 'backup-damaged'],
      ['the last byte missing', whole.subarray(0, -1), 'backup-damaged'],
      ['a byte more', Buffer.concat([whole, Buffer.alloc(1)]), 'backup-damaged'],
      ['a byte of the stream', flipped(whole.byteLength - 5000), 'backup-damaged'],
      ['a byte of its head', flipped(60), 'backup-damaged'],
      ['a length of 4 GB', Buffer.concat([whole.subarray(0, 19), Buffer.alloc(4, 255), whole.subarray(23)]), 'backup-damaged'],
    ];
    rmSync(path);
    for (const [what, bytes, code] of cases) {
      const file = join(away, 'wrong');
      writeFileSync(file, bytes);
      const target = join(away, 'restored');
      const failed = await restoreBackup(file, target, { recoveryCode }).catch((thrown: { code?: string }) => thrown.code);
      expect([what, failed]).toEqual([what, code]);
      const tested = await client
        .call('backup.verify', { place: made.core.places.offer(file) })
        .then(resultOf)
        .catch((thrown: { code?: string }) => thrown.code);
      expect([what, tested]).toEqual([what, code]);
      expect([what, readdirSync(away)]).toEqual([what, ['wrong']]);
    }
    expect(readdirSync(join(made.root, 'clinic')).filter((name) => name.startsWith('restore-test'))).toEqual([]);
  });

  test('asks for its own code, an empty folder, and a place outside of the vault', async () => {
    const path = join(away, 'clinic.lamplight-backup');
    await create(path);
    const other = await testCore();
    const { recoveryCode: foreignCode } = await other.connect().call('setup.create', { clinic: 'Another', ...ADMIN });
    try {
      expect(await restoreBackup(path, join(away, 'new'), { recoveryCode: foreignCode }).catch((thrown) => thrown.code)).toBe(
        'recovery-code-wrong',
      );
      expect(await restoreBackup(path, join(other.root, 'clinic'), { recoveryCode }).catch((thrown) => thrown.code)).toBe(
        'vault-exists',
      );
      expect(await restoreBackup(path, away, { recoveryCode }).catch((thrown) => thrown.code)).toBe('folder-not-empty');
      const { vaultId } = await backupHead(path);
      expect(vaultId).toBe(clinic().vault.id);
      const job = other.core.places.offer(path);
      expect(
        await other
          .connect()
          .call('session.signIn', ADMIN)
          .then(() => 'in'),
      ).toBe('in');
      const foreign = other.connect();
      await foreign.call('session.signIn', ADMIN);
      const started = await foreign.call('backup.verify', { place: job });
      expect(
        await other.core
          .clinic()
          ?.jobs.wait(started.job)
          .catch((thrown) => thrown.code),
      ).toBe('backup-other-vault');
    } finally {
      await other.remove();
    }
    expect(await create(join(made.root, 'clinic', 'inside')).catch((thrown) => thrown.code)).toBe('backup-inside-vault');
    writeFileSync(join(away, 'thesis.txt'), 'ten years of work');
    expect(await create(join(away, 'thesis.txt')).catch((thrown) => thrown.code)).toBe('invalid-input');
    expect(readFileSync(join(away, 'thesis.txt'), 'utf8')).toBe('ten years of work');
    expect(await create(join(away, 'no', 'folder')).catch((thrown) => thrown.code)).toBe('invalid-input');
    // A page cannot name a path.
    await expect(client.call('backup.create', { place: path.slice(0, 60) })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('is cancelled without a trace', async () => {
    await register('Otieno', 6);
    const path = join(away, 'clinic.lamplight-backup');
    const { job } = await client.call('backup.create', { place: made.core.places.offer(path) });
    await client.call('jobs.cancel', { job });
    await expect(resultOf({ job })).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(away)).toEqual([]);
    expect((await create(path)).ok).toBe(true);
  });
});

test('only who administers may make, test and plan backups; the compliance officer sees them', async () => {
  await client.call('users.add', { userName: 'grace', roles: ['compliance'], password: 'quite another phrase' });
  await client.call('users.add', { userName: 'peter', roles: ['clinician'], password: 'quite another phrase' });
  for (const [userName, state] of [
    ['grace', 'ok'],
    ['peter', 'forbidden'],
  ] as const) {
    const other = made.connect();
    await other.call('session.signIn', { userName, password: 'quite another phrase' });
    expect(
      await other.call('backup.state', {}).then(
        () => 'ok',
        (thrown) => thrown.code,
      ),
    ).toBe(state);
    for (const call of [
      () => other.call('backup.run', {}),
      () => other.call('backup.create', { place: 'x' }),
      () => other.call('backup.plan', { everyDays: 1, keep: 2 }),
    ])
      expect(
        await call().then(
          () => 'ok',
          (thrown) => thrown.code,
        ),
      ).toBe('forbidden');
  }
  expect(existsSync(join(away, 'x'))).toBe(false);
});
