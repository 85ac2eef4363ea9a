/** What a hospital would lose: the records themselves, after the disk that held them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { root } from '../../../src-node/root.ts';
import { backupResult } from '../../../src-shared/contract/backup.ts';
import { ADMIN, type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { SYSTEM } from '../context-of.ts';
import { systemChance } from '../ports.ts';
import { backupHead, openBackups, restoreBackup, verifyBackup } from './index.ts';

type Client = Awaited<ReturnType<TestCore['create']>>;

const DAY_MS = 86_400_000;
let made: TestCore;
let client: Client;
let recoveryCode: string;
let away: string;
let number = 0;

beforeEach(async () => {
  made = await testCore();
  client = made.connect();
  ({ recoveryCode } = await client.call('setup.create', { clinic: 'Kisumu clinic', ...ADMIN }));
  away = mkdtempSync(join(tmpdir(), 'lamplight-backups-'));
  await register('Zanzibarski', 1);
});
afterEach(async () => {
  await made.remove();
  rmSync(away, { recursive: true, force: true });
  expect(made.bugs).toEqual([]);
});

function clinic() {
  const open = made.core.clinic();
  if (!open) throw new Error('no vault is open');
  return open;
}
/** A patient with so many encrypted files of 300 kB. */
async function register(family: string, files: number): Promise<string[]> {
  const given = ['Amina', 'Peter', 'Grace', 'Joseph', 'Esther', 'Daniel'][number++ % 6] ?? '';
  const { id } = await client.call('patients.register', {
    family: `${family}${number}`,
    given,
    birthDate: `19${50 + number}-03-17`,
    sex: 'female',
  });
  const context = clinic().contextOf({ id: 'someone', ...ADMIN, roles: ['clinician'] });
  const ids: string[] = [];
  for (let file = 0; file < files; file++) {
    const written = await context.vault.files.write(id, 'a picture', 'image/jpeg', Buffer.alloc(300_000, `${id}${file}`));
    ids.push(
      context.write({ action: 'C', procedure: 'images.add', patient: id }, (tx) =>
        context.vault.files.record(tx.db, written, tx.at),
      ),
    );
  }
  return ids;
}
const resultOf = async ({ job }: { job: string }) => backupResult.parse(await clinic().jobs.wait(job));
const create = async (path: string) => resultOf(await client.call('backup.create', { place: made.core.places.offer(path) }));
const verify = async (path: string) => resultOf(await client.call('backup.verify', { place: made.core.places.offer(path) }));
const counts = ({ patients, files, entries }: { patients: number; files: number; entries: number }) => ({
  patients,
  files,
  entries,
});
const filesBelow = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

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
      expect([what, readdirSync(away).sort()]).toEqual([what, [basename(path), 'wrong']]);
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

