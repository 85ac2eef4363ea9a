/** A new server must get all notices of a workstation, however long they are: they go out in requests that it takes. */
import { expect, test } from 'vitest';
import { NOTICE_CHARACTERS_MAX } from '../../../src-shared/ledger/event.ts';
import { openTestVault } from '../../../tests/fixtures/vault.ts';
import { resend } from './index.ts';

test('notices that are sent again go in order, so many as one request holds, and one too long for that alone', () => {
  const { db } = openTestVault().context.vault;
  const keep = db.prepare("INSERT INTO ledger_notice (device, seq, hash, text, signature) VALUES ('d', ?, ?, ?, '')");
  const lengths = [1, 0.6, 0.3, 0.3, 0.01].map((share) => Math.floor(share * NOTICE_CHARACTERS_MAX));
  for (const [n, length] of lengths.entries()) keep.run(n + 1, `h${n}`, 'x'.repeat(length));
  const sent = (after: number) => resend(db, 'd', after).map(({ text }) => text.length);
  expect([sent(0), sent(1), sent(3), sent(5)]).toEqual([lengths.slice(0, 1), lengths.slice(1, 3), lengths.slice(3), []]);
});
