import { chainPorts } from '../../src-node/chain-ports.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { fromHex } from '../../src-shared/hex.ts';
import { readJson } from '../../src-shared/json.ts';
import {
  type LedgerPage,
  NOTICES_MAX,
  type Notice,
  type NoticeItem,
  noticeMessage,
  noticeText,
  PAGE_CHARACTERS_MAX,
} from '../../src-shared/ledger/event.ts';
import { fitting } from '../../src-shared/sync/fitting.ts';
import { keepKey } from '../audit/index.ts';
import { type Database, one, type Queries } from '../database/index.ts';
import { refused } from '../refused.ts';
import { append, hashOf, lastOf } from './chain.ts';
import { orderErasure } from './erasure.ts';

/**
 * Takes notices of a workstation in: signed by its key, each following from the one before.
 * @returns its last notice that is here. @throws AppError `server-refused`, `invalid-input`
 */
export async function receiveNotices(
  database: Database,
  device: string,
  { notices, publicKey }: { notices: readonly Notice[]; publicKey: string },
  at: string,
): Promise<number> {
  return database.transaction(async (tx) => {
    await keepKey(tx, device, publicKey);
    let last = await lastOf(tx, device);
    for (const { text, signature } of notices) {
      const parsed = noticeText.safeParse(readJson(text));
      if (!parsed.success) throw new AppError('invalid-input', { what: 'the notice is not one that this server knows' });
      const { seq, prev, items } = parsed.data;
      const hash = hashOf(text);
      if (seq <= last.seq) {
        const known = await one<{ hash: string }>(tx, 'SELECT hash FROM ledger WHERE device = $1 AND seq = $2', [device, seq]);
        if (known?.hash !== hash) throw refused(`notice ${seq} was rewritten`);
        continue;
      }
      if (parsed.data.device !== device || seq !== last.seq + 1 || prev !== last.hash)
        throw refused(`notice ${seq} does not follow from what was received`);
      if (!chainPorts.verify(fromHex(publicKey), noticeMessage(text), fromHex(signature)))
        throw refused(`the signature of notice ${seq} is wrong`);
      await append(tx, { device, seq, hash, text, signature, publicKey, at });
      for (const item of items) await heed(tx, item, at);
      last = { seq, hash };
    }
    return last.seq;
  });
}

/** A page of everybody's notices, in the order in which they came. */
export async function pullNotices(database: Database, device: string, after: number): Promise<LedgerPage> {
  const rows = await database.query<LedgerPage['notices'][number]>(
    'SELECT feed, text, signature, public_key AS "publicKey" FROM ledger WHERE feed > $1 ORDER BY feed LIMIT $2',
    [after, NOTICES_MAX + 1],
  );
  const page = fitting(rows.slice(0, NOTICES_MAX), PAGE_CHARACTERS_MAX, ({ text }) => text.length);
  return { notices: page, more: page.length < rows.length, own: (await lastOf(database, device)).seq };
}

/** Is there anything behind this number? */
export async function hasNotices(database: Database, after: number): Promise<boolean> {
  return ((await one<{ last: number }>(database, 'SELECT last FROM ledger_feed'))?.last ?? 0) > after;
}

/** What concerns the server's own data. */
async function heed(tx: Queries, item: NoticeItem, at: string): Promise<void> {
  if (item.kind === 'hold')
    await tx.query(
      'INSERT INTO legal_hold (id, patient, lifted) VALUES ($1, $2, EXISTS (SELECT 1 FROM hold_lift WHERE hold = $1)) ON CONFLICT DO NOTHING',
      [item.id, item.patient],
    );
  if (item.kind === 'hold-lift') {
    await tx.query('INSERT INTO hold_lift (hold) VALUES ($1) ON CONFLICT DO NOTHING', [item.hold]);
    await tx.query('UPDATE legal_hold SET lifted = true WHERE id = $1', [item.hold]);
  }
  if (item.kind === 'erasure') await orderErasure(tx, item, at);
}
