/** Who it is, and what they may. */
import type { Entry } from './entry.ts';

export const people = {
  forbidden: {
    message: 'Your role does not allow this.',
    action: 'Ask an administrator if you need it for your work. The attempt is in the audit log.',
    status: 403,
  },
  'not-in-care-team': {
    message: 'You are not in the care team of this patient.',
    action: 'Ask the care team to add you, or break the glass with a reason in an emergency.',
    status: 403,
  },
  'hidden-for-sensitivity': {
    message: 'A label keeps this entry from you.',
    action: 'Ask a clinician of the care team, or break the glass with a reason in an emergency.',
    status: 403,
  },
  'roles-resting': {
    message: 'Administration rests until your second factor is on.',
    action: 'Turn it on in the settings, under Security. Patients can be cared for meanwhile.',
    status: 403,
  },
  'not-signed-in': { message: 'Nobody is signed in.', action: 'Sign in and try again.', status: 401 },
  'sign-in-failed': {
    message: 'User name, password or code is wrong.',
    action: 'Try again. After ten wrong tries the account is locked.',
    status: 401,
  },
  'second-factor-code-wrong': {
    message: 'This code is not right.',
    action: 'Type the six digits that the authenticator shows now. If they keep failing, check the clock of the phone.',
    status: 400,
  },
  'second-factor-mandatory': {
    message: 'This clinic asks for a second factor from you.',
    action: 'Keep it on. For a new phone, make it again; for a lost one, ask another administrator.',
    status: 409,
  },
  'own-password-needed': {
    message: 'This is a one-time code: it only lets you set a password of your own.',
    action: 'Use “Sign in with a one-time code” and choose a password; in the terminal, `user redeem`.',
    status: 403,
  },
  'one-time-code-expired': {
    message: 'The one-time code has expired.',
    action: 'Ask an administrator for a new one.',
    status: 401,
  },
  'last-administrator': {
    message: 'This is the last administrator.',
    action: 'Give somebody else this role first.',
    status: 409,
  },
  'second-factor-required': {
    message: 'This account needs a second factor.',
    action: 'Enter the six digits of your authenticator application.',
    status: 401,
  },
  'sign-in-slowed': { message: 'Too many wrong tries: wait {seconds} seconds.', action: 'Wait, then try again.', status: 429 },
  'account-locked': { message: 'This account is locked.', action: 'Ask an administrator to unlock it.', status: 403 },
  'account-disabled': { message: 'This account is switched off.', action: 'Ask an administrator.', status: 403 },
  'password-too-weak': {
    message: 'The password does not meet the rules: {rule}.',
    action: 'Choose a longer one; four or five unrelated words are good.',
    status: 400,
  },
  'password-wrong': {
    message: 'The present password is not right.',
    action: 'Type it again. If you have forgotten it, ask an administrator to set a new one.',
    status: 401,
  },
  'password-needed': {
    message: 'This asks for your password again, and it was not given.',
    action: 'Try again and type the password with which you signed in.',
    status: 403,
  },
  'password-of-other-machine': {
    message: 'This password was made on another machine and does not open the vault here.',
    action: 'Ask an administrator to set you a new one. Administrators come in with the recovery code.',
    status: 401,
  },
  'user-exists': { message: 'A user of this name exists already.', action: 'Choose another name.', status: 409 },
} as const satisfies Record<string, Entry>;
