/** What workstations tell each other beside records goes up and comes down, before records do: who may see a record, and what is gone, is known first. */

import { setImmediate as breath } from 'node:timers/promises';
import { toHex } from '../../../src-shared/hex.ts';
import { readJson } from '../../../src-shared/json.ts';
import {
  type LedgerPage,
  ledgerNews,
  ledgerPage,
  ledgerPushed,
  type NoticeItem,
  noticeText,
} from '../../../src-shared/ledger/event.ts';
import type { Context, Db, Tx } from '../context.ts';
import { takeIncident, tellExtents } from '../incidents/index.ts';
import {
  buildNotice,
  followEverybody,
  keepOwn,
  receiveNotice,
  resend,
  settleOutbox,
  takeCare,
  waitingNotices,
} from '../ledger/index.ts';
import { followErasures, takeErasure, takeHold } from '../lifetime/index.ts';
import { isoTime } from '../ports.ts';
import type { ServerLine } from './line.ts';
import { readNumber, writeMeta } from './settings.ts';

const CURSOR = 'ledger-cursor';

export interface Signing {
  publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** @returns changes of this workstation that were not kept, because their record had been erased */
export async function exchangeNotices(context: Context, line: ServerLine, log: Signing): Promise<number> {
  const { db } = context.vault;
  const own = await hear(context, line);
  const unsent = followErasures(context, log);
  tellExtents(context);
  db.transaction(() => {
    settleOutbox(db, isoTime(context.clock));
    followEverybody(db);
  }).immediate();
  await say(context, line, log, own);
  return unsent;
}

/** Waits at the server for something new, half a minute at most. */
export async function waitForNotices(db: Db, line: ServerLine): Promise<boolean> {
  return (await line.json(ledgerNews, { path: `/api/v1/ledger/news?after=${readNumber(db, CURSOR)}` })).news;
}

async function hear(context: Context, line: ServerLine): Promise<number> {
  const { db } = context.vault;
  for (;;) {
    const page = await line.json(ledgerPage, { path: `/api/v1/ledger?after=${readNumber(db, CURSOR)}` });
    await takePage(context, page);
    if (!page.more) return page.own;
  }
}

/** Each notice in a transaction of its own, with a breath between: others' calls come in. */
async function takePage(context: Context, { notices }: LedgerPage): Promise<void> {
  for (const notice of notices) {
    // What this workstation has said itself comes back too; that is nothing to note.
    if (isKnown(context.vault.db, notice.text)) {
      writeMeta(context.vault.db, CURSOR, String(notice.feed));
      continue;
    }
    context.write({ action: 'U', procedure: 'sync.hear' }, (tx) => {
      settleOutbox(tx.db, tx.at);
      const received = receiveNotice(tx.db, notice, tx.at, context.device);
      for (const item of received?.items ?? []) take(tx, item, received?.device ?? '', received?.seq ?? 0);
      writeMeta(tx.db, CURSOR, String(notice.feed));
    });
    await breath();
  }
}

function take(tx: Tx, item: NoticeItem, device: string, seq: number): void {
  switch (item.kind) {
    case 'care-grant':
    case 'care-end':
      takeCare(tx, item);
      break;
    case 'hold':
    case 'hold-lift':
      takeHold(tx, item);
      break;
    case 'incident':
    case 'incident-step':
    case 'incident-extent':
      takeIncident(tx, item, device);
      break;
    case 'erasure':
    case 'erasure-done':
      takeErasure(tx, item, device, seq);
  }
}

/** @param atServer the last own notice that the server has: more may lie here where it is another server, or came back from a backup */
async function say(context: Context, line: ServerLine, log: Signing, atServer: number): Promise<void> {
  const { db } = context.vault;
  const publicKey = toHex(log.publicKey);
  const send = (notices: readonly { text: string; signature: string }[]) =>
    line.json(ledgerPushed, { path: '/api/v1/ledger', json: { publicKey, notices } });
  for (let last = atServer; ; ) {
    const again = resend(db, context.device, last);
    if (again.length === 0) break;
    last = (await send(again)).last;
  }
  while (waitingNotices(db).waiting > 0) {
    const built = buildNotice(db, { device: context.device, at: isoTime(context.clock), sign: (message) => log.sign(message) });
    if (built === null) return;
    await send([{ text: built.text, signature: built.signature }]);
    db.transaction(() => keepOwn(db, context.device, publicKey, built)).immediate();
  }
}

function isKnown(db: Db, text: string): boolean {
  const named = noticeName.safeParse(readJson(text));
  if (!named.success) return false;
  const { device, seq } = named.data;
  return db.prepare('SELECT 1 FROM ledger_notice WHERE device = ? AND seq = ? AND text = ?').get(device, seq, text) !== undefined;
}

const noticeName = noticeText.pick({ device: true, seq: true });
