/** The vault, its keys and its copies. */
import type { Entry } from './entry.ts';

export const vault = {
  'vault-missing': {
    message: 'There is no vault in this folder.',
    action: 'Choose the folder in which the vault lies. If there is none yet, create one.',
    status: 404,
  },
  'vault-exists': {
    message: 'There is a vault in this folder already.',
    action: 'Choose an empty folder; nothing was changed.',
    status: 409,
  },
  'vault-in-use': {
    message: 'Another program has this vault open.',
    action: 'Close the other Lamplight window or command and try again.',
    status: 423,
  },
  'vault-newer': {
    message: 'This vault was made by a newer version of Lamplight (schema {found}, this version knows {known}).',
    action: 'Install the newer version. Nothing was changed.',
    status: 409,
  },
  'vault-damaged': {
    message: 'The vault is damaged: {what}.',
    action: 'Do not delete anything. Restore the last backup or call IT.',
    status: 500,
  },
  'key-file-damaged': {
    message: 'The key file of the vault cannot be read.',
    action:
      'The data is intact but cannot be opened without it. Keep the damaged file under another name, then put vault.keys back from a copy of the folder, or from a backup with `backup restore-keys`.',
    status: 500,
  },
  'key-file-missing': {
    message: 'The key file of the vault is missing: the folder {folder} has the database and no vault.keys.',
    action:
      'Nothing was changed, and no new vault is set up over it. Put the file back from a copy of the folder, or from a backup with `backup restore-keys`. Only where the first set-up was cut short, before it showed a recovery code, is there nothing in it: then remove the folder.',
    status: 500,
  },
  'key-file-of-other-day': {
    message: 'The key file in this backup does not open the database: the vault key was made anew since, or it is another vault.',
    action: 'Take a later backup of this vault. Nothing was changed.',
    status: 409,
  },
  'device-key-missing': {
    message: "This machine's key for the vault is missing.",
    action: 'Open the vault with the recovery code or the escrow key of the hospital; that makes a new key for this machine.',
    status: 401,
  },
  'device-key-wrong': {
    message: 'The key that this machine keeps for the vault is another one than the vault was set up with.',
    action:
      'Put the right key back from a backup of this machine, or open the vault with the recovery code or the escrow key of the hospital.',
    status: 401,
  },
  'keychain-changed': {
    message: 'The keychain of this machine cannot be reached, but the vault was set up with it.',
    action: 'Unlock or repair the keychain, or open the vault with the recovery code or the escrow key of the hospital.',
    status: 401,
  },
  'key-file-not-accepted': {
    message: 'This machine has no keychain; the vault kept its key for the machine in one.',
    action: 'Unlock or repair the keychain and try again, or accept that the key is kept in a protected file here.',
    status: 409,
  },
  'escrow-key-unreadable': {
    message: 'This is not an X25519 key.',
    action: 'Give the key as PEM, as `vault escrow new-key` or openssl writes it, or as 64 hexadecimal digits.',
    status: 400,
  },
  'escrow-key-wrong': {
    message: 'This escrow key does not open the vault.',
    action: 'Take the private key that belongs to one of the escrow keys of this vault.',
    status: 401,
  },
  'recovery-code-wrong': {
    message: 'The recovery code is not right.',
    action: 'Check it letter by letter against the printed sheet.',
    status: 401,
  },
  'disk-full': {
    message: 'The disk is full.',
    action: 'Free some space. What was saved before is safe; the last step was not kept.',
    status: 507,
  },
  'disk-error': {
    message: 'The disk did not take the data ({what}).',
    action: 'Check the disk. What was saved before is safe; the last step was not kept.',
    status: 500,
  },
  'file-damaged': {
    message: 'An encrypted file is damaged or incomplete.',
    action: 'IT can put it back from a backup: settings, Backups, or `backup put-back`.',
    status: 500,
  },
  'backup-foreign': {
    message: 'This is not a backup made by Lamplight.',
    action: 'Choose a file that ends in .lamplight-backup. Nothing was changed.',
    status: 400,
  },
  'backup-damaged': {
    message: 'The backup is damaged: {what}.',
    action: 'Nothing was changed. Fetch the file again from where it is kept, or take an older backup.',
    status: 422,
  },
  'backup-damaged-another': {
    message: 'The backup is damaged: {what}.',
    action:
      'Nothing was changed. Fetch the file again from where it is kept; or take the newest other backup of this vault beside it: {other}, made {madeAt}.',
    status: 422,
  },
  'backup-other-vault': {
    message: 'This is a backup of another vault.',
    action: 'Give the recovery code of that vault, or open that vault first.',
    status: 409,
  },
  'backup-no-plan': {
    message: 'No folder for backups has been chosen.',
    action: 'Choose one in the settings, best on another disk.',
    status: 409,
  },
  'backup-inside-vault': {
    message: 'A backup cannot lie in the folder of its vault.',
    action: 'Choose a folder on another disk.',
    status: 400,
  },
  'folder-not-empty': {
    message: 'The folder is not empty.',
    action: 'Choose an empty folder, or one that does not exist yet. Nothing was changed.',
    status: 409,
  },
} as const satisfies Record<string, Entry>;
