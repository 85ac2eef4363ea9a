import { z } from 'zod';
import { procedure } from './procedure.ts';
import { done, fhirId, job, role } from './types.ts';

export const person = z.object({ id: z.string(), userName: z.string(), displayName: z.string(), roles: z.array(role) });
export type Person = z.output<typeof person>;

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
  session: z.object({ person, locked: z.boolean(), idleLockMs: z.number() }).optional(),
  passwordLengthMin: z.number(),
});
export type Status = z.output<typeof status>;

const credentials = z.object({ userName: z.string().min(1).max(64), password: z.string().min(1).max(1024), code: z.string().max(64).optional() });

export const session = {
  'session.status': procedure({ kind: 'query', input: z.object({}), output: status, permission: 'public', audit: null, summary: 'What state vault and session are in' }),
  'setup.create': procedure({
    kind: 'command',
    input: z.object({ clinic: z.string().min(1).max(120), userName: z.string().min(1).max(64), displayName: z.string().min(1).max(120), password: z.string().max(1024) }),
    output: z.object({ vault: z.string(), recoveryCode: z.string(), /** Which groups (from 1) must be typed back. */ askGroups: z.array(z.number()) }),
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
  'setup.sample': procedure({ kind: 'job', input: z.object({ patients: z.number().int().min(1).max(500).default(24) }), output: job, permission: 'public', audit: 'C', summary: 'Create a clinic of generated patients and sign in to it' }),
  'session.signIn': procedure({ kind: 'command', input: credentials, output: z.object({ person, drafts: z.number() }), permission: 'public', audit: 'E', summary: 'Sign in' }),
  'session.signOut': procedure({ kind: 'command', input: z.object({}), output: done, permission: 'signed-in', audit: 'E', summary: 'Sign out' }),
  'session.lock': procedure({ kind: 'command', input: z.object({ reason: z.enum(['shortcut', 'idle', 'suspend']).default('shortcut') }), output: done, permission: 'signed-in', audit: 'E', summary: 'Lock the session' }),
  'session.recover': procedure({
    kind: 'command',
    input: z.object({ userName: z.string().min(1).max(64), recoveryCode: z.string().max(200), newPassword: z.string().max(1024) }),
    output: z.object({ recoveryCode: z.string() }),
    permission: 'public',
    audit: 'E',
    summary: 'Open the vault with the recovery code, set a new password, get a new code',
  }),
  'session.touch': procedure({ kind: 'query', input: z.object({}), output: done, permission: 'signed-in', audit: null, summary: 'Say that somebody is at the keyboard (puts the idle lock off)' }),

  'drafts.save': procedure({
    kind: 'command',
    input: z.object({ key: z.string().max(200), patient: fhirId.optional(), title: z.string().max(200).default(''), body: z.string().max(500_000) }),
    output: z.object({ savedAt: z.string() }),
    permission: 'signed-in',
    audit: null,
    summary: 'Keep half-typed text, encrypted, for the one who typed it',
  }),
  'drafts.get': procedure({ kind: 'query', input: z.object({ key: z.string() }), output: z.object({ body: z.string().nullable(), savedAt: z.string().nullable() }), permission: 'signed-in', audit: null, summary: 'Fetch own half-typed text' }),
  'drafts.list': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ drafts: z.array(z.object({ key: z.string(), patient: z.string().optional(), patientName: z.string().optional(), title: z.string(), savedAt: z.string() })) }),
    permission: 'signed-in',
    audit: null,
    summary: 'Own half-typed texts',
  }),
  'drafts.remove': procedure({ kind: 'command', input: z.object({ key: z.string() }), output: done, permission: 'signed-in', audit: null, summary: 'Throw own half-typed text away' }),

  'users.list': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ users: z.array(person.extend({ state: z.enum(['active', 'disabled', 'locked']), lastSignIn: z.string().optional(), secondFactor: z.boolean() })) }),
    permission: 'users.read',
    audit: 'R',
    summary: 'List the people of this vault',
  }),
  'users.add': procedure({
    kind: 'command',
    input: z.object({ userName: z.string().regex(/^[\p{L}\p{N}._-]{1,64}$/u), displayName: z.string().max(120).optional(), roles: z.array(role).min(1), password: z.string().max(1024) }),
    output: person,
    permission: 'users.write',
    audit: 'C',
    summary: 'Add a person',
  }),
  'users.disable': procedure({ kind: 'command', input: z.object({ userName: z.string() }), output: done, permission: 'users.write', audit: 'U', summary: 'Switch a person off' }),
  'settings.get': procedure({ kind: 'query', input: z.object({}), output: z.object({ settings: z.record(z.string(), z.unknown()) }), permission: 'signed-in', audit: null, summary: 'Settings of this workstation' }),
  'settings.set': procedure({ kind: 'command', input: z.object({ key: z.string().max(60), value: z.unknown() }), output: done, permission: 'settings.write', audit: 'U', summary: 'Change a setting' }),
  'jobs.list': procedure({ kind: 'query', input: z.object({}), output: z.object({ jobs: z.array(z.unknown()) }), permission: 'signed-in', audit: null, summary: 'Long work, running and finished' }),
  'jobs.cancel': procedure({ kind: 'command', input: z.object({ job: z.string() }), output: done, permission: 'signed-in', audit: null, summary: 'Cancel long work' }),
};
