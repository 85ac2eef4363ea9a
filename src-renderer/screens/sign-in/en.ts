export const signIn = {
  title: 'Sign in',
  locked: 'Locked',
  lockedHint: 'Sign in to go on where you were. What you typed is kept.',
  backHint: 'Sign in to go on where you were. What you typed is kept.',
  coreFailed:
    'The records service stopped three times within a minute. Close Lamplight and start it again; if it happens again, call IT.',
  // The name and password that the core gives every sample clinic; its patients are invented, so they are no secret.
  sampleHint: 'This is the sample clinic: user name sample, password “look around 2026”.',
  showPassword: 'Show or hide the password',
  withPassword: 'Sign in with the password instead',
  userName: 'User name',
  password: 'Password',
  code: 'Six digits of your authenticator',
  submit: 'Sign in',
  unlock: 'Unlock',
  other: 'Somebody else signs in',
  forgot: 'Use the recovery code',
  recover: {
    title: 'Open with the recovery code',
    intro: 'The printed code opens the vault and sets a new password. A new code is made, the old one stops working.',
    code: 'Recovery code',
    newPassword: 'New password',
    submit: 'Open and set the password',
    newCode: 'The password is set. This new recovery code replaces the old one: print it and keep it where you kept the old one.',
    kept: 'The new code is printed',
  },
} as const;
