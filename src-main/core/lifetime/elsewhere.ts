/** Erasures that another workstation tells of: done here as they were there, unless a legal hold keeps the record. */

import { type ErasureEcho, erasureGrounds } from '../../../src-shared/contract/lifetime.ts';
import { relativeTarget } from '../../../src-shared/fhir/references.ts';
import { type ItemOf, noticeItem } from '../../../src-shared/ledger/event.ts';
import type { Context, Db, Tx } from '../context.ts';
import { nameOfWorkstation } from '../ledger/index.ts';
import { sql } from '../records/index.ts';
import { backupsHolding, serverHolding } from './consequences.ts';
import { clinicOf, type Draft, finish, tellDone } from './erase.ts';
import { holdCount } from './holds.ts';
import type { Signer } from './proof.ts';
import { eraseRows } from './tables.ts';

/** For so long it is said that changes were not kept. */
const SAID_DAYS = 30;

interface Order {
  id: string;
  pseudonym: string;
  ground: string;
  at: string;
  device: string;
  targets: string;
}

/** @param device whose notice it is @param seq its number */
export function takeErasure(tx: Tx, item: ItemOf<'erasure'> | ItemOf<'erasure-done'>, device: string, seq: number): void {
  if (item.kind === 'erasure') {
    if (sql(tx.db, "SELECT 1 FROM erasure WHERE id = ? AND state IN ('rows-gone', 'done')").get(item.id) !== undefined) return;
    sql(tx.db, 'INSERT OR IGNORE INTO erasure_order (id, pseudonym, ground, at, device, targets) VALUES (?, ?, ?, ?, ?, ?)').run(
      item.id,
      item.patient,
      item.ground,
      item.at,
      device,
      item.targets.join('\n'),
    );
  } else
    sql(tx.db, 'INSERT OR IGNORE INTO erasure_echo (id, erasure, device, seq, said) VALUES (?, ?, ?, ?, ?)').run(
      item.id,
      item.erasure,
      device,
      seq,
      JSON.stringify(item),
    );
  tx.touched({ type: 'Erasure', id: item.kind === 'erasure' ? item.id : item.erasure });
  tx.changed(['lifetime']);
}

/** Does what others have ordered and no legal hold forbids. @returns how many changes of this workstation went with it */
export function followErasures(context: Context, log: Signer): number {
  const { db } = context.vault;
  const orders = sql<Order>(
    db,
    'SELECT id, pseudonym, ground, at, device, targets FROM erasure_order WHERE done_at IS NULL ORDER BY at',
  ).all();
  let unsent = 0;
  const atWork = new Set(context.jobs.list().flatMap((job) => (job.state === 'running' && job.patient ? [job.patient] : [])));
  // What is being worked on just now waits for the next round: a job would write into a record that is gone.
  for (const order of orders)
    if (holdCount(db, order.pseudonym) === 0 && !atWork.has(order.pseudonym)) unsent += follow(context, log, order);
  return unsent;
}

function follow(context: Context, log: Signer, order: Order): number {
  const { vault } = context;
  const patient = order.pseudonym;
  const by = nameOfWorkstation(order.device);
  const ground = erasureGrounds.find((one) => one === order.ground) ?? 'other';
  const also = order.targets.split('\n').flatMap((target) => relativeTarget(target) ?? []);
  const gone = context.write({ action: 'D', procedure: 'erasure.follow', patient, reason: ground }, (tx) => {
    const backups = backupsHolding(tx.db, patient);
    const { atServer, filesAtServer, targets, unsent, ...counts } = eraseRows(tx.db, patient, also);
    const nothing = counts.resources === 0 && counts.files.length === 0 && counts.fileKey === null;
    const who = { id: order.device, name: by, roles: [], at: order.at };
    const draft: Draft = {
      by: who,
      confirmedBy: who,
      clinic: clinicOf(tx),
      ...counts,
      naming: 0,
      backups,
      server: serverHolding(tx.db, { deletions: atServer, files: filesAtServer }),
      told: true,
    };
    sql(
      tx.db,
      'INSERT OR REPLACE INTO erasure (id, patient, state, ground, reason, requested_by, requested_at, confirmed_by, erased_at, draft) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(
      order.id,
      patient,
      nothing ? 'done' : 'rows-gone',
      ground,
      `Erased at ${by}, which has told of it in a signed notice`,
      by,
      order.at,
      by,
      tx.at,
      nothing ? null : JSON.stringify(draft),
    );
    sql(tx.db, 'UPDATE erasure_order SET done_at = ?, unsent = ? WHERE id = ?').run(tx.at, unsent, order.id);
    if (nothing) tellDone(tx, order.id, { versions: 0, files: 0 });
    tx.touched({ type: 'Patient', id: patient });
    tx.changed(['patients', 'chart', 'documents', 'images', 'readings', 'drafts', 'sync', 'lifetime'], patient);
    return { files: counts.files, nothing, unsent };
  });
  if (gone.nothing) return gone.unsent;
  vault.files.destroy(
    patient,
    gone.files.map((file) => file.id),
  );
  finish(context, log, order.id);
  return gone.unsent;
}