describe('the plan', () => {
  const planned = () => filesBelow(away).filter((path) => path.endsWith('.lamplight-backup'));
  const objects = () => filesBelow(away).filter((path) => path.includes('/objects/'));
  const run = async () => resultOf(await client.call('backup.run', {}));
  beforeEach(() => client.call('backup.plan', { folder: made.core.places.offer(away), everyDays: 1, keep: 2 }));

  test('copies a file once, tests each backup, says when the next is due, and keeps so many', async () => {
    expect(await run()).toMatchObject({ ok: true, patients: 1, files: 1 });
    const first = await client.call('backup.state', {});
    expect(first).toMatchObject({
      plan: { everyDays: 1, keep: 2, nextAt: new Date(made.clock.ms + DAY_MS).toISOString() },
      backups: [{ kind: 'planned' }],
      lastTestedAt: new Date(made.clock.ms).toISOString(),
    });
    const [object = ''] = objects();
    const stood = statSync(object).mtimeMs;
    await register('Otieno', 1);
    for (let day = 1; day < 4; day++) {
      made.clock.ms += DAY_MS;
      expect(await run()).toMatchObject({ ok: true, patients: 2, files: 2 });
    }
    expect(statSync(object).mtimeMs).toBe(stood);
    expect(objects()).toHaveLength(2);
    expect(planned()).toHaveLength(2);
    const { backups } = await client.call('backup.state', {});
    expect(backups.map((backup) => backup.removedAt !== undefined)).toEqual([false, false, true, true]);
    for (const path of planned()) expect((await verifyBackup(path, { recoveryCode }, tmpdir(), systemChance)).ok).toBe(true);
  });

  test('mends what has gone bad in its folder, and restores what it can when it cannot', async () => {
    const [id = ''] = await register('Otieno', 1);
    await run();
    const object = objects().find((path) => path.endsWith(id)) ?? '';
    writeFileSync(object, Buffer.alloc(statSync(object).size, 1));
    const [path = ''] = planned();
    expect(await verify(path)).toMatchObject({ ok: false, lost: 1 });
    expect((await client.call('backup.state', {})).backups[0]?.unfit).toBe('1 encrypted file did not come back');
    made.clock.ms += DAY_MS;
    expect(await run()).toMatchObject({ ok: true, lost: 0, files: 2 });
    expect(await verify(path)).toMatchObject({ ok: true, lost: 0 });
    rmSync(object);
    expect(await restoreBackup(path, join(away, 'restored'), { recoveryCode })).toMatchObject({ lost: 1, patients: 2 });
  });

  test('keeps the files of backups that this vault does not know: it was restored from an earlier one', async () => {
    const [id = ''] = await register('Otieno', 1);
    await run();
    const { db } = clinic().vault;
    db.prepare('DELETE FROM backups').run();
    db.prepare('DELETE FROM file WHERE id = ?').run(id);
    made.clock.ms += DAY_MS;
    await client.call('session.signIn', ADMIN);
    await run();
    expect(objects().some((path) => path.endsWith(id))).toBe(true);
  });

  test('a backup that cannot be read is named, is no proof of anything, and nothing that it may need is removed', async () => {
    const [id = ''] = await register('Otieno', 1);
    await run();
    const [path = ''] = planned();
    // As a stick does that was pulled out too early.
    writeFileSync(path, readFileSync(path).subarray(0, 5000));
    const { db } = clinic().vault;
    db.prepare('DELETE FROM file WHERE id = ?').run(id);
    made.clock.ms += DAY_MS;
    await client.call('session.signIn', ADMIN);
    expect(await run()).toMatchObject({ ok: true, unreadable: [basename(path)] });
    expect(objects().some((object) => object.endsWith(id))).toBe(true);
    const { plan, backups } = await client.call('backup.state', {});
    expect(plan?.unreadable).toEqual([basename(path)]);
    expect(backups.map((backup) => backup.unfit)).toEqual([undefined, 'it cannot be read']);
    rmSync(path);
    made.clock.ms += DAY_MS;
    await client.call('session.signIn', ADMIN);
    expect(await run()).toMatchObject({ ok: true, unreadable: [] });
    expect(objects().some((object) => object.endsWith(id))).toBe(false);
    expect((await client.call('backup.state', {})).plan?.unreadable).toEqual([]);
  });

  test('a damaged file of the vault itself is told, and does not fill the folder with one backup after the other', async () => {
    const [id = ''] = await register('Otieno', 1);
    const stored = filesBelow(join(made.root, 'clinic', 'files')).find((path) => path.endsWith(id)) ?? '';
    writeFileSync(stored, Buffer.alloc(statSync(stored).size, 1));
    expect(await run()).toMatchObject({ ok: false, lost: 1 });
    const { plan, backups } = await client.call('backup.state', {});
    expect(backups.map((backup) => backup.unfit)).toEqual(['1 encrypted file did not come back']);
    expect(plan?.nextAt).toBe(new Date(made.clock.ms + DAY_MS).toISOString());
  });

  test('is made by itself when it is due, and not before', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const backups = openBackups(clinic(), made.core.places, SYSTEM);
    try {
      backups.start();
      const minute = async () => {
        vi.advanceTimersByTime(60_000);
        const job = clinic()
          .jobs.list()
          .find((one) => one.state === 'running');
        if (job) await clinic().jobs.wait(job.id);
        return planned().length;
      };
      expect(await minute()).toBe(1);
      expect(await minute()).toBe(1);
      made.clock.ms += DAY_MS;
      expect(await minute()).toBe(2);
      expect(await minute()).toBe(2);
    } finally {
      await backups.stop();
      vi.useRealTimers();
    }
    expect((await client.call('backup.state', {})).backups.map((backup) => backup.verifiedAt !== undefined)).toEqual([
      true,
      true,
    ]);
  });

  test('a drive that is not plugged in is said, tried again, and harms nothing', async () => {
    await run();
    made.clock.ms += DAY_MS;
    rmSync(away, { recursive: true });
    await expect(run()).rejects.toMatchObject({ code: 'disk-error' });
    const { plan } = await client.call('backup.state', {});
    expect(plan).toMatchObject({
      failure: 'The disk did not take the data (the folder for backups is not there).',
      nextAt: new Date(made.clock.ms + 3_600_000).toISOString(),
    });
    mkdirSync(away);
    expect((await run()).ok).toBe(true);
    expect((await client.call('backup.state', {})).plan?.failure).toBeUndefined();
  });

  test('half-written files of a power cut are swept', async () => {
    await run();
    const folder = join(away, readdirSync(away)[0] ?? '');
    writeFileSync(join(folder, '2026-01-01T000000Z.lamplight-backup.new'), 'half');
    made.clock.ms += DAY_MS;
    await run();
    expect(filesBelow(away).filter((path) => path.endsWith('.new'))).toEqual([]);
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
