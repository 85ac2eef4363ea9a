import { z } from 'zod';
import { sensitivityCodes } from '../access/sensitivity.ts';
import { procedure } from './procedure.ts';
import { done, fhirId, instant, ofPatient, onPatient, role } from './types.ts';

export const person = z.object({
  id: z.string(),
  userName: z.string(),
  displayName: z.string(),
  roles: z.array(role),
  /** Roles that rest until the second factor is on. */
  resting: z.array(role).optional(),
});
export type Person = z.output<typeof person>;

export const userName = z.string().min(1).max(64);
/** Of somebody new, in any script: letters with their marks, digits, and blanks between words, not around them, where nobody sees them. */
export const newUserName = z
  .string()
  .normalize('NFC')
  .max(64)
  .regex(/^[\p{L}\p{M}\p{N}._'@-]+( [\p{L}\p{M}\p{N}._'@-]+)*$/u, "letters, digits and . _ - ' @, with single blanks between");
/** No longer than what sign-in takes. */
export const newPassword = z.string().max(1024);
const whom = z.object({ userName });
/** Shown once; good for one sign-in, which sets an own password. */
const oneTimeCode = z.object({ code: z.string(), until: instant });
/** Of whoever is signed in, asked again. */
const ownPassword = z.string().max(1024);
const factorMade = z.object({
  /** `otpauth://` for the QR code. */ uri: z.string(),
  /** The same in base32, for typing. */ secret: z.string(),
});
const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });

const users = {
  'users.list': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({
      users: z.array(
        person.extend({
          state: z.enum(['active', 'disabled', 'locked']),
          lastSignIn: z.string().optional(),
          secondFactor: z.boolean(),
          /** Until when a one-time code waits for them. */
          oneTimeUntil: instant.optional(),
          /** Whether they have no password here, nor a one-time code: it must be reset. */
          noPassword: z.boolean(),
        }),
      ),
    }),
    permission: 'users.read',
    audit: 'R',
    summary: 'List the people of this vault',
  }),
  'users.add': procedure({
    kind: 'command',
    input: z.object({
      userName: newUserName,
      displayName: z.string().max(120).optional(),
      roles: z.array(role).min(1),
      /** Left out: a one-time code is made. */ password: z.string().max(1024).optional(),
    }),
    output: person.extend({ oneTime: oneTimeCode.optional() }),
    permission: 'users.write',
    audit: 'C',
    summary: 'Add a person, with a first password or a one-time code',
  }),
  'users.disable': procedure({
    kind: 'command',
    input: whom,
    output: done,
    permission: 'users.write',
    audit: 'U',
    summary: 'Switch a person off',
  }),
  'users.enable': procedure({
    kind: 'command',
    input: whom,
    output: done.extend({ oneTime: oneTimeCode.optional() }),
    permission: 'users.write',
    audit: 'U',
    summary: 'Switch a person on again; their password was forgotten when they were switched off, so there is a one-time code',
  }),
  'users.setRoles': procedure({
    kind: 'command',
    input: whom.extend({ roles: z.array(role).min(1) }),
    output: person,
    permission: 'users.write',
    audit: 'U',
    summary: 'Change what a person may work as',
  }),
  'users.unlock': procedure({
    kind: 'command',
    input: whom,
    output: done,
    permission: 'users.write',
    audit: 'U',
    summary: 'Unlock a person who was locked after wrong passwords',
  }),
  'users.reset': procedure({
    kind: 'command',
    input: whom,
    output: oneTimeCode,
    permission: 'users.write',
    audit: 'U',
    summary: 'Replace a lost password by a one-time code, with which the person sets an own one',
  }),
  'users.resetSecondFactor': procedure({
    kind: 'command',
    input: whom.extend({ password: ownPassword, /** For one's own. */ code: z.string().max(100).optional() }),
    output: done,
    permission: 'users.write',
    audit: 'U',
    summary: "Turn a person's second factor off, because their device is lost",
  }),
};

