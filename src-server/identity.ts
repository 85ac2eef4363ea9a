/** Who this server is: an id, and the Ed25519 key that signs receipts. */

import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { newEd25519 } from '../src-node/chain-ports.ts';
import { fromHex, toHex } from '../src-shared/hex.ts';
import { writePrivate } from './private-file.ts';

export interface Identity {
  id: string;
  name: string;
  publicKey: Uint8Array;
  privateKey: Uint8Array;
  /** What an administrator's command on this machine shows to the running server. */
  adminToken: string;
}

const stored = z.object({
  id: z.string(),
  name: z.string(),
  publicKey: z.string(),
  privateKey: z.string(),
  adminToken: z.string(),
});

export function serverIdentity(folder: string): Identity {
  const path = join(folder, 'identity.json');
  if (!existsSync(path)) {
    const pair = newEd25519();
    const made = {
      id: randomUUID(),
      name: 'Lamplight server',
      publicKey: toHex(pair.publicKey),
      privateKey: toHex(pair.privateKey),
      adminToken: randomUUID(),
    };
    writePrivate(path, `${JSON.stringify(made, null, 2)}\n`);
  }
  const { publicKey, privateKey, ...rest } = stored.parse(JSON.parse(readFileSync(path, 'utf8')));
  return { ...rest, publicKey: fromHex(publicKey), privateKey: fromHex(privateKey) };
}
