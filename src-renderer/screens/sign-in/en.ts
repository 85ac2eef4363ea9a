export const signIn = {
  title: 'Sign in',
  locked: 'Locked',
  lockedHint: 'Sign in to go on where you were. What you typed is kept.',
  backHint: 'Sign in to go on where you were. What you typed is kept.',
  unkept_one:
    'A half-typed text of whoever was here could not be kept. It stands in this window alone: they find it again when they sign in, and it is lost when somebody else does.',
  unkept_other:
    '{{count}} half-typed texts of whoever was here could not be kept. They stand in this window alone: they are there again when that person signs in, and are lost when somebody else does.',
  coreFailed:
    'The records service stopped three times within a minute. Close Lamplight and start it again; if it happens again, call IT.',
  // The name and password that the core gives every sample clinic; its patients are invented, so they are no secret.
  sampleHint: 'This is the sample clinic: user name sample, password “look around 2026”.',
  keyGone: 'The records are intact and encrypted. No password opens them on this machine until it has a key again.',
  showPassword: 'Show or hide the password',
  withPassword: 'Sign in with the password instead',
  userName: 'User name',
  password: 'Password',
  code: 'Code',
  factor: {
    of: 'Second factor of {{name}}',
    hint: 'The six digits that your authenticator shows now, or one of your single-use codes.',
  },
  startAgain: 'Begin again',
  submit: 'Sign in',
  unlock: 'Unlock',
  other: 'Somebody else signs in',
  forgot: 'Use the recovery code',
  switch: {
    title: 'Switch user',
    hint: 'Whoever was here finds screen and half-typed text again as they left them.',
    kept: 'Sessions kept here',
    backTo: 'Back to {{name}}',
  },
  oneTime: {
    open: 'Sign in with a one-time code',
    title: 'One-time code',
    intro:
      'An administrator has given you a code that is good for one sign-in. You choose your own password now; nobody else knows it.',
    code: 'One-time code',
    newPassword: 'New password',
    again: 'New password again',
    differs: 'This is not the same password.',
    submit: 'Set the password and sign in',
  },
  recover: {
    title: 'Open with the recovery code',
    intro: 'The printed code opens the vault and sets a new password. A new code is made, the old one stops working.',
    newPassword: 'New password',
    submit: 'Open and set the password',
    newCode: 'The password is set. This new recovery code replaces the old one: print it and keep it where you kept the old one.',
    kept: 'The new code is printed',
  },
} as const;
