/** Backups: what they hold, their plan, and the way back. Places come as handles of a dialog or of the terminal, never as paths of the page. */
import { z } from 'zod';
import { procedure } from './procedure.ts';
import { done, instant, job } from './types.ts';
import { wayIn } from './vault.ts';

/** A folder or file that a person chose in a dialog of the shell, or named at the terminal. */
const place = z.string().max(64);

/** What a backup holds; the same figures at making, testing and restoring. */
const backupCounts = z.object({ patients: z.number(), files: z.number(), entries: z.number() });
export type BackupCounts = z.output<typeof backupCounts>;

/** Names of backups in the folder of the plan that cannot be read. What they may still need stays there. */
const unreadable = z.array(z.string());

/** Encrypted files that the vault names and its disk no longer has whole. Ids, because whoever makes backups reads no chart. */
const missing = z.object({
  count: z.number(),
  /** The first hundred of them. */
  files: z.array(z.string()),
  /** How many patients they are of. */
  patients: z.number(),
  /** So many of them are not in the backup either. */
  lacks: z.number(),
});

/** Result of the jobs below. `lost`: encrypted files that are missing or damaged, in the vault or in the backup. */
export const backupResult = backupCounts.extend({
  ok: z.boolean(),
  id: z.string(),
  bytes: z.number(),
  lost: z.number(),
  unreadable: unreadable.optional(),
  missing: missing.optional(),
  /** Where it lies, if not under the name that was asked for: a former backup there holds what this one cannot. */
  place: z.string().optional(),
});
export type BackupResult = z.output<typeof backupResult>;

/** Result of `backup.putBack`. */
export const putBackResult = z.object({
  /** Nothing is missing any more. */
  ok: z.boolean(),
  looked: z.number(),
  putBack: z.number(),
  /** What no backup had whole. */
  missing: missing.omit({ lacks: true }),
});
export type PutBackResult = z.output<typeof putBackResult>;

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
  /** So many encrypted files are not in it, because the vault itself had lost them. */
  lacks: z.number(),
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
      /** What the last backup found missing in the vault. */
      missing: missing.optional(),
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
    summary:
      'Take a backup of this vault in the folder of the plan into the list, so that it is tested and removed like the others',
  }),
  'backup.putBack': procedure({
    kind: 'job',
    input: z.object({ /** A backup to look into; without it all of the list that can be reached. */ place: place.optional() }),
    output: job,
    permission: 'backup',
    audit: 'U',
    summary: 'Read every encrypted file of the vault, and put those that are missing or damaged back from backups',
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
