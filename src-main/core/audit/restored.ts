/** What a vault that came back from a backup or a copy carries until it is opened: then its log goes on as a further one (decision 0019). */
import { z } from 'zod';
import type { Db } from '../context.ts';
import type { AuditLog, NewEntry } from './log.ts';

const MARK = 'log-came-back';
const markShape = z.object({ backup: z.string().optional(), backupAt: z.string().optional() });

/** @param from the backup; nothing where it is a copy of the folder */
export function markCameBack(db: Db, from: z.output<typeof markShape> = {}): void {
  db.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING').run(MARK, JSON.stringify(from));
}

/** In the open transaction of the caller. */
export function goOnIfCameBack(db: Db, log: AuditLog, entry: NewEntry, at: string): void {
  const mark = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(MARK);
  if (mark === undefined) return;
  log.goOn(markShape.parse(JSON.parse(mark)), entry, at);
  db.prepare('DELETE FROM meta WHERE key = ?').run(MARK);
}

export function cameBack(db: Db): boolean {
  return db.prepare('SELECT 1 FROM meta WHERE key = ?').get(MARK) !== undefined;
}
