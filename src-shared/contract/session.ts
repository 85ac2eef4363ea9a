import { z } from 'zod';
import { newPassword, newUserName, person, userName } from './people.ts';
import { procedure } from './procedure.ts';
import { done, fhirId, instant, job } from './types.ts';
import { recovered, wayIn } from './vault.ts';

export { type Person, person } from './people.ts';

/** What the page must know before anybody signs in. */
export const status = z.object({
  version: z.string(),
  vault: z.enum(['none', 'locked', 'open']),
  clinic: z.string().optional(),
  /** A clinic of generated patients to look around in. */
  sample: z.boolean(),
  deviceKey: z.enum(['keychain', 'file', 'missing']).optional(),
  /** Names that use this machine, where policy allows showing them. */
  userNames: z.array(z.string()),
  session: z
    .object({
      person,
      locked: z.boolean(),
      idleLockMs: z.number(),
      /** When roles begin to rest because the second factor is not on. */ secondFactorDueAt: instant.optional(),
    })
    .optional(),
  /** Who else has a locked session here and can come back to it. */
  kept: z.array(z.object({ id: z.string(), userName: z.string(), displayName: z.string() })),
  passwordLengthMin: z.number(),
});
export type Status = z.output<typeof status>;

/** The second factor: six digits or one of the single-use codes. */
const code = z.string().max(64).optional();
const credentials = z.object({ userName, password: z.string().min(1).max(1024), code });
const entered = z.object({ person, drafts: z.number() });

export const session = {
  'session.status': procedure({
    kind: 'query',
    input: z.object({}),
    output: status,
    permission: 'public',
    audit: null,
    summary: 'What state vault and session are in',
  }),
  'setup.create': procedure({
    kind: 'command',
    input: z.object({
      clinic: z.string().min(1).max(120),
      userName: newUserName,
      displayName: z.string().min(1).max(120),
      password: newPassword,
    }),
    output: z.object({
      vault: z.string(),
      recoveryCode: z.string(),
      /** Which groups (from 1) must be typed back. */ askGroups: z.array(z.number()),
    }),
    permission: 'public',
    audit: 'C',
    summary: "Create the clinic's vault with its first administrator",
  }),
  'setup.confirmRecovery': procedure({
    kind: 'command',
    input: z.object({ groups: z.record(z.string(), z.string()) }),
    output: done,
    permission: 'signed-in',
    audit: 'E',
    summary: 'Confirm the printed recovery code by typing some of its groups',
  }),
  'setup.sample': procedure({
    kind: 'job',
    input: z.object({ patients: z.number().int().min(1).max(500).default(24) }),
    output: job,
    permission: 'public',
    audit: 'C',
    summary: 'Create a clinic of generated patients and sign in to it',
  }),
  'session.signIn': procedure({
    kind: 'command',
    input: credentials,
    output: entered,
    permission: 'public',
    audit: 'E',
    summary: 'Sign in',
  }),
  'session.redeem': procedure({
    kind: 'command',
    input: z.object({ userName, oneTimeCode: z.string().max(64), newPassword: z.string().max(1024), code }),
    output: entered,
    permission: 'public',
    audit: 'E',
    summary: 'Sign in with the one-time code of an administrator and set an own password',
  }),
  'session.confirm': procedure({
    kind: 'command',
    input: z.object({ password: z.string().min(1).max(1024) }),
    output: done,
    permission: 'signed-in',
    audit: 'E',
    summary: 'Type the own password again, before something that gives lasting power',
  }),
  'session.signOut': procedure({
    kind: 'command',
    input: z.object({}),
    output: done,
    permission: 'signed-in',
    audit: 'E',
    summary: 'Sign out',
  }),
  'session.lock': procedure({
    kind: 'command',
    input: z.object({ reason: z.enum(['shortcut', 'idle', 'suspend', 'switch']).default('shortcut') }),
    output: done,
    permission: 'signed-in',
    audit: 'E',
    summary: 'Lock the session; it is kept for the one who comes back to it',
  }),
  'session.recover': procedure({
    kind: 'command',
    input: z.object({ userName: z.string().min(1).max(64), ...wayIn, newPassword: z.string().max(1024) }),
    output: recovered,
    permission: 'public',
    audit: 'E',
    summary: 'Open the vault with the recovery code, set a new password, get a new code',
  }),
  'session.touch': procedure({
    kind: 'query',
    input: z.object({}),
    output: done,
    permission: 'signed-in',
    audit: null,
    summary: 'Say that somebody is at the keyboard (puts the idle lock off)',
  }),

  'drafts.save': procedure({
    kind: 'command',
    input: z.object({
      key: z.string().max(200),
      patient: fhirId.optional(),
      title: z.string().max(200).default(''),
      body: z.string().max(500_000),
    }),
    output: z.object({ savedAt: z.string() }),
    permission: 'signed-in',
    audit: null,
    summary: 'Keep half-typed text, encrypted, for the one who typed it',
  }),
  'drafts.get': procedure({
    kind: 'query',
    input: z.object({ key: z.string() }),
    output: z.object({ body: z.string().nullable(), savedAt: z.string().nullable() }),
    permission: 'signed-in',
    audit: null,
    summary: 'Fetch own half-typed text',
  }),
  'drafts.list': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({
      drafts: z.array(
        z.object({
          key: z.string(),
          patient: z.string().optional(),
          patientName: z.string().optional(),
          title: z.string(),
          savedAt: z.string(),
        }),
      ),
    }),
    permission: 'signed-in',
    audit: null,
    summary: 'Own half-typed texts',
  }),
  'drafts.remove': procedure({
    kind: 'command',
    input: z.object({ key: z.string() }),
    output: done,
    permission: 'signed-in',
    audit: null,
    summary: 'Throw own half-typed text away',
  }),

  'settings.get': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ settings: z.record(z.string(), z.unknown()) }),
    permission: 'signed-in',
    audit: null,
    summary: 'Settings of this workstation',
  }),
  'settings.set': procedure({
    kind: 'command',
    input: z.object({ key: z.string().max(60), value: z.unknown() }),
    output: done,
    permission: 'settings.write',
    audit: 'U',
    summary: 'Change a setting',
  }),
  'jobs.list': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ jobs: z.array(z.unknown()) }),
    permission: 'signed-in',
    audit: null,
    summary: 'Long work, running and finished',
  }),
  'jobs.cancel': procedure({
    kind: 'command',
    input: z.object({ job: z.string() }),
    output: done,
    permission: 'signed-in',
    audit: null,
    summary: 'Cancel long work',
  }),
};
