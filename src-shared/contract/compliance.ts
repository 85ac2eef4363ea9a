/** What the compliance officer signs: evidence gathered from the vault itself, each line with the law it answers. */
import { z } from 'zod';
import { procedure } from './procedure.ts';
import { instant } from './types.ts';

/** In the order in which they are shown. */
export const checkIds = [
  'database-encrypted',
  'database-sound',
  'files-encrypted',
  'folder-unreadable',
  'key-files-closed',
  'password-stretching',
  'device-key',
  'recovery-ways',
  'swap',
  'unique-users',
  'second-factor',
  'idle-lock',
  'emergency-access',
  'log-chain',
  'log-seals',
  'log-receipts',
  'notices-whole',
  'incidents-reviewed',
  'retention',
  'backup-age',
  'backup-tested',
  'backup-elsewhere',
  'server-pinned',
  'schema-current',
  'build',
] as const;
export type CheckId = (typeof checkIds)[number];

const check = z.object({
  id: z.enum(checkIds),
  /** A failure of a note is said, and does not fail the whole. */
  severity: z.enum(['fail', 'note']),
  ok: z.boolean(),
  /** What was found, in a sentence without patient data. */
  evidence: z.string(),
  /** Paragraphs of 45 CFR 164 (HIPAA Security Rule) and articles of the GDPR. */
  cites: z.array(z.string()),
});
export type Check = z.output<typeof check>;

export const complianceReport = z.object({ ok: z.boolean(), at: instant, checks: z.array(check) });
export type ComplianceReport = z.output<typeof complianceReport>;

export const compliance = {
  'compliance.verify': procedure({
    kind: 'query',
    input: z.object({}),
    output: complianceReport,
    permission: 'compliance.verify',
    audit: 'E',
    summary:
      'Look at the vault as an outsider would, at its log, people, records and backups, and say what holds and what does not',
  }),
};
