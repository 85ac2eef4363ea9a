/** Backups: what they hold, their plan, and the way back. Places come as handles of a dialog or of the terminal, never as paths of the page. */
import { z } from 'zod';
import { procedure } from './procedure.ts';
import { done, instant, job } from './types.ts';
import { wayIn } from './vault.ts';

/** A folder or file that a person chose in a dialog of the shell, or named at the terminal. */
const place = z.string().max(64);

/** What a backup holds; the same figures at making, testing and restoring. */
export const backupCounts = z.object({ patients: z.number(), files: z.number(), entries: z.number() });
export type BackupCounts = z.output<typeof backupCounts>;

/** Names of backups in the folder of the plan that cannot be read. What they may still need stays there. */
const unreadable = z.array(z.string());

/** Result of the jobs below. `lost`: encrypted files that the vault names and the disk no longer has whole. */
export const backupResult = backupCounts.extend({
  ok: z.boolean(),
  id: z.string(),
  bytes: z.number(),
  lost: z.number(),
  unreadable: unreadable.optional(),
});
export type BackupResult = z.output<typeof backupResult>;

const backup = backupCounts.extend({
  id: z.string(),
  kind: z.enum(['planned', 'single']),
  place: z.string(),
  createdAt: instant,
  /** From then on the plan removes it; a single one is to be destroyed by whoever keeps it. */
  expiresAt: instant,
  bytes: z.number(),
  /** When it was last restored for a test and everything was there. */
  verifiedAt: instant.optional(),
  /** What was wrong at the last test. */
  unfit: z.string().optional(),
  removedAt: instant.optional(),
});
export type Backup = z.output<typeof backup>;

const plan = z.object({
  folder: z.string(),
  everyDays: z.number(),
  keep: z.number(),
  /** When the next one is due; in the past: as soon as somebody is signed in. */
  nextAt: instant,
  failedAt: instant.optional(),
  failure: z.string().optional(),
  unreadable,
  /** Backups of this vault in the folder that its list does not know: it was restored from an earlier one. The plan leaves them where they are. */
  unlisted: z.array(z.object({ name: z.string(), createdAt: instant, bytes: z.number() })),
});

export const backups = {
  'backup.state': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({
      plan: plan.optional(),
      backups: z.array(backup),
      lastAt: instant.optional(),
      lastTestedAt: instant.optional(),
      running: z.string().optional(),
    }),
    permission: 'backup.read',
    audit: null,
    summary: 'The plan of backups, those that were made, and when one was last restored for a test',
  }),
  'backup.plan': procedure({
    kind: 'command',
    input: z.object({
      folder: place.optional(),
      everyDays: z.number().int().min(1).max(31),
      keep: z.number().int().min(2).max(100),
    }),
    output: done,
    permission: 'backup',
    audit: 'U',
    summary: 'Make backups into a folder every so many days, and keep so many of them',
  }),
  'backup.run': procedure({
    kind: 'job',
    input: z.object({}),
    output: job,
    permission: 'backup',
    audit: 'C',
    summary: 'Make a backup by the plan now, restore it for a test, and remove those that have expired',
  }),
  'backup.create': procedure({
    kind: 'job',
    input: z.object({ place }),
    output: job,
    permission: 'backup',
    audit: 'C',
    summary: 'Write a backup into a single file',
  }),
  'backup.adopt': procedure({
    kind: 'command',
    input: z.object({
      /** One of `plan.unlisted`. */
      name: z.string().min(1).max(200),
    }),
    output: done,
    permission: 'backup',
    audit: 'U',
    summary: 'Take a backup of this vault in the folder of the plan into the list, so that it is tested and removed like the others',
  }),
  'backup.verify': procedure({
    kind: 'job',
    input: z.union([z.object({ backup: z.string() }), z.object({ place })]),
    output: job,
    permission: 'backup',
    audit: 'E',
    summary: 'Restore a backup of this vault into a temporary place, open it, count, walk its log and compare',
  }),
  'setup.restore': procedure({
    kind: 'job',
    input: z.object({ place, recoveryCode: wayIn.recoveryCode, escrowKey: wayIn.escrowKey }),
    output: job,
    permission: 'public',
    audit: 'C',
    summary:
      'Restore a backup on a machine without a vault, with the recovery code or the escrow key; `session.recover` then sets a new password',
  }),
};
