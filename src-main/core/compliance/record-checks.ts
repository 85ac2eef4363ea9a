/** Whether the records outlive a disk, and do not outlive their time. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { root } from '../../../src-node/root.ts';
import { lastBackups } from '../backup/index.ts';
import { overdueRecords } from '../lifetime/index.ts';
import { serverOf } from '../sync/index.ts';
import { counted, fails, type Looker, law, note } from './check.ts';

const DAY_MS = 86_400_000;
const BACKUP_DAYS_MAX = 7;
const TEST_DAYS_MAX = 35;
/** Lost files that are named. */
const NAMED_MAX = 5;

export const retention: Looker = ({ db, clock }) => {
  const overdue = overdueRecords(db, clock.now());
  return fails(
    'retention',
    overdue === 0,
    overdue === 0
      ? 'No record is kept beyond its time without a hold or a decision.'
      : `${counted(overdue, 'record')} ${overdue === 1 ? 'is' : 'are'} kept beyond ${overdue === 1 ? 'its' : 'their'} time, without a hold or a decision.`,
    law.storageLimit,
    law.media,
  );
};

export const backupAge: Looker = ({ db, clock }) => {
  const { made } = lastBackups(db);
  if (!made)
    return fails('backup-age', false, 'There is no backup.', law.backupPlan, law.mediaBackup, law.resilience, law.restoring);
  const days = (clock.now() - Date.parse(made.createdAt)) / DAY_MS;
  const said = `The last backup is from ${made.createdAt.slice(0, 16).replace('T', ' ')} UTC (${made.patients} patients, ${made.files} files)`;
  return fails(
    'backup-age',
    days <= BACKUP_DAYS_MAX,
    days <= BACKUP_DAYS_MAX ? `${said}.` : `${said}: more than ${BACKUP_DAYS_MAX} days ago.`,
    law.backupPlan,
    law.mediaBackup,
    law.resilience,
    law.restoring,
  );
};

export const backupTested: Looker = ({ db, clock }) => {
  const { tested, unfit, missing } = lastBackups(db);
  if (!tested)
    return fails(
      'backup-tested',
      false,
      'No backup has been restored for a test.',
      law.planTesting,
      law.recoveryPlan,
      law.testing,
    );
  const at = tested.verifiedAt ?? '';
  const old = clock.now() - Date.parse(at) > TEST_DAYS_MAX * DAY_MS;
  const said = `A backup was last restored for a test on ${at.slice(0, 16).replace('T', ' ')} UTC, and everything was there${old ? `: more than ${TEST_DAYS_MAX} days ago` : ''}.`;
  return fails(
    'backup-tested',
    !old && !unfit && !missing,
    unfit
      ? `The last backup did not come back whole: ${unfit}.`
      : missing
        ? `${said.replace(', and everything was there', '')} ${lostSaid(missing)}`
        : said,
    law.planTesting,
    law.recoveryPlan,
    law.testing,
  );
};

function lostSaid({ count, files, patients, lacks }: NonNullable<ReturnType<typeof lastBackups>['missing']>): string {
  const named = `${files.slice(0, NAMED_MAX).join(', ')}${count > NAMED_MAX ? ' ...' : ''}`;
  return `When the last one was made the vault had lost ${counted(count, 'file')} of ${counted(patients, 'patient')} (${named}); ${lacks === 0 ? 'the backup has all of them: `backup put-back`' : `${lacks} of them ${lacks === 1 ? 'is' : 'are'} not in it either: keep older backups, and try \`backup put-back\` with them`}.`;
}

/** A backup on the disk of the vault dies with it. */
export const backupElsewhere: Looker = ({ vault, db }) => {
  const { made } = lastBackups(db);
  const folder = made && dirname(made.place);
  if (!folder || !existsSync(folder))
    return note(
      'backup-elsewhere',
      made !== undefined,
      made
        ? 'The place of the last backup cannot be reached now: it is on a drive that is not connected, or was carried away.'
        : 'There is no backup.',
      law.backupPlan,
      law.mediaBackup,
    );
  const apart = statSync(folder).dev !== statSync(vault.dir).dev;
  return note(
    'backup-elsewhere',
    apart,
    apart
      ? 'The last backup lies on another disk than the vault.'
      : 'The last backup lies on the same disk as the vault: keep a copy elsewhere.',
    law.backupPlan,
    law.mediaBackup,
  );
};

export const serverPinned: Looker = ({ vault }) => {
  const server = serverOf(vault);
  if (!server)
    return fails('server-pinned', true, 'This workstation is not paired with a server: nothing leaves it.', law.transmission);
  const ok = server.url.startsWith('https:') && /^[0-9a-f]{64}$/.test(server.fingerprint);
  return fails(
    'server-pinned',
    ok,
    ok
      ? `The server is reached by https alone, and its certificate is pinned (SHA-256 ${server.fingerprint.slice(0, 16)} …).`
      : 'The server is NOT pinned to a certificate.',
    law.transmission,
    law.security,
  );
};

const manifest = z.object({ build: z.enum(['release', 'development']).optional() });

/** The package says what it is; a clone says nothing. */
export const build: Looker = () => {
  const found = manifest.safeParse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).data?.build;
  const said = {
    release: 'This is a release of Lamplight.',
    development: 'This is a development build: unsigned, not for patients.',
  };
  return note(
    'build',
    found === 'release',
    found ? said[found] : 'Lamplight runs from its sources: unsigned, not for patients.',
    law.evaluation,
  );
};
