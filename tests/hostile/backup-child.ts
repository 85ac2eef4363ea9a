/**
 * Works with a vault in the folder it is given until it is killed, or until the disk is full: `create` makes the vault, `make` writes backups one after the other,
 * `plan` makes one by the plan each day and removes old ones, `rotate` makes one vault key after the other while patients are registered, `restore` restores a backup
 * again and again, `rotate-once` tries a new vault key once and goes on working. Says what it has finished, one a line; a failure by its code.
 */
import { renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { restoreBackup } from '../../src-main/core/backup/index.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { ADMIN, testCore } from '../fixtures/core.ts';
import { AMINA } from './core.fixture.ts';

const [, , what = '', folder = '', away = '', code = ''] = process.argv;
const DAY_MS = 86_400_000;
const say = (line: string) => writeSync(1, `${line}\n`);
const backup = join(away, 'clinic.lamplight-backup');

let bugs: readonly string[] = [];

async function work(): Promise<void> {
  if (what === 'restore') {
    for (;;) {
      const { patients } = await restoreBackup(backup, join(away, 'restored'), { recoveryCode: code });
      say(`restored ${patients}`);
      // In one step: what stands under the name is whole or not there.
      renameSync(join(away, 'restored'), join(away, 'gone'));
      rmSync(join(away, 'gone'), { recursive: true });
    }
  }
  const made = await testCore(folder);
  bugs = made.bugs;
  const client = made.connect();
  if (what === 'create') {
    const { recoveryCode } = await client.call('setup.create', { clinic: 'Kisumu clinic', ...ADMIN });
    say(recoveryCode);
    const { id } = await client.call('patients.register', AMINA);
    const open = made.core.clinic();
    const context = open?.contextOf({ id: 'someone', ...ADMIN, roles: ['clinician'] });
    // Otherwise administration rests after two weeks of the test's clock.
    open?.vault.db
      .prepare("INSERT INTO setting (key, value) VALUES ('secondFactor', ?)")
      .run(JSON.stringify({ required: 'nobody', graceDays: 14 }));
    for (let file = 0; file < 8 && context; file++) {
      const written = await context.vault.files.write(id, 'a picture', 'image/jpeg', Buffer.alloc(1_000_000, `${file}`));
      context.write({ action: 'C', procedure: 'images.add', patient: id }, (tx) =>
        context.vault.files.record(tx.db, written, tx.at),
      );
    }
  } else if (what === 'plan') {
    // The days go on where the killed one stopped: the clock of the test stands still.
    made.clock.ms += Number(code) * DAY_MS;
    await client.call('session.signIn', ADMIN);
    await client.call('backup.plan', { folder: made.core.places.offer(join(folder, 'plan')), everyDays: 1, keep: 2 });
    for (;;) {
      const { job } = await client.call('backup.run', {});
      await made.core.clinic()?.jobs.wait(job);
      const [newest] = (await client.call('backup.state', {})).backups;
      say(`planned ${newest?.place}`);
      made.clock.ms += DAY_MS;
      await client.call('session.signIn', ADMIN);
    }
  } else if (what === 'rotate-once') {
    await client.call('session.signIn', ADMIN);
    const refused = await client.call('vault.rotateKey', {}).then(
      () => 'ok',
      (thrown: unknown) => (thrown instanceof AppError ? thrown.code : String(thrown)),
    );
    const { ok } = await client.call('audit.verify', {});
    const { generation } = await client.call('vault.state', {});
    say(`rotate: ${refused}, log whole: ${ok}, key number ${generation}`);
  } else if (what === 'rotate') {
    await client.call('session.signIn', ADMIN);
    for (;;) {
      const rotating = client.call('vault.rotateKey', {});
      const registering = client.call('patients.register', { ...AMINA, family: `Rotated${Date.now()}` }).catch(() => null);
      const registered = await registering;
      if (registered) say(`registered ${registered.id}`);
      say(`generation ${(await rotating).generation}`);
    }
  } else {
    await client.call('session.signIn', ADMIN);
    for (let round = 0; what === 'make' || round < 1; round++) {
      const { job } = await client.call('backup.create', { place: made.core.places.offer(backup) });
      await made.core.clinic()?.jobs.wait(job);
      say(`made ${round}`);
    }
  }
  await made.core.close();
}

await work().catch((thrown: unknown) =>
  say(thrown instanceof AppError ? `refused ${thrown.code}${bugs.map((bug) => `, ${bug}`).join('')}` : `bug ${String(thrown)}`),
);
