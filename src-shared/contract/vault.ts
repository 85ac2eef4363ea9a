import { z } from 'zod';
import { procedure } from './procedure.ts';
import { done } from './types.ts';

/** What opens a vault without password and machine: one of the two. */
export const wayIn = {
  recoveryCode: z.string().max(200).optional(),
  /** The hospital's private key, PEM or hexadecimal. */
  escrowKey: z.string().max(4096).optional(),
  /** This machine has no keychain: its key may be kept in a file, though the vault had it in a keychain. */
  acceptKeyFile: z.boolean().default(false),
};

/** What whoever came in that way is told. */
export const recovered = z.object({
  recoveryCode: z.string(),
  deviceKey: z.enum(['keychain', 'file']),
  /** The machine has another key than before: everybody else's password must be set again. */
  newDeviceKey: z.boolean(),
  /** How many people that concerns. */
  othersToReset: z.number(),
});

const password = z.string().min(1).max(1024);
const escrowKey = z.object({ id: z.string(), name: z.string(), publicKey: z.string(), addedAt: z.string() });

export const vault = {
  'vault.state': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({
      /** How often the vault key was made. */
      generation: z.number(),
      keyMadeAt: z.string().optional(),
      deviceKey: z.enum(['keychain', 'file']),
      pageBytes: z.number(),
      schemaVersion: z.number(),
      escrows: z.array(escrowKey),
      /** People who are not switched off and whose password does not open the vault here. */
      cannotEnter: z.array(z.object({ id: z.string(), userName: z.string(), displayName: z.string() })),
      /** Copies from before migrations, by name. */
      copies: z.array(z.string()),
    }),
    permission: 'vault.read',
    audit: 'R',
    summary: 'The keys of the vault: how old, who holds one, what is kept beside it',
  }),
  'vault.changePassword': procedure({
    kind: 'command',
    input: z.object({ present: password, next: z.string().max(1024) }),
    output: done,
    permission: 'signed-in',
    audit: 'U',
    summary: 'Change the own password',
  }),
  'vault.rotateKey': procedure({
    kind: 'command',
    input: z.object({}),
    output: z.object({
      ok: z.literal(true),
      generation: z.number(),
      /** Where the printed one was of an older form and could not be carried over. */
      recoveryCode: z.string().optional(),
      /** User names whose password was of an older form and must be set again. */
      toReset: z.array(z.string()),
    }),
    permission: 'vault.keys',
    audit: 'U',
    summary: 'Make a new vault key and encrypt the database with it',
  }),
  'vault.newRecoveryCode': procedure({
    kind: 'command',
    input: z.object({}),
    output: z.object({ recoveryCode: z.string() }),
    permission: 'vault.keys',
    audit: 'U',
    summary: 'Make another recovery code; the one before stops working',
  }),
  'vault.addEscrow': procedure({
    kind: 'command',
    input: z.object({
      name: z.string().trim().min(1).max(120),
      /** X25519: PEM or 64 hexadecimal digits. */ publicKey: z.string().max(4096),
    }),
    output: escrowKey,
    permission: 'vault.keys',
    audit: 'C',
    summary: 'Let the holder of a private key open the vault in an emergency',
  }),
  'vault.removeEscrow': procedure({
    kind: 'command',
    input: z.object({ id: z.string() }),
    output: done,
    permission: 'vault.keys',
    audit: 'D',
    summary: 'Take an escrow key away',
  }),
  'setup.lookAtVault': procedure({
    kind: 'query',
    input: z.object({ /** Of a folder that was chosen in the window of the operating system. */ folder: z.string() }),
    output: z.object({
      sample: z.boolean(),
      people: z.number(),
      escrows: z.array(z.string()),
      bytes: z.number(),
      deviceKey: z.enum(['keychain', 'file']),
      deviceKeyHere: z.enum(['keychain', 'file']),
    }),
    permission: 'public',
    audit: null,
    summary: 'What can be seen of a vault from another computer while it is closed',
  }),
  'setup.cancel': procedure({
    kind: 'command',
    input: z.object({ /** Of `setup.restore`, or the event that told of it. */ job: z.string() }),
    output: done,
    permission: 'public',
    audit: null,
    summary: 'Cancel the restoring or copying that this window has begun; nothing of it is kept',
  }),
  'setup.bringVault': procedure({
    kind: 'command',
    input: z.object({ folder: z.string(), userName: z.string().min(1).max(64), ...wayIn, newPassword: z.string().max(1024) }),
    output: recovered,
    permission: 'public',
    audit: 'E',
    summary: 'Copy a vault from another computer to this one and open it with recovery code or escrow key',
  }),
};
