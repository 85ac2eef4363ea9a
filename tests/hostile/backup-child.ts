/**
 * Works with a vault in the folder it is given until it is killed, or until the disk is full: `create` makes the vault, `make` writes backups one after the other,
 * `restore` restores one again and again. Says what it has finished, one a line; a failure by its code.
 */
import { renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { restoreBackup } from '../../src-main/core/backup/index.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { ADMIN, testCore } from '../fixtures/core.ts';
import { AMINA } from './core.fixture.ts';

const [, , what = '', folder = '', away = '', code = ''] = process.argv;
const say = (line: string) => writeSync(1, `${line}\n`);
const backup = join(away, 'clinic.lamplight-backup');

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
  const client = made.connect();
  if (what === 'create') {
    const { recoveryCode } = await client.call('setup.create', { clinic: 'Kisumu clinic', ...ADMIN });
    say(recoveryCode);
    const { id } = await client.call('patients.register', AMINA);
    const open = made.core.clinic();
    const context = open?.contextOf({ id: 'someone', ...ADMIN, roles: ['clinician'] });
    for (let file = 0; file < 8 && context; file++) {
      const written = await context.vault.files.write(id, 'a picture', 'image/jpeg', Buffer.alloc(1_000_000, `${file}`));
      context.write({ action: 'C', procedure: 'images.add', patient: id }, (tx) =>
        context.vault.files.record(tx.db, written, tx.at),
      );
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

await work().catch((thrown: unknown) => say(thrown instanceof AppError ? `refused ${thrown.code}` : `bug ${String(thrown)}`));
