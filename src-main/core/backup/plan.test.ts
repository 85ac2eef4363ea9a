/** What a hospital relies on without looking: backups that come by themselves, are tried out, and neither pile up nor vanish. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { putBackResult } from '../../../src-shared/contract/backup.ts';
import { type BackupFixture, backupFixture, type Client, DAY_MS, filesBelow } from '../../../tests/fixtures/backup.ts';
import { ADMIN, type TestCore } from '../../../tests/fixtures/core.ts';
import { SYSTEM } from '../context-of.ts';
import { systemChance } from '../ports.ts';
import { openBackups, restoreBackup, verifyBackup } from './index.ts';
import { putBack as putBackFrom } from './put-back.ts';

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

describe('the plan', () => {
  const planned = () => filesBelow(away).filter((path) => path.endsWith('.lamplight-backup'));
  const objects = () => filesBelow(away).filter((path) => path.includes('/objects/'));
  const run = async () => resultOf(await client.call('backup.run', {}));
  const putBack = async () => putBackResult.parse(await clinic().jobs.wait((await client.call('backup.putBack', {})).job));
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

    // It is named, and left alone until somebody takes it into the list; then it is tested and removed like the others.
    const unlisted = async () => (await client.call('backup.state', {})).plan?.unlisted ?? [];
    const [found] = await unlisted();
    expect(await unlisted()).toMatchObject([{ name: basename(planned()[0] ?? ''), bytes: expect.any(Number) }]);
    await expect(client.call('backup.adopt', { name: '../clinic.lamplight-backup' })).rejects.toMatchObject({
      code: 'not-found',
    });
    await client.call('backup.adopt', { name: found?.name ?? '' });
    expect(await unlisted()).toEqual([]);
    const { backups } = await client.call('backup.state', {});
    expect(backups).toMatchObject([{ kind: 'planned' }, { kind: 'planned', patients: 2, files: 2 }]);
    expect(backups[1]?.verifiedAt).toBeUndefined();
    expect(await resultOf(await client.call('backup.verify', { backup: backups[1]?.id ?? '' }))).toMatchObject({ ok: true });
    for (const _day of [1, 2]) {
      made.clock.ms += DAY_MS;
      await client.call('session.signIn', ADMIN);
      await run();
    }
    expect(planned()).toHaveLength(2);
    expect(objects().some((path) => path.endsWith(id))).toBe(false);
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
    const { plan, backups, lastTestedAt } = await client.call('backup.state', {});
    expect(lastTestedAt).toBe(backups[0]?.verifiedAt);
    expect(plan?.unreadable).toEqual([basename(path)]);
    expect(backups.map((backup) => backup.unfit)).toEqual([undefined, 'it cannot be read']);
    rmSync(path);
    made.clock.ms += DAY_MS;
    await client.call('session.signIn', ADMIN);
    expect(await run()).toMatchObject({ ok: true, unreadable: [] });
    expect(objects().some((object) => object.endsWith(id))).toBe(false);
    const after = await client.call('backup.state', {});
    expect(after.plan?.unreadable).toEqual([]);
    // Removed by hand, it is not counted any more.
    expect(after.backups.map((backup) => backup.removedAt !== undefined)).toEqual([false, false, true]);
  });

  test('a damaged file of the vault itself is told, and does not fill the folder with one backup after the other', async () => {
    const [id = ''] = await register('Otieno', 1);
    const stored = filesBelow(join(made.root, 'clinic', 'files')).find((path) => path.endsWith(id)) ?? '';
    writeFileSync(stored, Buffer.alloc(statSync(stored).size, 1));
    const missing = { count: 1, files: [id], patients: 1, lacks: 1 };
    for (let day = 0; day < 3; day++) {
      await client.call('session.signIn', ADMIN);
      expect(await run()).toMatchObject({ ok: false, lost: 1, missing });
      made.clock.ms += DAY_MS;
    }
    expect(planned()).toHaveLength(2);
    await client.call('session.signIn', ADMIN);
    const state = await client.call('backup.state', {});
    expect(state).toMatchObject({ missing, lastTestedAt: new Date(made.clock.ms - DAY_MS).toISOString() });
    expect(state.backups.map(({ unfit, lacks }) => [unfit, lacks])).toEqual(Array(3).fill([undefined, 1]));
    const [newest = ''] = planned().sort().reverse();
    expect(await verify(newest)).toMatchObject({ ok: false, lost: 1 });
    expect((await client.call('backup.state', {})).backups[0]?.unfit).toBeUndefined();
  });

  test('the last backup that has a lost file stays among others that do not, and gives the file back', async () => {
    const [id = ''] = await register('Otieno', 1);
    await run();
    const [whole = ''] = planned();
    const other = join(away, 'another stick');
    mkdirSync(other);
    await client.call('backup.plan', { folder: made.core.places.offer(other), everyDays: 1, keep: 2 });
    const stored = filesBelow(join(made.root, 'clinic', 'files')).find((path) => path.endsWith(id)) ?? '';
    const good = readFileSync(stored);
    rmSync(stored);
    const nextDay = async () => {
      made.clock.ms += DAY_MS;
      await client.call('session.signIn', ADMIN);
    };
    for (let day = 0; day < 3; day++) {
      await nextDay();
      expect(await run()).toMatchObject({ ok: false, lost: 1, missing: { files: [id], lacks: 1 } });
    }
    expect(planned()).toHaveLength(3);
    expect(existsSync(whole)).toBe(true);
    expect(await putBack()).toEqual({
      ok: true,
      looked: 2,
      putBack: 1,
      missing: { count: 0, files: [], patients: 0 },
    });
    expect(readFileSync(stored).equals(good)).toBe(true);
    expect((await client.call('backup.state', {})).missing).toBeUndefined();
    for (let day = 0; day < 2; day++) {
      await nextDay();
      expect(await run()).toMatchObject({ ok: true, lost: 0 });
    }
    expect(planned()).toHaveLength(2);
    expect(existsSync(whole)).toBe(false);
  });

  test('what no backup has whole is named, and nothing takes the place of a file that does not fit', async () => {
    const [id = ''] = await register('Otieno', 1);
    await run();
    for (const path of [...objects(), ...filesBelow(join(made.root, 'clinic', 'files'))].filter((one) => one.endsWith(id)))
      writeFileSync(path, Buffer.alloc(statSync(path).size, 1));
    expect(await putBack()).toMatchObject({ ok: false, looked: 2, putBack: 0, missing: { count: 1, files: [id], patients: 1 } });
    expect(readdirSync(join(made.root, 'clinic')).filter((name) => name.startsWith('restore-test'))).toEqual([]);
  });

  test('a file that is erased while it is fetched does not come back', async () => {
    const [id = ''] = await register('Otieno', 1);
    await run();
    const [whole = ''] = planned();
    const stored = filesBelow(join(made.root, 'clinic', 'files')).find((path) => path.endsWith(id)) ?? '';
    rmSync(stored);
    const { vault, contextOf } = clinic();
    const isFetched = () => filesBelow(vault.dir).some((path) => path.includes('restore-test-') && path.endsWith(id));
    const { signal } = new AbortController();
    // Asked between the steps: between fetching and putting in place somebody erases the patient.
    signal.throwIfAborted = () => {
      if (isFetched()) vault.db.prepare('DELETE FROM file WHERE id = ?').run(id);
    };
    await putBackFrom(vault, contextOf({ id: 'someone', ...ADMIN, roles: ['it-admin'] }), [whole], {
      signal,
      progress: () => undefined,
    });
    expect(existsSync(stored)).toBe(false);
  });

  test('backups that do not come back do not pile up, and take no place of those that did', async () => {
    await run();
    const [good = ''] = planned();
    clinic().vault.db.prepare("UPDATE audit SET entry = replace(entry, 'patients.register', 'patients.registe')").run();
    for (let day = 0; day < 3; day++) {
      made.clock.ms += DAY_MS;
      await client.call('session.signIn', ADMIN);
      await expect(run()).rejects.toMatchObject({ code: 'backup-damaged' });
      const { plan } = await client.call('backup.state', {});
      expect(plan?.nextAt).toBe(new Date(made.clock.ms + DAY_MS).toISOString());
    }
    expect(planned()).toHaveLength(3);
    expect(existsSync(good)).toBe(true);
  });

  test('a file of the vault that was cut off is told, and the good copy beside the former backups stays and comes back', async () => {
    const [id = ''] = await register('Otieno', 1);
    await run();
    const object = objects().find((path) => path.endsWith(id)) ?? '';
    const good = readFileSync(object);
    const stored = filesBelow(join(made.root, 'clinic', 'files')).find((path) => path.endsWith(id)) ?? '';
    writeFileSync(stored, good.subarray(0, 1000));
    for (let day = 1; day < 4; day++) {
      made.clock.ms += DAY_MS;
      await client.call('session.signIn', ADMIN);
      expect(await run()).toMatchObject({ ok: false, lost: 1 });
    }
    expect(readFileSync(object).equals(good)).toBe(true);
    const newest = planned().sort().at(-1) ?? '';
    expect(await verify(newest)).toMatchObject({ ok: true, lost: 0, files: 2 });
    expect(await restoreBackup(newest, join(away, 'restored'), { recoveryCode })).toMatchObject({ lost: 0, files: 2 });
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
