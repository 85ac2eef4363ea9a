export const wayIn = {
  code: 'Recovery code',
  codeHint: 'As it is printed; dashes and capitals do not matter.',
  byEscrow: 'Use the escrow key of the hospital instead',
  byCode: 'Use the recovery code instead',
  escrow: 'Escrow key',
  escrowHint: 'The file with the private key that the hospital keeps in its safe (PEM or hexadecimal).',
  escrowNeeded: 'Choose the key file.',
  choose: 'Choose the key file …',
  none: 'No file chosen',
  acceptKeyFile: 'Keep this machine’s key in a protected file',
  acceptKeyFileMeaning: 'There is no keychain here. Whoever copies both the vault and this file then needs only a password.',
  newDeviceKey: 'This machine has a new key for the vault',
  deviceKeys: {
    keychain: 'It lies in the keychain of the operating system.',
    file: 'It lies in a protected file, because there is no keychain here. An encrypted disk helps most.',
  },
  others_one: '{{count}} other person cannot sign in here yet',
  others_other: '{{count}} other people cannot sign in here yet',
  othersMeaning:
    'Their passwords belong to the former machine. Give each a one-time code under Settings, People; their records and drafts are all here.',
} as const;
