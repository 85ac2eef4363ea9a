/** Notices as they lie in the vault: own ones are signed and chained here, others' are checked against their signature and what they said before. */
import { z } from 'zod';
import { chainPorts } from '../../../src-node/chain-ports.ts';
import { fromHex, toHex } from '../../../src-shared/hex.ts';
import { readJson } from '../../../src-shared/json.ts';
import {
  NOTICE_CHARACTERS_MAX,
  NOTICE_ITEMS_MAX,
  NOTICES_MAX,
  type Notice,
  type NoticeItem,
  noticeItem,
  noticeMessage,
  noticeText,
} from '../../../src-shared/ledger/event.ts';
import { fitting } from '../../../src-shared/sync/fitting.ts';
import type { Db } from '../context.ts';

export interface Built extends Notice {
  seq: number;
  hash: string;
  /** Rows of the outbox that are in it. */
  rows: number[];
}

/** The next notice from what is waiting, or null. It is kept when the server has it (`keepOwn`): until then it may become another one. */
export function buildNotice(
  db: Db,
  { device, at, sign }: { device: string; at: string; sign: (message: Uint8Array) => Uint8Array },
): Built | null {
  const rows = db
    .prepare<[number], { n: number; item: string }>('SELECT n, item FROM ledger_outbox WHERE item IS NOT NULL ORDER BY n LIMIT ?')
    .all(NOTICE_ITEMS_MAX);
  const said = fitting(rows, NOTICE_CHARACTERS_MAX / 2, ({ item }) => item.length);
  if (said.length === 0) return null;
  const last = lastOf(db, device);
  const seq = (last?.seq ?? 0) + 1;
  // Written by `tell` and `settleOutbox` from parsed items.
  const items = said.map(({ item }) => JSON.parse(item) as NoticeItem);
  const text = chainPorts.canonical({ device, seq, prev: last?.hash ?? '', at, items });
  return { text, signature: toHex(sign(noticeMessage(text))), seq, hash: hashOf(text), rows: said.map(({ n }) => n) };
}

/** The server has it: it stands. */
export function keepOwn(db: Db, device: string, publicKey: string, { seq, hash, text, signature, rows }: Built): void {
  db.prepare('INSERT OR IGNORE INTO ledger_device (device, public_key) VALUES (?, ?)').run(device, publicKey);
  keep(db, { device, seq, hash, text, signature });
  const drop = db.prepare('DELETE FROM ledger_outbox WHERE n = ?');
  for (const n of rows) drop.run(n);
}

/** Own notices that the server does not have (it is another one, or came back from a backup), so many as one request holds. @param after the last it has */
export function resend(db: Db, device: string, after: number): Notice[] {
  const rows = db
    .prepare<[string, number, number], Notice>(
      'SELECT text, signature FROM ledger_notice WHERE device = ? AND seq > ? ORDER BY seq LIMIT ?',
    )
    .iterate(device, after, NOTICES_MAX);
  return fitting(rows, NOTICE_CHARACTERS_MAX, ({ text }) => text.length);
}

export interface Received {
  device: string;
  seq: number;
  items: NoticeItem[];
}

/**
 * Checks a notice and keeps it. Null where it is known already or cannot be believed, which is noted then.
 * @param own this workstation: its notices come back after an answer was lost, or when the vault was restored from a backup
 */
