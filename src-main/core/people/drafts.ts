/** Half-typed text and settings. Drafts lie in the encrypted database and belong to the one who typed them. */
import { AppError } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, query } from '../bind.ts';
import type { Db } from '../context.ts';

interface DraftRow {
  key: string;
  patient: string | null;
  title: string;
  body: string;
  saved_at: string;
}

const IDLE_LOCK_MS = 5 * 60_000;
/** Unfinished drafts of one person: nobody looks through more, and a page that runs wild must not fill the disk. */
export const DRAFTS_MAX = 200;

export const draftProcedures: Handlers = {
  'drafts.save': command((context, tx, input) => {
    const { person } = context;
    // What was typed and deleted again is nobody's unfinished work.
    if (input.body === '') {
      tx.db.prepare('DELETE FROM draft WHERE person = ? AND key = ?').run(person.id, input.key);
      tx.changed(['drafts']);
      return { savedAt: tx.at };
    }
    // One that is kept already is kept on, however many there are.
    const keys = tx.db.prepare<[string], string>('SELECT key FROM draft WHERE person = ?').pluck().all(person.id);
    if (keys.length >= DRAFTS_MAX && !keys.includes(input.key)) throw new AppError('too-many-drafts', { count: keys.length });
    tx.db
      .prepare(
        `INSERT INTO draft (person, key, patient, title, body, saved_at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET patient = excluded.patient, title = excluded.title, body = excluded.body, saved_at = excluded.saved_at`,
      )
      .run(person.id, input.key, input.patient ?? null, input.title, input.body, tx.at);
    tx.changed(['drafts']);
    return { savedAt: tx.at };
  }),
  'drafts.get': query((context, input) => {
    const row = context.vault.db
      .prepare<[string, string], DraftRow>('SELECT * FROM draft WHERE person = ? AND key = ?')
      .get(context.person.id, input.key);
    return { body: row?.body ?? null, savedAt: row?.saved_at ?? null };
  }),
  'drafts.list': query((context) => {
    const rows = context.vault.db
      .prepare<[string], DraftRow & { name: string | null }>(
        'SELECT d.*, p.name FROM draft d LEFT JOIN patient_row p ON p.id = d.patient WHERE d.person = ? ORDER BY d.saved_at DESC',
      )
      .all(context.person.id);
    return {
      drafts: rows.map((row) => ({
        key: row.key,
        patient: row.patient ?? undefined,
        patientName: row.name ?? undefined,
        title: row.title,
        savedAt: row.saved_at,
      })),
    };
  }),
  'drafts.remove': command((context, tx, input) => {
    tx.db.prepare('DELETE FROM draft WHERE person = ? AND key = ?').run(context.person.id, input.key);
    tx.changed(['drafts']);
    return { ok: true as const };
  }),
  'settings.get': query((context) => ({
    settings: Object.fromEntries(
      Object.entries(readSettings(context.vault.db)).map(([key, value]) => [key, withoutSecret(value)]),
    ),
  })),
  'settings.set': command((_context, tx, input) => {
    tx.db
      .prepare('INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
      .run(input.key, JSON.stringify(input.value));
    tx.touched({ type: 'Setting', id: input.key });
    tx.changed(['settings']);
    return { ok: true as const };
  }),
};

/** Defaults with what was changed over them. */
export function readSettings(db: Db): Record<string, unknown> {
  const rows = db.prepare<[], { key: string; value: string }>('SELECT key, value FROM setting').all();
  return { idleLockMs: IDLE_LOCK_MS, ...Object.fromEntries(rows.map((row) => [row.key, JSON.parse(row.value)])) };
}

/** A key to somebody else's service is set by an administrator and shown to nobody. */
function withoutSecret(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'apiKey' in value ? { ...value, apiKey: 'set' } : value;
}