const secondFactor = {
  'secondFactor.state': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({
      on: z.boolean(),
      codesLeft: z.number(),
      required: z.boolean(),
      /** When roles begin to rest without it. */ dueAt: instant.optional(),
    }),
    permission: 'signed-in',
    audit: null,
    summary: 'Whether the own second factor is on, and whether it must be',
  }),
  'secondFactor.begin': procedure({
    kind: 'command',
    input: z.object({
      password: ownPassword,
      /** A code of the one that is on, where one is. */ code: z.string().max(20).optional(),
    }),
    output: factorMade,
    permission: 'signed-in',
    audit: 'U',
    summary: 'Make a secret for the own authenticator; it counts once a code of it was typed',
  }),
  'secondFactor.confirm': procedure({
    kind: 'command',
    input: z.object({ code: z.string().max(20) }),
    output: recoveryCodes,
    permission: 'signed-in',
    audit: 'U',
    summary: 'Turn the own second factor on by a first code',
  }),
  'secondFactor.renewCodes': procedure({
    kind: 'command',
    input: z.object({ password: ownPassword, code: z.string().max(20) }),
    output: recoveryCodes,
    permission: 'signed-in',
    audit: 'U',
    summary: 'Make new single-use codes in place of the old ones',
  }),
  'secondFactor.off': procedure({
    kind: 'command',
    input: z.object({ password: ownPassword, code: z.string().max(20) }),
    output: done,
    permission: 'signed-in',
    audit: 'U',
    summary: 'Turn the own second factor off, where the clinic does not ask for it',
  }),
  'secondFactor.give': procedure({
    kind: 'command',
    input: whom.extend({ password: ownPassword }),
    output: factorMade.extend(recoveryCodes.shape),
    permission: 'signed-in',
    audit: 'U',
    summary: 'Turn a second factor on at once: for oneself, or by an administrator for somebody else',
  }),
};

const why = z.string().trim().min(3).max(300);
const reasonOf = (input: { reason: string }) => input.reason;

const careTeam = {
  'careTeam.list': procedure({
    kind: 'query',
    input: onPatient,
    output: z.object({
      members: z.array(
        person.extend({
          since: instant,
          addedBy: z.string().optional(),
          reason: z.string().optional(),
          active: z.boolean(),
          /** Works at another workstation: nobody of that name has an account in this vault. */
          elsewhere: z.boolean().optional(),
        }),
      ),
      /** Others who may be added; empty for whoever may not add. */
      candidates: z.array(person),
    }),
    permission: 'care-team.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'Who cares for this patient',
  }),
  'careTeam.add': procedure({
    kind: 'command',
    input: onPatient.extend({ userName, reason: why }),
    output: done,
    permission: 'care-team.write',
    patient: ofPatient,
    reason: reasonOf,
    audit: 'U',
    summary: 'Take somebody else into the care team',
  }),
  'careTeam.remove': procedure({
    kind: 'command',
    input: onPatient.extend({ userName, reason: why }),
    output: done,
    permission: 'care-team.write',
    patient: ofPatient,
    reason: reasonOf,
    audit: 'U',
    summary: 'Take somebody out of the care team',
  }),
  'patients.endGlass': procedure({
    kind: 'command',
    input: onPatient,
    output: done,
    permission: 'break-glass',
    patient: ofPatient,
    audit: 'E',
    summary: 'End an emergency access before its hour is over',
  }),
  'labels.set': procedure({
    kind: 'command',
    input: onPatient.extend({ type: z.string(), id: fhirId, codes: z.array(z.enum(sensitivityCodes)).max(10), reason: why }),
    output: z.object({ version: z.number() }),
    permission: 'label.write',
    patient: ofPatient,
    reason: reasonOf,
    audit: 'U',
    summary: 'Set or remove the labels that narrow who sees an entry',
  }),
};

export const people = { ...users, ...secondFactor, ...careTeam };