export function receiveNotice(
  db: Db,
  { text, signature, publicKey }: Notice & { publicKey: string },
  at: string,
  own: string,
): Received | null {
  const parsed = envelope.safeParse(readJson(text));
  if (!parsed.success) {
    // Whose it is cannot be read: its hash stands for that.
    db.prepare("INSERT OR IGNORE INTO ledger_set_aside (device, seq, reason, at) VALUES (?, 0, 'signature', ?)").run(
      hashOf(text),
      at,
    );
    return null;
  }
  const { device, seq, prev, items } = parsed.data;
  const hash = hashOf(text);
  const aside = (reason: string) => {
    db.prepare('INSERT OR IGNORE INTO ledger_set_aside (device, seq, reason, at) VALUES (?, ?, ?, ?)').run(
      device,
      seq,
      reason,
      at,
    );
    return null;
  };
  db.prepare('INSERT OR IGNORE INTO ledger_device (device, public_key) VALUES (?, ?)').run(device, publicKey);
  const key = db
    .prepare<[string], { key: string }>('SELECT public_key AS key FROM ledger_device WHERE device = ?')
    .get(device)?.key;
  if (key !== publicKey || !chainPorts.verify(fromHex(publicKey), noticeMessage(text), fromHex(signature)))
    return aside('signature');
  const before = lastOf(db, device);
  if (seq <= (before?.seq ?? 0)) return known(db, device, seq) === hash ? null : aside('rewritten');
  if (seq !== (before?.seq ?? 0) + 1 || prev !== (before?.hash ?? '')) return aside('gap');
  keep(db, { device, seq, hash, text, signature });
  db.prepare('DELETE FROM ledger_set_aside WHERE device = ? AND seq = ?').run(device, seq);
  const understood = items.flatMap((item) => {
    const read = noticeItem.safeParse(item);
    if (!read.success) aside('unknown');
    return read.success ? [read.data] : [];
  });
  return { device, seq, items: device === own ? understood.filter((item) => !takeBack(db, item)) : understood };
}

/** An own item that was still waiting has been heard after all; it is in force here already. */
function takeBack(db: Db, { id }: NoticeItem): boolean {
  return db.prepare('DELETE FROM ledger_outbox WHERE id = ?').run(id).changes > 0;
}

/** Is what lies here still what was signed, without a gap? @returns the first that is not, in words, or null */
export function checkNotices(db: Db): { notices: number; devices: number; bad: string | null } {
  const rows = db
    .prepare<[], { device: string; seq: number; hash: string; text: string; signature: string; key: string | null }>(
      'SELECT n.device, n.seq, n.hash, n.text, n.signature, d.public_key AS key FROM ledger_notice n LEFT JOIN ledger_device d ON d.device = n.device ORDER BY n.device, n.seq',
    )
    .iterate();
  const heads = new Map<string, { seq: number; hash: string }>();
  let notices = 0;
  let bad: string | null = null;
  for (const { device, seq, hash, text, signature, key } of rows) {
    notices++;
    const before = heads.get(device) ?? { seq: 0, hash: '' };
    heads.set(device, { seq, hash });
    const parsed = envelope.safeParse(readJson(text));
    const follows = parsed.success && parsed.data.seq === seq && seq === before.seq + 1 && parsed.data.prev === before.hash;
    const signed = key === null || chainPorts.verify(fromHex(key), noticeMessage(text), fromHex(signature));
    if (bad === null && (!follows || hashOf(text) !== hash || !signed))
      bad = `notice ${seq} of workstation ${device.slice(0, 8)} is not what was signed`;
  }
  const aside = db
    .prepare<[], { n: number }>("SELECT count(*) AS n FROM ledger_set_aside WHERE reason IN ('signature', 'rewritten', 'gap')")
    .get();
  if (bad === null && (aside?.n ?? 0) > 0) bad = `${aside?.n} notices came that do not follow from what was said before`;
  return { notices, devices: [...heads.keys()].filter((device) => !device.startsWith('server:')).length, bad };
}

const envelope = noticeText.extend({ items: z.array(z.unknown()).min(1).max(NOTICE_ITEMS_MAX) });

function lastOf(db: Db, device: string): { seq: number; hash: string } | undefined {
  return db
    .prepare<[string], { seq: number; hash: string }>(
      'SELECT seq, hash FROM ledger_notice WHERE device = ? ORDER BY seq DESC LIMIT 1',
    )
    .get(device);
}

function known(db: Db, device: string, seq: number): string | undefined {
  return db
    .prepare<[string, number], { hash: string }>('SELECT hash FROM ledger_notice WHERE device = ? AND seq = ?')
    .get(device, seq)?.hash;
}

function keep(db: Db, row: { device: string; seq: number; hash: string; text: string; signature: string }): void {
  db.prepare(
    'INSERT INTO ledger_notice (device, seq, hash, text, signature) VALUES (@device, @seq, @hash, @text, @signature)',
  ).run(row);
}

const hashOf = (text: string) => toHex(chainPorts.sha256(new TextEncoder().encode(text)));