/** Orders that are not done here: a legal hold keeps the record, or work on it is not over. */
export function heldOrders(db: Db): { id: string; patient: string; ground: string; at: string; by: string }[] {
  return sql<Order>(db, 'SELECT id, pseudonym, ground, at, device, targets FROM erasure_order WHERE done_at IS NULL ORDER BY at')
    .all()
    .map(({ id, pseudonym, ground, at, device }) => ({ id, patient: pseudonym, ground, at, by: nameOfWorkstation(device) }));
}

/** What people of this workstation must hear: their work on a record that had been erased was not kept. */
export function sayErased(db: Db, nowMs: number): string[] {
  const rows = sql<Order & { unsent: number }>(
    db,
    'SELECT * FROM erasure_order WHERE unsent > 0 AND done_at > ? ORDER BY done_at',
  ).all(new Date(nowMs - SAID_DAYS * 86_400_000).toISOString());
  return rows.map(
    ({ at, device, unsent }) =>
      `A record was erased for good at ${nameOfWorkstation(device)} on ${at.slice(0, 10)}. ${unsent === 1 ? 'One change' : `${unsent} changes`} that had been made to it here since then ${unsent === 1 ? 'was' : 'were'} not kept; the record is destroyed here too. If this person is a patient again, register them anew.`,
  );
}

/** Who else has destroyed the record, with the notice that says so, and from whom nothing was heard yet. */
export function echoesOf(db: Db, erasure: string): ErasureEcho[] {
  const rows = sql<{ device: string; said: string; text: string | null; signature: string | null; key: string | null }>(
    db,
    `SELECT e.device, e.said, n.text, n.signature, d.public_key AS key FROM erasure_echo e
    LEFT JOIN ledger_notice n ON n.device = e.device AND n.seq = e.seq LEFT JOIN ledger_device d ON d.device = e.device WHERE e.erasure = ? ORDER BY e.device`,
  ).all(erasure);
  const said = rows.flatMap((row) => {
    const item = noticeItem.parse(JSON.parse(row.said));
    return item.kind === 'erasure-done' ? [{ ...row, item }] : [];
  });
  const enrolled = said.flatMap(({ item }) => item.workstations ?? []);
  const own = sql<{ value: string }>(db, "SELECT value FROM meta WHERE key = 'device'").get()?.value;
  const heard: ErasureEcho[] = said.map(({ device, item, text, signature, key }) => ({
    name: device.startsWith('server:') ? `${item.name} (server)` : nameWith(enrolled, device),
    at: item.at,
    versions: item.versions,
    files: item.files,
    notice: text === null || signature === null || key === null ? undefined : { text, signature, publicKey: key },
  }));
  const missing = enrolled.filter(({ device }) => device !== own && !said.some((one) => one.device === device));
  return [...heard, ...missing.map(({ device }) => ({ name: nameWith(enrolled, device) }))];
}

function nameWith(enrolled: readonly { device: string; name: string }[], device: string): string {
  const name = enrolled.find((one) => one.device === device)?.name;
  return name === undefined ? nameOfWorkstation(device) : `${nameOfWorkstation(device)} (${name})`;
}
