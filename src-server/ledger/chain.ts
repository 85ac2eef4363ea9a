/** Notices as they lie in the server's database: a chain for each workstation, and one of the server's own. */
import { chainPorts, signEd25519 } from '../../src-node/chain-ports.ts';
import { toHex } from '../../src-shared/hex.ts';
import { type NoticeItem, noticeMessage } from '../../src-shared/ledger/event.ts';
import { one, type Queries } from '../database/index.ts';
import type { Identity } from '../identity.ts';

/** The server speaks too, with the key of its receipts. */
export async function sayFromServer(tx: Queries, identity: Identity, at: string, items: NoticeItem[]): Promise<void> {
  const device = `server:${identity.id}`;
  const last = await lastOf(tx, device);
  const seq = last.seq + 1;
  const text = chainPorts.canonical({ device, seq, prev: last.hash, at, items });
  const signature = toHex(signEd25519(identity.privateKey, noticeMessage(text)));
  await append(tx, { device, seq, hash: hashOf(text), text, signature, publicKey: toHex(identity.publicKey), at });
}

/** Puts a notice at the end of what is handed out. */
export async function append(
  tx: Queries,
  row: { device: string; seq: number; hash: string; text: string; signature: string; publicKey: string; at: string },
): Promise<void> {
  const feed = await one<{ last: number }>(tx, 'UPDATE ledger_feed SET last = last + 1 RETURNING last');
  await tx.query(
    'INSERT INTO ledger (feed, device, seq, hash, text, signature, public_key, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
    [feed?.last ?? 0, row.device, row.seq, row.hash, row.text, row.signature, row.publicKey, row.at],
  );
}

/** The last notice of a workstation. */
export async function lastOf(tx: Queries, device: string): Promise<{ seq: number; hash: string }> {
  return (
    (await one<{ seq: number; hash: string }>(tx, 'SELECT seq, hash FROM ledger WHERE device = $1 ORDER BY seq DESC LIMIT 1', [
      device,
    ])) ?? { seq: 0, hash: '' }
  );
}

export const hashOf = (text: string) => toHex(chainPorts.sha256(new TextEncoder().encode(text)));
